//! `POST /api/export`: everything, page by page, as lines of JSON, for whoever runs the server and
//! holds its setup key.

use crate::audit::{self, Who};
use crate::error::{Answered, ApiError};
use crate::ledger::BODY;
use crate::objects::{self, read};
use crate::photo::{self, Album as _};
use crate::sql::{self, Row};
use crate::sync::ledger_of;
use crate::{ledger, registry, setup};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::audit::Deed;
use domain::block::Block;
use domain::change::is_json;
use domain::export::{
    DamagedLine, DeviceLine, ExportAsk, HistoryLine, Line, PageEnd, Part, PersonLine, PhotoLine,
    RecordLine,
};
use domain::pack::Damaged;
use domain::{Area, Change, Device, Id, row};
use serde_json::value::RawValue;
use std::fmt::Write;
use worker::{Env, Request, Response, SqlStorage};

/// So many rows are read at once; a picture's row is large.
const ROWS: i64 = 500;
const BLOCKS: usize = 64;
const PHOTO_ROWS: i64 = 8;

pub async fn post(request: &mut Request, env: &Env) -> Answered {
    setup::by_who_runs_the_server(request, env)?;
    let ask: ExportAsk = read(request).await?;
    let whose = ask.ledger.map(|area| area.to_string()).unwrap_or_default();
    worker::console_log!("export: {:?} {whose} after {}", ask.part, ask.after);
    let object = match ask.ledger {
        Some(area) => objects::ledger(env, ledger_of(&area.to_string())?)?,
        None => objects::registry(env)?,
    };
    let mut page = object.pass("/export", &ask).await?;
    let lines = page.bytes().await?;
    if page.status_code() != 200 {
        return Ok(Response::from_bytes(lines)?.with_status(page.status_code()));
    }
    // Nothing leaves before the log has it; the last line of a page is no row.
    let rows = lines.iter().filter(|byte| **byte == b'\n').count() as u64;
    let rows = rows.saturating_sub(1);
    let what = format!("{:?} {whose}", ask.part).trim_end().to_lowercase();
    let deed = Deed::Exported { what, rows };
    let noted = objects::registry(env)?.pass("/export/note", &deed).await?;
    if noted.status_code() != 200 {
        return Ok(noted);
    }
    answer(lines)
}

pub fn note_at_registry(store: &registry::Store, deed: &Deed) -> Answered {
    if matches!(deed, Deed::Exported { rows, .. } if *rows > 0) {
        audit::note(store, Who::default(), deed)?;
    }
    Ok(Response::empty()?.with_status(200))
}

pub fn at_registry(store: &registry::Store, ask: &ExportAsk) -> Answered {
    match ask.part {
        Part::Campaign => {
            let mut page = Page::default();
            if let Some(campaign) = store.campaign()? {
                page.add(&Line::Campaign(campaign))?;
            }
            page.answer()
        }
        Part::People => {
            let query = "SELECT rowid, id, name, grants FROM person WHERE rowid > ?
                         ORDER BY rowid LIMIT ?";
            paged(&store.sql, query, ask, ROWS, person)
        }
        Part::Devices => {
            let query = "SELECT rowid, number, person, name, enrolled, seen, revoked FROM device
                         WHERE rowid > ? ORDER BY rowid LIMIT ?";
            paged(&store.sql, query, ask, ROWS, device)
        }
        Part::History | Part::Records | Part::Photos => Err(ApiError::NoSuchAddress),
    }
}

pub async fn at_ledger(store: &ledger::Store, env: &Env, ask: &ExportAsk) -> Answered {
    let area = ask.ledger.ok_or(ApiError::UnknownArea)?;
    match ask.part {
        Part::History => history(store, area, ask),
        Part::Records => {
            let query =
                format!("SELECT seq, {BODY} FROM record WHERE seq > ? ORDER BY seq LIMIT ?");
            paged(&store.sql, &query, ask, ROWS, |seq, mut row| {
                let record = row::read(&row.bytes()).map_err(|e| e.to_string())?;
                let ledger = area;
                Ok(Line::Record(RecordLine {
                    ledger,
                    seq,
                    record,
                }))
            })
        }
        Part::Photos => photos(store, env, area, ask).await,
        Part::Campaign | Part::People | Part::Devices => Err(ApiError::NoSuchAddress),
    }
}

/// A page of pictures, wherever their bytes are kept.
async fn photos(store: &ledger::Store, env: &Env, ledger: Area, ask: &ExportAsk) -> Answered {
    let query = "SELECT rowid, name, type FROM photo WHERE rowid > ? ORDER BY rowid LIMIT ?";
    let values = vec![(ask.after as i64).into(), PHOTO_ROWS.into()];
    let found = sql::rows(&store.sql, query, values)?;
    let full = found.len() as i64 == PHOTO_ROWS;
    let album = photo::album(&store.sql, env, ledger);
    let (mut page, mut last) = (Page::default(), ask.after);
    for mut row in found {
        let (seq, name, content_type) = (row.number() as u64, row.text(), row.text());
        page.add(&match album.find(&name).await? {
            Some(bytes) => Line::Photo(PhotoLine {
                ledger,
                name,
                content_type,
                bytes: STANDARD.encode(bytes),
            }),
            None => Line::Damaged(DamagedLine {
                ledger: Some(ledger),
                part: ask.part,
                seq,
                why: format!("the bytes of picture {name} are missing"),
            }),
        })?;
        last = seq;
    }
    page.next = full.then_some(last);
    page.answer()
}

