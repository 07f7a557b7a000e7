//! Where the figures come from: counted here, if the device holds all that its person may see, else
//! asked of the server and kept for when there is no network.

use super::choice::Choice;
use crate::desk::Desk;
use crate::{api, now, session};
use domain::indicator::rollup::Progress;
use domain::indicator::{Figure, Fold, Indicator, Period, Table, Tally, Unit};
use domain::value::decimal;
use domain::{Area, Campaign};
use jiff::civil::Date;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::sync::Arc;

/// The setting that keeps what the server last answered.
const KEPT: &str = "progress";
/// So many answers are kept.
const ANSWERS: usize = 8;

thread_local! {
    /// What was counted last: the table, the trends and the records behind a figure are of one fold.
    static LAST: RefCell<Option<(Counting, Arc<Tally>)>> = const { RefCell::new(None) };
}

/// What a count depends on, beside the hour.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Counting {
    version: u64,
    period: Period,
    today: Date,
}

/// The same fold as the server's, over what is on this device.
pub fn tally(desk: Desk, choice: &Choice) -> Option<Arc<Tally>> {
    let profile = desk.profile()?;
    let today = desk.today.get();
    let counting = Counting {
        version: desk.version(),
        period: choice.period(&profile.campaign, today),
        today,
    };
    let now = now::now_ms();
    let held = LAST.with_borrow(|last| {
        let (held, tally) = last.as_ref()?;
        let same = *held == counting && tally.changes_at().is_none_or(|at| now < at);
        same.then(|| tally.clone())
    });
    if held.is_some() {
        return held;
    }
    let mut fold = Fold::new(counting.period, now).seen_by(&profile.grants);
    desk.read(|shelf| {
        let records = shelf.records();
        records.for_each(|record| fold.add(&record, &profile.campaign));
    });
    let tally = Arc::new(fold.settled());
    LAST.set(Some((counting, tally.clone())));
    Some(tally)
}

/// True if every ledger that this person sees has been pulled to this device.
pub fn is_whole(desk: Desk) -> bool {
    desk.version();
    let ledgers = desk.profile().map(|profile| profile.ledgers);
    desk.cursors.with_value(|cursors| {
        let pulled = |ledger: &Area| cursors.get(ledger).is_some_and(|c| !c.view.is_empty());
        ledgers.is_some_and(|ledgers| ledgers.iter().all(pulled))
    })
}

#[derive(Default, Serialize, Deserialize)]
struct Answers(Vec<(String, Progress)>);

/// The server's table, from the network or as it was kept; `None` if neither has it.
pub async fn served(desk: Desk, choice: Choice) -> Option<Progress> {
    let profile = desk.profile_now()?;
    let home = profile.grants.home()?;
    let area = choice
        .at
        .filter(|area| home.contains(*area))
        .unwrap_or(home);
    let period = choice.period(&profile.campaign, desk.today.get_untracked());
    let priority = choice
        .priority
        .map(|one| format!("&priority={}", one.key()));
    let path = format!(
        "/api/progress/{area}?from={}&until={}{}",
        period.from,
        period.until,
        priority.unwrap_or_default()
    );
    let mut kept = kept(desk).await;
    let Ok(progress) = asked(desk, &path).await else {
        let found = kept.0.into_iter().find(|(asked, _)| *asked == path);
        return found.map(|(_, progress)| progress);
    };
    kept.0.retain(|(asked, _)| *asked != path);
    kept.0.insert(0, (path, progress.clone()));
    kept.0.truncate(ANSWERS);
    if let Ok(text) = serde_json::to_string(&kept) {
        // On a full device it is asked again next time.
        let _ = desk.store().set(KEPT, &text.as_str().into()).await;
    }
    Some(progress)
}

async fn asked(desk: Desk, path: &str) -> Result<Progress, api::ApiError> {
    let token = session::token(desk).await?;
    api::get(path, &token).await
}

async fn kept(desk: Desk) -> Answers {
    let text = desk.store().setting(KEPT).await.ok().flatten();
    let text = text.and_then(|value| value.as_string());
    text.and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}

/// A table, and when the server had counted it, if it was the server.
#[derive(Clone, PartialEq)]
pub struct Shown {
    pub table: Table,
    pub as_of: Option<i64>,
}

/// A number as people read it: 123.45, 33.3%.
pub fn text(desk: Desk, indicator: &Indicator, number: Option<i64>) -> String {
    let Some(number) = number else {
        return desk.t("progress.none");
    };
    let text = decimal(number, indicator.unit.decimals());
    match indicator.unit {
        Unit::PerMille => format!("{text}%"),
        _ => text,
    }
}

/// How much of the target is reached, in words; nothing without a target.
pub fn target(
    desk: Desk,
    campaign: &Campaign,
    indicator: &Indicator,
    figure: Figure,
    area: Area,
) -> Option<String> {
    let target = indicator.target(campaign, area)?;
    let reached = figure.reached(target);
    let reached = reached.map_or_else(
        || desk.t("progress.none"),
        |reached| format!("{}%", decimal(reached, 1)),
    );
    let target = text(desk, indicator, Some(target));
    let values = [("target", target.as_str()), ("reached", reached.as_str())];
    Some(desk.fill("progress.target", &values))
}
