//! What a feed's link gives: a list of its tables, the figures, and the records of each kind, as CSV
//! or as JSON with a link to what follows, in the manner of OData.

use super::Opened;
use crate::error::{Answered, ApiError};
use crate::ledger::Store;
use crate::limit::Came;
use crate::objects;
use crate::progress::{self, ProgressAsk};
use crate::steps::Rows as _;
use crate::sync::Asked;
use crate::token::{Claims, LIFE_MS, now_ms};
use domain::feed::{self, FIGURES, FILE, PAGE};
use domain::indicator::Period;
use domain::indicator::rollup::viewer;
use domain::{Area, Campaign, Device, Kind, Value, pack};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};
use worker::{Env, Request, Response};

/// So many ledgers are asked for one answer; the next one begins where this ended.
const LEDGERS: usize = 40;
/// So many rows of a ledger are looked at at once.
const ROWS: usize = 1_000;

#[derive(Deserialize)]
struct Query {
    from: Option<Date>,
    until: Option<Date>,
    /// Where the page before ended: a ledger, and the number of its last row.
    #[serde(rename = "$skiptoken")]
    skip: Option<String>,
}

/// Which part of a table an answer is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    First,
    Later,
}

/// How a table is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Csv,
    Json,
}

pub async fn get(request: &Request, env: &Env, token: &str, table: &str) -> Answered {
    let came = Came::new(request, env, token.to_owned())?;
    let mut answer = objects::registry(env)?.pass("/feeds/open", &came).await?;
    if answer.status_code() != 200 {
        return Ok(answer);
    }
    let opened: Opened = answer.json().await?;
    let malformed = |e: worker::Error| ApiError::Malformed(e.to_string());
    let query: Query = request.query().map_err(malformed)?;
    let (name, form) = match table.rsplit_once('.') {
        Some((name, "csv")) => (name, Form::Csv),
        Some((name, "json")) => (name, Form::Json),
        _ => return Err(ApiError::NoSuchAddress),
    };
    match (name, form) {
        ("index", Form::Json) => index(),
        ("indicators", form) => figures(env, &opened, &query, form).await,
        (name, form) => {
            let kind = Kind::find(name).ok_or(ApiError::NoSuchAddress)?;
            let base = request.path();
            records(env, &opened, kind, &query, form, &base).await
        }
    }
}

/// The service document: each table by its name.
fn index() -> Answered {
    let table = |name: &str| {
        json!({ "name": name, "kind": "EntitySet", "url": format!("{name}.json"),
                "csv": format!("{name}.csv") })
    };
    let tables: Vec<_> = feed::tables().map(table).collect();
    Ok(Response::from_json(&json!({ "value": tables }))?)
}

/// With these eyes a feed reads: no device's, and for as long as a token lasts.
fn claims(opened: &Opened) -> Claims {
    Claims {
        device: Device::default(),
        person: opened.person,
        grants: viewer(opened.area),
        issued: now_ms(),
        expires: now_ms() + LIFE_MS,
    }
}

async fn figures(env: &Env, opened: &Opened, query: &Query, form: Form) -> Answered {
    let campaign: Option<Campaign> = objects::registry(env)?.ask("/campaign").await?;
    let campaign = campaign.ok_or(ApiError::NoCampaign)?;
    let period = Period {
        from: query.from.unwrap_or(campaign.from),
        until: query.until.unwrap_or(campaign.until),
    };
    let ask = ProgressAsk {
        campaign,
        area: opened.area,
        period,
        category: None,
    };
    let told = match progress::told(env, &claims(opened), &ask).await? {
        Ok(told) => told,
        Err(refused) => return Ok(refused),
    };
    let rows = feed::figures(&told.table);
    let columns = FIGURES.map(str::to_owned);
    written(form, &columns, &rows, Part::First, None)
}

#[derive(Debug, Serialize, Deserialize)]
pub struct PageAsk {
    kind: String,
    area: Area,
    after: u64,
    limit: usize,
}

#[derive(Debug, Serialize, Deserialize)]
struct PageAnswer {
    rows: Vec<Vec<Value>>,
    /// Where to go on, if this is not all.
    next: Option<u64>,
}

