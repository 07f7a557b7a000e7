//! Where the figures come from: counted here, if the device holds all that its person may see, else
//! asked of the server and kept for when there is no network.

use super::choice::Choice;
use crate::desk::{Desk, Phase};
use crate::{api, now, session};
use domain::indicator::rollup::Progress;
use domain::indicator::{Figure, Fold, Indicator, Period, Table, Tally, Unit};
use domain::value::decimal;
use domain::{Area, Campaign};
use jiff::civil::Date;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::sync::Arc;

/// The setting that keeps what the server last answered.
const KEPT: &str = "progress";
/// The setting that names the ledgers of which all has been pulled.
const WHOLE: &str = "whole";
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

/// The ledgers that this person sees, if some of each has been pulled.
fn pulled(desk: Desk) -> Option<String> {
    desk.version();
    let ledgers = desk.profile()?.ledgers;
    let begun = desk.cursors.with_value(|cursors| {
        let pulled = |ledger: &Area| cursors.get(ledger).is_some_and(|c| !c.view.is_empty());
        ledgers.iter().all(pulled)
    });
    let codes: Vec<String> = ledgers.iter().map(Area::to_string).collect();
    begun.then(|| codes.join(" "))
}

/// Whether all that this person sees has once been pulled to this device, to the end; `None` until
/// that has been read. A first download may be cut off in the middle, and what is here then is no
/// figure.
pub fn wholeness(desk: Desk) -> Memo<Option<bool>> {
    let marked = RwSignal::new(String::new());
    let held = LocalResource::new(move || async move {
        let held = desk.store().setting(WHOLE).await.ok().flatten();
        held.and_then(|value| value.as_string()).unwrap_or_default()
    });
    Effect::new(move || {
        let synced = desk.phase.get() == Phase::Idle && desk.last_contact.with(Option::is_some);
        let ledgers = pulled(desk).filter(|_| synced);
        if let Some(ledgers) = ledgers.filter(|now| marked.with_untracked(|held| held != now)) {
            spawn_local(async move {
                // On a full device it is marked again next time.
                let _ = desk.store().set(WHOLE, &ledgers.as_str().into()).await;
                let _ = marked.try_set(ledgers);
            });
        }
    });
    Memo::new(move |_| {
        let Some(ledgers) = pulled(desk) else {
            return Some(false);
        };
        if marked.with(|held| *held == ledgers) {
            return Some(true);
        }
        held.get().map(|held| held == ledgers)
    })
}

#[derive(Default, Serialize, Deserialize)]
struct Answers(Vec<(String, Progress)>);

/// The server's table, from the network or as it was kept; `None` if neither has it.
async fn served(desk: Desk, choice: Choice) -> Option<Progress> {
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

/// The table of what is chosen: counted here, or the server's while this device holds a part only.
pub fn shown(desk: Desk, choice: Memo<Choice>, whole: Memo<Option<bool>>) -> Memo<Option<Shown>> {
    let asked = LocalResource::new(move || {
        let (choice, whole) = (choice.get(), whole.get());
        async move {
            match whole {
                Some(false) => served(desk, choice).await,
                _ => None,
            }
        }
    });
    Memo::new(move |_| {
        let choice = choice.get();
        let area = choice.area(desk)?;
        let answer = match whole.get()? {
            true => None,
            // Counting anew with each page of the first download would hold it up.
            false => asked.get()?,
        };
        let answer = answer.filter(|answer| answer.table.total.area == area);
        Some(match answer {
            Some(answer) => Shown {
                table: answer.table,
                as_of: Some(answer.as_of),
            },
            None => Shown {
                table: tally(desk, &choice)?.table(area, choice.priority),
                as_of: None,
            },
        })
    })
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
