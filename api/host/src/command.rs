//! What the command line asks for.

use crate::door::{Door, KeyPair};
use crate::error::HostError;
use crate::{backup, package, tools};
use std::ffi::OsString;
use std::path::PathBuf;

pub const HELP: &str = "\
cargo run                                  a training campaign on http://localhost:8787
cargo run -- [--data DIR] [--listen ADDR]  the same elsewhere (default: .data, 127.0.0.1:8787)
cargo run -- serve --data DIR --listen ADDR [--origin URL] [--tls-cert FILE --tls-key FILE]
                                           the real thing: empty, with a link for the first
                                           administrator
cargo run -- package [--out FILE]          an archive that a server without Rust or Node runs
cargo run -- reset-training                empties the training campaign's data and begins it anew
cargo run -- build                         only build (wrangler calls this)

For whoever runs a server; the server may run meanwhile:
cargo run -- backup --data DIR [--out FILE]     all data in one archive; FILE - is standard output
cargo run -- restore --from FILE --data NEW     such an archive into an empty folder
cargo run -- check --data DIR                   goes through every history chain and record
cargo run -- export --data DIR --out FILE       everything as lines of JSON
cargo run -- export --url URL --out FILE [--ca FILE]
                                                the same from a server elsewhere, with its key in
                                                CHUNNUAN_SETUP_KEY

In a package the program is ./chunnuan: ./chunnuan serve --data DIR …
";

/// What to do.
#[derive(Debug)]
pub enum Wish {
    Training(Place),
    /// The training campaign, from its beginning.
    ResetTraining(Place),
    Serve(Place),
    Build,
    Package(PathBuf),
    Backup {
        data: PathBuf,
        out: PathBuf,
    },
    Restore {
        from: PathBuf,
        data: PathBuf,
    },
    Check(PathBuf),
    Export {
        from: ExportOf,
        out: PathBuf,
    },
    Help,
}

/// Where the data are, and how the server is reached.
#[derive(Debug)]
pub struct Place {
    pub data: PathBuf,
    pub door: Door,
}

/// What is exported.
#[derive(Debug)]
pub enum ExportOf {
    Data(PathBuf),
    Url { url: String, ca: Option<PathBuf> },
}

const OPTIONS: [&str; 9] = [
    "data", "listen", "origin", "tls-cert", "tls-key", "out", "from", "url", "ca",
];

/// The command and its options, each at most once.
struct Line {
    command: String,
    given: Vec<(&'static str, OsString)>,
}

impl Line {
    fn read(mut arguments: lexopt::Parser) -> Result<Self, lexopt::Error> {
        use lexopt::prelude::*;
        let mut line = Self {
            command: String::new(),
            given: Vec::new(),
        };
        while let Some(argument) = arguments.next()? {
            match argument {
                Value(name) if line.command.is_empty() => line.command = name.string()?,
                Long("help") | Short('h') => "help".clone_into(&mut line.command),
                Long(name) => match OPTIONS.iter().find(|known| **known == name) {
                    Some(known) => {
                        let value = arguments.value()?;
                        line.given.push((known, value));
                    }
                    None => return Err(Long(name).unexpected()),
                },
                other => return Err(other.unexpected()),
            }
        }
        Ok(line)
    }

    fn path(&mut self, option: &str) -> Option<PathBuf> {
        let place = self.given.iter().position(|(name, _)| *name == option)?;
        Some(self.given.remove(place).1.into())
    }

    fn needed(&mut self, option: &str) -> Result<PathBuf, HostError> {
        let missing = || usage(&format!("{} needs --{option}", self.command));
        let missing = missing();
        self.path(option).ok_or(missing)
    }

    fn text(&mut self, option: &str) -> Option<String> {
        Some(self.path(option)?.display().to_string())
    }

    fn place(&mut self, data: Option<PathBuf>) -> Result<Place, HostError> {
        let certificate = match (self.path("tls-cert"), self.path("tls-key")) {
            (None, None) => None,
            (Some(certificate), Some(key)) => Some(KeyPair { certificate, key }),
            _ => return Err(usage("--tls-cert and --tls-key belong together")),
        };
        let data = self.path("data").or(data);
        Ok(Place {
            data: data.ok_or_else(|| usage("name the data folder with --data"))?,
            door: Door {
                listen: self.text("listen").unwrap_or("127.0.0.1:8787".to_owned()),
                certificate,
                origin: self.text("origin"),
            },
        })
    }

    fn wish(&mut self, packaged: bool) -> Result<Wish, HostError> {
        let here = (!packaged).then(|| tools::root().join(".data"));
        Ok(match self.command.as_str() {
            "help" => Wish::Help,
            "" if packaged => Wish::Help,
            "" | "training" => Wish::Training(self.place(here)?),
            "reset-training" => Wish::ResetTraining(self.place(here)?),
            "serve" => Wish::Serve(self.place(here)?),
            "build" => Wish::Build,
            "package" => Wish::Package(self.path("out").unwrap_or_else(package::default_name)),
            "backup" => Wish::Backup {
                data: self.needed("data")?,
                out: self.path("out").unwrap_or_else(backup::default_name),
            },
            "restore" => Wish::Restore {
                from: self.needed("from")?,
                data: self.needed("data")?,
            },
            "check" => Wish::Check(self.needed("data")?),
            "export" => Wish::Export {
                from: match self.text("url") {
                    Some(url) => ExportOf::Url {
                        url,
                        ca: self.path("ca"),
                    },
                    None => ExportOf::Data(self.needed("data")?),
                },
                out: self.needed("out")?,
            },
            other => return Err(usage(&format!("{other} is not a command"))),
        })
    }
}

fn usage(wrong: &str) -> HostError {
    HostError::Usage(format!("{wrong}\n\n{HELP}"))
}

/// Reads the command line of a program that stands in the sources or, if `packaged`, in a package.
///
/// # Errors
/// `Usage` with what is wrong.
pub fn wish(packaged: bool) -> Result<Wish, HostError> {
    let wrong = |error: lexopt::Error| usage(&error.to_string());
    let mut line = Line::read(lexopt::Parser::from_env()).map_err(wrong)?;
    let wish = line.wish(packaged)?;
    match line.given.first() {
        Some((option, _)) if !matches!(wish, Wish::Help) => {
            Err(usage(&format!("{} has no --{option}", line.command)))
        }
        _ => Ok(wish),
    }
}
