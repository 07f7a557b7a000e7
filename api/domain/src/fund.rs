//! A township's reserve fund for temporary relief (临时救助备用金): its balance, and whether one
//! more entry fits (C33).

use crate::area::Level;
use crate::kinds::fund_entry::{AMOUNT, ASSISTANCE, DIRECTION, ENTRY, FUND_ENTRY, RESCUE};
use crate::value::Shape;
use crate::{Area, Campaign, Id, Record};

/// What a fund holds; sums are in fen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Balance {
    /// Paid in minus paid out; below zero only if two phones spent the same money.
    pub balance: i64,
    pub paid_in: i64,
    pub paid_out: i64,
    pub ceiling: i64,
    /// True if the fund is to be replenished.
    pub low: bool,
}

impl Balance {
    /// What has to be paid in (fen) to fill a fund that is low; 0 if it is not.
    pub const fn to_replenish(&self) -> i64 {
        match self.low {
            true => self.ceiling.saturating_sub(self.balance),
            false => 0,
        }
    }
}

/// Why an entry does not fit; the sum (fen) says by how much.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Misfit {
    #[error("the fund lacks {0} fen for this; have it replenished first, or pay less")]
    Short(i64),
    #[error("this would leave {0} fen more in the fund than it may hold; pay in less")]
    AboveCeiling(i64),
}

/// The fund of a township (or of the township in which a village lies) by its entries, in any
/// order; records of other kinds and other townships do not count.
pub fn balance<'r>(
    records: impl IntoIterator<Item = &'r Record>,
    township: Area,
    campaign: &Campaign,
) -> Balance {
    let here = |record: &&Record| {
        let of = record.area().and_then(|area| area.at(Level::Township));
        of.is_some() && of == township.at(Level::Township)
    };
    let (mut paid_in, mut paid_out) = (0i64, 0i64);
    for entry in records.into_iter().filter(here) {
        match signed(entry) {
            Some(sum) if sum >= 0 => paid_in = paid_in.saturating_add(sum),
            Some(sum) => paid_out = paid_out.saturating_sub(sum),
            None => {}
        }
    }
    let (balance, ceiling) = (paid_in.saturating_sub(paid_out), campaign.fund_ceiling);
    let share = i128::from(campaign.replenish_below);
    Balance {
        balance,
        paid_in,
        paid_out,
        ceiling,
        low: i128::from(balance) * 100 < i128::from(ceiling) * share,
    }
}

/// Whether an entry may be written. A correction always may: it says what is so.
///
/// # Errors
/// A [`Misfit`] if the fund would then hold less than nothing, or more than it may.
pub fn fits(before: &Balance, entry: &Record) -> Result<(), Misfit> {
    let sum = match signed(entry) {
        Some(sum) if entry.text(ENTRY.name()) != "correction" => sum,
        _ => return Ok(()),
    };
    let after = before.balance.saturating_add(sum);
    if sum < 0 && after < 0 {
        Err(Misfit::Short(after.saturating_neg()))
    } else if sum > 0 && after > before.ceiling {
        Err(Misfit::AboveCeiling(after - before.ceiling))
    } else {
        Ok(())
    }
}

/// What was granted at once and is to come out of a township's fund: temporary relief that was
/// approved, and a rescue with money.
pub fn is_granted(record: &Record) -> bool {
    let says = |field: &str, value: &str| record.text(field) == value;
    let amount = record.value("amount").and_then(i64::read).unwrap_or(0);
    let granted = match record.kind.as_str() {
        "assistance" => says("type", "temporary") && says("step", "granted"),
        "rescue" => true,
        _ => false,
    };
    granted && amount > 0 && !record.is_deleted()
}

/// What an entry pays for.
pub fn paid_for(entry: &Record) -> Option<Id> {
    let out = entry.kind == FUND_ENTRY.name && entry.text(DIRECTION.name()) == "out";
    let named = entry.get(&ASSISTANCE).or_else(|| entry.get(&RESCUE));
    named.filter(|_| out)
}

/// What an entry adds to the fund; negative for what it takes out.
pub(crate) fn signed(entry: &Record) -> Option<i64> {
    if entry.kind != FUND_ENTRY.name || entry.is_deleted() {
        return None;
    }
    let amount = entry.get(&AMOUNT)?;
    match entry.text(DIRECTION.name()) {
        "in" => Some(amount),
        "out" => Some(-amount),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Stamp;
    use jiff::civil::date;

    const HERE: &str = "371721101";

    fn campaign() -> Campaign {
        let shandong = Area::parse("37").unwrap();
        let (from, until) = (date(2023, 1, 1), date(2023, 2, 28));
        Campaign::new(Id::new(0, [0; 10]), "春暖行动", shandong, from, until)
    }

    fn entry(area: &str, direction: &str, yuan: i64) -> Record {
        let mut record = Record::new(Id::new(1, [1; 10]), "fund_entry");
        record.put("area", area.into(), Stamp::default());
        record.put("direction", direction.into(), Stamp::default());
        record.set(&AMOUNT, yuan * 100, Stamp::default());
        record
    }

    fn fund(entries: &[Record]) -> Balance {
        balance(entries, Area::parse(HERE).unwrap(), &campaign())
    }

    #[test]
    fn a_fund_holds_what_was_paid_in_less_what_was_paid_out_in_its_own_township() {
        let held = fund(&[
            entry(HERE, "out", 500),
            entry(HERE, "in", 20_000),
            entry("371721101004", "out", 300),
            entry("371721102", "out", 9_000),
            entry("371721", "in", 9_000),
        ]);
        assert_eq!((held.paid_in, held.paid_out), (2_000_000, 80_000));
        assert_eq!((held.balance, held.ceiling), (1_920_000, 2_000_000));
        assert!(!held.low);
    }

    #[test]
    fn a_fund_below_half_of_its_ceiling_is_to_be_replenished() {
        let half = [entry(HERE, "in", 20_000), entry(HERE, "out", 10_000)];
        assert!(!fund(&half).low);
        let less = [entry(HERE, "in", 20_000), entry(HERE, "out", 10_001)];
        assert!(fund(&less).low);
        assert!(fund(&[]).low);
    }

    #[test]
    fn nobody_pays_out_more_than_is_there_or_fills_above_the_ceiling() {
        let held = fund(&[entry(HERE, "in", 15_000)]);
        assert_eq!(fits(&held, &entry(HERE, "out", 15_000)), Ok(()));
        let short = fits(&held, &entry(HERE, "out", 15_001));
        assert_eq!(short, Err(Misfit::Short(100)));
        assert_eq!(fits(&held, &entry(HERE, "in", 5_000)), Ok(()));
        let above = fits(&held, &entry(HERE, "in", 5_001));
        assert_eq!(above, Err(Misfit::AboveCeiling(100)));
    }

    #[test]
    fn a_correction_is_written_whatever_it_says() {
        let held = fund(&[entry(HERE, "in", 100)]);
        let mut correction = entry(HERE, "out", 200);
        correction.put("kind_of_entry", "correction".into(), Stamp::default());
        assert_eq!(fits(&held, &correction), Ok(()));
    }

    #[test]
    fn two_phones_that_spent_the_same_money_show_a_fund_below_zero_that_may_be_filled() {
        let spent = [
            entry(HERE, "in", 100),
            entry(HERE, "out", 80),
            entry(HERE, "out", 80),
        ];
        let held = fund(&spent);
        assert_eq!(held.balance, -6_000);
        assert!(held.low);
        assert_eq!(fits(&held, &entry(HERE, "in", 60)), Ok(()));
    }
}