/// One page of rows whose first column is their number; what cannot be read is named, not left out.
fn paged(
    sql: &SqlStorage,
    query: &str,
    ask: &ExportAsk,
    rows: i64,
    line: impl Fn(u64, Row) -> Result<Line, String>,
) -> Answered {
    let found = sql::rows(sql, query, vec![(ask.after as i64).into(), rows.into()])?;
    let full = found.len() as i64 == rows;
    let (mut page, mut last) = (Page::default(), ask.after);
    for mut row in found {
        let seq = row.number() as u64;
        let (ledger, part) = (ask.ledger, ask.part);
        let damaged = |why| {
            Line::Damaged(DamagedLine {
                ledger,
                part,
                seq,
                why,
            })
        };
        page.add(&line(seq, row).unwrap_or_else(damaged))?;
        last = seq;
    }
    page.next = full.then_some(last);
    page.answer()
}

fn id(bytes: &[u8]) -> Result<Id, String> {
    let bytes = <[u8; 16]>::try_from(bytes).map_err(|_| "an id of another length".to_owned())?;
    Ok(Id::from_bytes(bytes))
}

fn person(_: u64, mut row: Row) -> Result<Line, String> {
    Ok(Line::Person(PersonLine {
        id: id(&row.bytes())?,
        name: row.text(),
        grants: serde_json::from_str(&row.text()).map_err(|e| e.to_string())?,
    }))
}

fn device(_: u64, mut row: Row) -> Result<Line, String> {
    let device = Device::parse(&row.text()).ok_or("a device of another form")?;
    Ok(Line::Device(DeviceLine {
        device,
        person: id(&row.bytes())?,
        name: row.text(),
        enrolled: row.number(),
        seen: row.number(),
        revoked: row.number() != 0,
    }))
}

/// A page of the history; a block that cannot be read is named by its last change.
fn history(store: &ledger::Store, area: Area, ask: &ExportAsk) -> Answered {
    let blocks = store.blocks_after(ask.after, BLOCKS)?;
    let full = blocks.len() == BLOCKS;
    let (mut page, mut last, mut before) = (Page::default(), ask.after, None);
    for block in blocks {
        let link = before.map_or_else(|| store.link_before(&block), Ok)?;
        match changes(area, &block, &link) {
            Ok(lines) => {
                for line in lines.into_iter().filter(|line| line.seq > ask.after) {
                    page.add(&Line::History(line))?;
                }
            }
            Err(why) => page.add(&Line::Damaged(DamagedLine {
                ledger: Some(area),
                part: ask.part,
                seq: block.last,
                why,
            }))?,
        }
        last = block.last;
        before = Some(block.chain);
    }
    page.next = full.then_some(last);
    page.answer()
}

/// The lines of a block's changes. The last one's link is told as it is kept, those before it as they
/// follow from the block before.
fn changes(ledger: Area, block: &Block, before: &[u8]) -> Result<Vec<HistoryLine>, String> {
    let damaged = |error: Damaged| error.to_string();
    let links = block.links(before).map_err(damaged)?;
    let entries = block.entries().map_err(damaged)?;
    let lines = entries.into_iter().zip(links).map(|(entry, link)| {
        let (record, stamp) = entry.about().map_err(damaged)?;
        let link = match entry.seq == block.last {
            true => &block.chain,
            false => &link[..],
        };
        let (change, kept) = told(entry.change)?;
        Ok(HistoryLine {
            ledger,
            seq: entry.seq,
            record,
            stamp: stamp.to_string(),
            person: block.person,
            received: block.received,
            change,
            kept,
            chain: link.iter().fold(String::new(), |mut hex, byte| {
                let _ = write!(hex, "{byte:02x}");
                hex
            }),
            earlier: entry.earlier,
        })
    });
    lines.collect()
}

/// A change as JSON, and the bytes in which it is kept unless they are the same.
fn told(kept: &[u8]) -> Result<(Box<RawValue>, Option<String>), String> {
    let json = match is_json(kept) {
        true => String::from_utf8(kept.to_vec()).map_err(|e| e.to_string())?,
        false => {
            let change = Change::unpack(kept).map_err(|e| e.to_string())?;
            serde_json::to_string(&change).map_err(|e| e.to_string())?
        }
    };
    // Within one line; what the server writes has no line break.
    if json.contains(['\n', '\r']) {
        return Err("a change with a line break".to_owned());
    }
    let change = RawValue::from_string(json).map_err(|e| e.to_string())?;
    let kept = (!is_json(kept)).then(|| STANDARD.encode(kept));
    Ok((change, kept))
}

/// Lines, and where the next page begins.
#[derive(Default)]
struct Page {
    lines: Vec<u8>,
    next: Option<u64>,
}

impl Page {
    fn add(&mut self, line: &Line) -> Result<(), ApiError> {
        self.lines.extend(objects::json(line)?);
        self.lines.push(b'\n');
        Ok(())
    }

    fn answer(mut self) -> Answered {
        let next = self.next;
        self.add(&Line::Page(PageEnd { next }))?;
        answer(self.lines)
    }
}

fn answer(lines: Vec<u8>) -> Answered {
    let mut response = Response::from_bytes(lines)?;
    let headers = response.headers_mut();
    headers.set("content-type", "application/x-ndjson")?;
    headers.set("cache-control", "no-store")?;
    Ok(response)
}
