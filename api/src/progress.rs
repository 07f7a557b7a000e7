//! `GET /api/progress/{area}?from=DATE&until=DATE`: the progress table, from the same fold as the
//! manager's screen uses.

use crate::error::{Answered, ApiError};
use crate::ledger::Store;
use crate::objects;
use crate::sync::Asked;
use crate::token::{self, now_ms};
use domain::indicator::{Fold, Period};
use domain::{Area, Campaign};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use worker::{Env, Request, Response};

#[derive(Debug, Serialize, Deserialize)]
pub struct ProgressAsk {
    campaign: Campaign,
    area: Area,
    period: Period,
}

#[derive(Deserialize)]
struct Query {
    from: Option<Date>,
    until: Option<Date>,
}

pub async fn get(request: Request, env: &Env, area: &str) -> Answered {
    let claims = token::claims(&request, env).await?;
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
    };
    let ledger = area.ledger();
    objects::ledger(env, ledger)?
        .pass(
            "/progress",
            &Asked {
                claims,
                ledger,
                ask,
            },
        )
        .await
}

/// Counts what the asker may see, and nothing else.
pub fn at_ledger(store: &Store, asked: &Asked<ProgressAsk>) -> Answered {
    let ask = &asked.ask;
    let mut fold = Fold::new(ask.period, now_ms());
    store.each(|record| {
        if let Some(seen) = asked.claims.grants.view(&record) {
            fold.add(&seen, &ask.campaign);
        }
    })?;
    Ok(Response::from_json(&fold.table(ask.area))?)
}
