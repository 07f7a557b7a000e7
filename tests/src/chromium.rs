//! Finds Chromium and its driver; brings them where it may.

use crate::packages::{bring, on_path};
use std::path::PathBuf;
use std::sync::OnceLock;

/// What Debian calls them, and a font for what the pages say.
const PACKAGES: &[&str] = &["chromium", "chromium-driver", "fonts-noto-cjk"];

#[derive(Clone, Debug)]
pub struct Chromium {
    pub browser: PathBuf,
    pub driver: PathBuf,
}

/// Chromium and ChromeDriver.
///
/// # Panics
/// With one line on what to install, if they are missing and this program may not bring them.
pub fn chromium() -> &'static Chromium {
    static FOUND: OnceLock<Chromium> = OnceLock::new();
    FOUND.get_or_init(|| {
        let brought = || {
            bring("Chromium and its driver", PACKAGES)
                .then(find)
                .flatten()
        };
        find().or_else(brought).unwrap_or_else(|| {
            panic!(
                "the journeys need Chromium and ChromeDriver: install the packages `chromium` and \
                 `chromium-driver` (or set CHROMIUM and CHROMEDRIVER to their paths)"
            )
        })
    })
}

fn find() -> Option<Chromium> {
    let named = |name: &str, programs: &[&str]| {
        let set = std::env::var_os(name).map(PathBuf::from);
        set.or_else(|| programs.iter().find_map(|program| on_path(program)))
    };
    Some(Chromium {
        browser: named(
            "CHROMIUM",
            &["chromium", "chromium-browser", "google-chrome"],
        )?,
        driver: named("CHROMEDRIVER", &["chromedriver"])?,
    })
}
