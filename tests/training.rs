//! A training campaign can begin anew; a real one cannot be emptied by mistake.

use domain::wire::SetupWhen;
use host::error::HostError;
use host::serve::Server;
use host::{links, training};
use tempfile::TempDir;
use tests::world::{area, built};

#[test]
fn only_a_training_campaigns_data_is_emptied() {
    let data = TempDir::new().unwrap();
    assert!(
        !training::empty(built(), data.path()).unwrap(),
        "nothing is there yet"
    );
    let sets = |campaign| {
        let server = Server::start(built(), data.path(), "127.0.0.1:0").unwrap();
        links::setup(&server, Some(campaign), vec![], SetupWhen::Always).unwrap();
        server.stop();
    };
    sets(training::real_campaign(area("37")));
    let refused = training::empty(built(), data.path());
    assert!(matches!(refused, Err(HostError::RealCampaign { .. })));
    assert!(data.path().join("objects").exists());
    sets(training::campaign(domain::day_of(host::show::now_ms())));
    assert!(training::empty(built(), data.path()).unwrap());
    assert!(!data.path().join("objects").exists());
}

#[test]
fn the_training_campaign_has_all_that_a_days_list_shows() {
    let data = TempDir::new().unwrap();
    let server = Server::start(built(), data.path(), "127.0.0.1:0").unwrap();
    training::fill(&server).unwrap();
    let people = vec![training::field_worker()];
    let answer = links::setup(&server, None, people, SetupWhen::Always).unwrap();
    let phone = host::device::Device::enrol(&server.url(), &answer.links[0], "phone").unwrap();
    let held = phone.pull(tests::world::county()).unwrap();
    let count = |kind: &str| held.values().filter(|record| record.kind == kind).count();
    for kind in [
        "task",
        "dependant",
        "elder_visit",
        "child_visit",
        "bulletin",
        "shift",
    ] {
        assert!(count(kind) > 0, "{kind}");
    }
    assert_eq!(count("contact"), 22);
}
