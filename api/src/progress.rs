//! `GET /api/progress/{area}?from=DATE&until=DATE&priority=CATEGORY`: the progress table, from the
//! same fold as the manager's screen uses. A city's or province's is the sum of what its ledgers
//! counted; what goes from one county to another is kept, and counted, in the ledgers above.

use crate::error::{Answered, ApiError};
use crate::ledger::Store;
use crate::objects;
use crate::rollup::{self, KeptAnswer};
use crate::sync::Asked;
use crate::token::{self, Claims, now_ms};
use domain::area::Level;
use domain::indicator::rollup::{Part, Progress, above, table};
use domain::indicator::{Category, Fold, Period};
use domain::{Area, Campaign};
use futures_util::StreamExt as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use worker::{Env, Request, Response};

/// So many ledgers are asked at once.
const AT_ONCE: usize = 24;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProgressAsk {
    pub campaign: Campaign,
    pub area: Area,
    pub period: Period,
    pub category: Option<Category>,
}

#[derive(Deserialize)]
struct Query {
    from: Option<Date>,
    until: Option<Date>,
    priority: Option<Category>,
}

pub async fn get(request: &Request, env: &Env, area: &str) -> Answered {
    let claims = token::claims(request, env).await?;
    let area = Area::parse(area)
        .filter(|area| area.is_known())
        .ok_or(ApiError::UnknownArea)?;
    let malformed = |e: worker::Error| ApiError::Malformed(e.to_string());
    let query: Query = request.query().map_err(malformed)?;
    let campaign: Option<Campaign> = objects::registry(env)?.ask("/campaign").await?;
    let campaign = campaign.ok_or(ApiError::NoCampaign)?;
    let period = Period {
        from: query.from.unwrap_or(campaign.from),
        until: query.until.unwrap_or(campaign.until),
    };
    let ask = ProgressAsk {
        campaign,
        area,
        period,
        category: query.priority,
    };
    match told(env, &claims, &ask).await? {
        Ok(progress) => Ok(Response::from_json(&progress)?),
        Err(refused) => Ok(refused),
    }
}

/// The table as the asker may see it; the inner error is a ledger's refusal.
pub async fn told(
    env: &Env,
    claims: &Claims,
    ask: &ProgressAsk,
) -> Result<Result<Progress, Response>, ApiError> {
    let parts = match parts(env, claims, ask).await? {
        Ok(parts) => parts,
        Err(refused) => return Ok(Err(refused)),
    };
    let oldest = parts.iter().map(|part| part.as_of).min();
    Ok(Ok(Progress {
        table: table(ask.area, &parts, ask.category, Some(&claims.grants)),
        as_of: oldest.unwrap_or_else(now_ms),
    }))
}

fn asked(claims: &Claims, ledger: Area, ask: &ProgressAsk) -> Asked<ProgressAsk> {
    Asked {
        claims: claims.clone(),
        ledger,
        ask: ask.clone(),
    }
}

/// What the ledgers counted that hold anything of an area. Of a city or province: as it is kept
/// there, if that is what the asker sees and the period is one of those that are kept; else each
/// ledger is asked. The inner error is a ledger's refusal.
async fn parts(
    env: &Env,
    claims: &Claims,
    ask: &ProgressAsk,
) -> Result<Result<Vec<Part>, Response>, ApiError> {
    let (area, grants) = (ask.area, &claims.grants);
    let (mut parts, mut to_ask) = (Vec::new(), grants.ledgers());
    if area.level() > Level::City {
        to_ask = vec![area.ledger()];
    } else if rollup::is_kept(ask, grants, now_ms()) {
        let asked = asked(claims, area, ask);
        let mut answer = objects::ledger(env, area)?
            .pass("/progress/kept", &asked)
            .await?;
        if answer.status_code() != 200 {
            return Ok(Err(answer));
        }
        let kept: KeptAnswer = answer.json().await?;
        parts = kept.parts;
        parts.iter_mut().for_each(|part| part.retain_seen(grants));
        // Counted for other days or by other rules; the rest have nothing to count.
        to_ask = kept.stale;
    }
    to_ask.retain(|ledger| area.ledger().contains(*ledger));
    to_ask.extend(above(area.ledger()));
    let answers = to_ask.into_iter().map(async |ledger| {
        let object = objects::ledger(env, ledger)?;
        object
            .pass("/progress/part", &asked(claims, ledger, ask))
            .await
    });
    let mut answers = futures_util::stream::iter(answers).buffer_unordered(AT_ONCE);
    while let Some(answer) = answers.next().await {
        let mut answer = answer?;
        if answer.status_code() != 200 {
            return Ok(Err(answer));
        }
        parts.push(answer.json().await?);
    }
    Ok(Ok(parts))
}

/// One ledger's part of the table of an area: what the asker may see, and nothing else.
pub fn part_at_ledger(store: &Store, asked: &Asked<ProgressAsk>) -> Answered {
    let (ask, grants) = (&asked.ask, &asked.claims.grants);
    rollup::notice(store, &ask.campaign)?;
    let now = now_ms();
    let mut fold = Fold::new(ask.period, now).seen_by(grants);
    store.each(|record| {
        if let Some(seen) = grants.view(&record) {
            fold.add(&seen, &ask.campaign);
        }
    })?;
    let counted = fold.settled();
    let part = Part::asked(asked.ledger, &counted, ask.area, ask.category, now);
    Ok(Response::from_json(&part)?)
}