async fn records(
    env: &Env,
    opened: &Opened,
    kind: &'static Kind,
    query: &Query,
    form: Form,
    base: &str,
) -> Answered {
    let claims = claims(opened);
    let mut ledgers = claims.grants.ledgers();
    ledgers.sort_unstable();
    let (from, mut after) = match &query.skip {
        None => (ledgers.first().copied(), 0),
        Some(skip) => {
            let place = skip.split_once('-');
            let place = place.and_then(|(l, n)| Some((Area::parse(l)?, n.parse().ok()?)));
            let wrong = || ApiError::Malformed("$skiptoken".to_owned());
            let (ledger, after) = place.ok_or_else(wrong)?;
            (Some(ledger), after)
        }
    };
    let limit = if form == Form::Csv { FILE } else { PAGE };
    let (mut rows, mut next) = (Vec::new(), None);
    let rest = ledgers.into_iter().filter(|ledger| Some(*ledger) >= from);
    for (asked, ledger) in rest.enumerate() {
        if asked == LEDGERS || rows.len() >= limit {
            next = Some(format!("{ledger}-{after}"));
            break;
        }
        let ask = PageAsk {
            kind: kind.name.to_owned(),
            area: opened.area,
            after,
            limit: limit - rows.len(),
        };
        let asked = Asked {
            claims: claims.clone(),
            ledger,
            ask,
        };
        let mut answer = objects::ledger(env, ledger)?.pass("/feed", &asked).await?;
        if answer.status_code() != 200 {
            return Ok(answer);
        }
        let page: PageAnswer = answer.json().await?;
        rows.extend(page.rows);
        if let Some(on) = page.next {
            next = Some(format!("{ledger}-{on}"));
            break;
        }
        after = 0;
    }
    let columns = feed::columns(kind);
    let part = match query.skip {
        None => Part::First,
        Some(_) => Part::Later,
    };
    let next = next.map(|skip| format!("{base}?$skiptoken={skip}"));
    written(form, &columns, &rows, part, next)
}

/// A file begins with its head, and with the mark by which spreadsheets know UTF-8.
fn written(
    form: Form,
    columns: &[String],
    rows: &[Vec<Value>],
    part: Part,
    next: Option<String>,
) -> Answered {
    match form {
        Form::Csv => {
            let mut text = String::new();
            if part == Part::First {
                let head: Vec<Value> = columns.iter().map(|c| Value::from(c.as_str())).collect();
                text.push('\u{feff}');
                text.push_str(&feed::csv(&head));
            }
            rows.iter().for_each(|row| text.push_str(&feed::csv(row)));
            let mut response = Response::from_bytes(text.into_bytes())?;
            let headers = response.headers_mut();
            headers.set("content-type", "text/csv; charset=utf-8")?;
            if let Some(next) = next {
                headers.set("link", &format!("<{next}>; rel=\"next\""))?;
            }
            Ok(response)
        }
        Form::Json => {
            let value = |row: &Vec<Value>| {
                let cells = columns.iter().zip(row);
                let cells = cells.map(|(name, value)| (name.clone(), json!(value)));
                serde_json::Value::Object(cells.collect::<Map<_, _>>())
            };
            let mut answer = Map::new();
            answer.insert("value".to_owned(), rows.iter().map(value).collect());
            if let Some(next) = next {
                answer.insert("@odata.nextLink".to_owned(), next.into());
            }
            Ok(Response::from_json(&answer)?)
        }
    }
}

/// The open cells of a kind's records, from a row on.
pub fn at_ledger(store: &Store, asked: &Asked<PageAsk>) -> Answered {
    let ask = &asked.ask;
    let kind = Kind::find(&ask.kind).ok_or(ApiError::NoSuchAddress)?;
    let (mut rows, mut after) = (Vec::new(), ask.after);
    loop {
        let found = store.after(after, ROWS)?;
        let more = found.len() == ROWS;
        for row in found {
            let record = pack::unpack(&row.body)?;
            after = row.seq;
            rows.extend(feed::row(kind, &record, ask.area));
            if rows.len() == ask.limit {
                return Ok(Response::from_json(&PageAnswer {
                    rows,
                    next: Some(after),
                })?);
            }
        }
        if !more {
            return Ok(Response::from_json(&PageAnswer { rows, next: None })?);
        }
    }
}
