//! Everything that a server holds, as lines of JSON in a file (see `domain::export`).

use crate::backup::{self, Copied};
use crate::build::Built;
use crate::error::{At, HostError};
use crate::http::{self, Trust};
use crate::serve::Server;
use crate::{objects, outlet, show};
use domain::Area;
use domain::export::{Begin, ExportAsk, FORM, FileEnd, Line, PageEnd, Part};
use std::io::{BufRead, BufReader};
use std::path::Path;

/// A server that is asked for everything, and the key that it answers to.
pub struct Source {
    url: String,
    key: String,
    trust: Trust,
    ledgers: Vec<Area>,
    /// What this program started for the purpose, in the order in which it ends.
    _own: Option<(Server, Copied)>,
}

impl Source {
    /// A server of its own on a consistent copy of the data, so that a running one is not touched.
    ///
    /// # Errors
    /// What could not be copied or started.
    pub fn copied(built: &Built, data: &Path) -> Result<Self, HostError> {
        let copy = show::step("copying the data as they are now", || backup::copy(data))?;
        let there = |area: &Area| {
            let file = objects::file_of(copy.path(), objects::LEDGERS, &area.to_string());
            file.exists()
        };
        let ledgers = objects::ledgers().filter(there).collect();
        let server = Server::start(built, copy.path(), "127.0.0.1:0")?;
        Ok(Self {
            url: server.own_url(),
            key: server.setup_key().to_owned(),
            trust: Trust::default(),
            ledgers,
            _own: Some((server, copy)),
        })
    }

    /// A server elsewhere, with its setup key.
    pub fn at(url: &str, key: String, trust: Trust) -> Self {
        Self {
            url: url.trim_end_matches('/').to_owned(),
            key,
            trust,
            ledgers: objects::ledgers().collect(),
            _own: None,
        }
    }

    pub fn ledgers(&self) -> &[Area] {
        &self.ledgers
    }

    /// Every line of one part, one after another; never more than a page is in memory.
    ///
    /// # Errors
    /// The server's refusal, an answer that was cut, or whatever `with` returns.
    pub fn each(
        &self,
        ledger: Option<Area>,
        part: Part,
        mut with: impl FnMut(&str) -> Result<(), HostError>,
    ) -> Result<(), HostError> {
        let url = format!("{}/api/export", self.url);
        let key = format!("Setup {}", self.key);
        let mut next = Some(0);
        while let Some(after) = next {
            let ask = ExportAsk {
                ledger,
                part,
                after,
            };
            let body = serde_json::to_vec(&ask).unwrap_or_default();
            let page = http::stream(&url, &[("authorization", &key)], &body, &self.trust)?;
            let mut end = None;
            for line in BufReader::new(page).lines() {
                let cut = |e: std::io::Error| HostError::Unreachable {
                    url: url.clone(),
                    said: e.to_string(),
                };
                let line = line.map_err(cut)?;
                match ended(&line) {
                    Some(page) => end = Some(page),
                    None => with(&line)?,
                }
            }
            let cut = || HostError::Unreachable {
                url: url.clone(),
                said: "the answer was cut".to_owned(),
            };
            next = end.ok_or_else(cut)?.next;
        }
        Ok(())
    }
}

fn ended(line: &str) -> Option<PageEnd> {
    if !line.starts_with(r#"{"page":"#) {
        return None;
    }
    match serde_json::from_str(line).ok()? {
        Line::Page(end) => Some(end),
        _ => None,
    }
}

/// Writes everything into a file; how many lines it has.
///
/// # Errors
/// The server's refusal, or a file that cannot be written: then there is none.
pub fn export(source: &Source, out: &Path) -> Result<u64, HostError> {
    outlet::write(out, |to| {
        let mut lines = 0;
        let mut put = |text: &str| {
            lines += 1;
            writeln!(to, "{text}").at(out)
        };
        put(&text(&Line::Export(Begin {
            form: FORM,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            made: show::now_ms(),
        })))?;
        for part in Part::OF_REGISTRY {
            source.each(None, *part, &mut put)?;
        }
        for ledger in source.ledgers() {
            for part in Part::OF_LEDGER {
                source.each(Some(*ledger), *part, &mut put)?;
            }
        }
        let end = text(&Line::End(FileEnd { lines }));
        writeln!(to, "{end}").at(out)?;
        Ok(lines + 1)
    })
}

fn text(line: &Line) -> String {
    serde_json::to_string(line).unwrap_or_default()
}
