//! Phones, counties, mishaps: whatever order things happen in, nothing is lost, all agree and
//! nobody sees too much. And the simulation would notice if that were not so.

use tests::simulate::{Fault, run};

const PHONES: usize = 4;

#[test]
fn two_hundred_schedules_lose_nothing_and_all_agree() {
    let (sum, failure) = run(1, 200, PHONES, None);
    assert!(failure.is_none(), "{}", failure.unwrap());
    assert_eq!(sum.schedules, 200);
    // Otherwise it was quiet because nothing happened.
    assert!(sum.damaged > 10 && sum.repaired > 10, "{sum:?}");
}

/// Where something was found once: grants that change while a batch is on its way, a server that is
/// set back between two pages of a pull.
#[test]
fn schedules_that_went_wrong_once_go_well() {
    for seed in [142, 53_602, 55_888, 216_105, 236_061, 301_200, 706_083] {
        let (_, failure) = run(seed, 1, PHONES, None);
        assert!(failure.is_none(), "{}", failure.unwrap());
    }
}

fn found(fault: Fault, within: u64) -> tests::simulate::Outcome {
    let (sum, failure) = run(1, within, PHONES, Some(fault));
    let failure = failure.unwrap_or_else(|| panic!("{fault:?} was not found: {sum}"));
    assert!(failure.story.len() < 40, "{failure}");
    failure.outcome
}

#[test]
fn a_dropped_entry_of_the_outbox_is_found_within_twenty_schedules() {
    assert!(found(Fault::DroppedEntry, 20).lost > 0);
}

#[test]
fn a_merge_by_arrival_is_found_within_twenty_schedules() {
    assert!(found(Fault::ByArrival, 20).lost > 0);
}

#[test]
fn a_missing_filter_is_found_within_twenty_schedules() {
    assert!(found(Fault::NoFilter, 20).leaked > 0);
}
