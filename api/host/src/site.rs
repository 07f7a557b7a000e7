//! The static files: named by content, compressed beforehand, with the village names by county.

use crate::build::{self, Profile, hex, run};
use crate::error::{At, HostError};
use crate::tools::{self, Tools};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

/// One file that a phone downloads, in bytes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Asset {
    pub path: String,
    pub raw: u64,
    pub brotli: u64,
}

/// What a phone downloads.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Downloads {
    /// Until somebody can take a link and choose a PIN.
    pub first_screen: Vec<Asset>,
    /// At the first visit: what is needed to work without a network, the first screen's included.
    pub first_visit: Vec<Asset>,
    /// When it has the time.
    pub later: Vec<Asset>,
}

const LIST: &str = ".downloads.json";

/// The folder of the app's module and the pieces that were split off it.
pub const PIECES: &str = "app";

/// Beside that folder: the names of the pieces that a phone has with the first visit, one a line.
pub const AT_ONCE: &str = "at-once";

/// Makes the whole site in an empty folder.
///
/// # Errors
/// What could not be read, written or run.
pub fn make(tools: &Tools, profile: Profile, bound: &Path, out: &Path) -> Result<(), HostError> {
    let root = tools::root();
    copy_tree(&root.join("app/public"), out)?;
    let pieces = pieces(&bound.join(PIECES), out)?;
    let bundled = out.join("style.css");
    let mut esbuild = Command::new(&tools.esbuild);
    esbuild
        .arg(root.join("style/main.css"))
        .args(["--bundle", "--minify", "--log-level=warning"]);
    run(
        "esbuild",
        esbuild.arg(format!("--outfile={}", bundled.display())),
    )?;
    let style = named(&bundled, out, "style", "css")?;
    std::fs::remove_file(&bundled).at(&bundled)?;

    let page = std::fs::read_to_string(root.join("app/index.html")).at(&root)?;
    let later = later_modules(bound, out)?;
    let page = page
        .replace("{{app}}", &pieces)
        .replace("{{lens}}", &later[0])
        .replace("{{lens_wasm}}", &later[1])
        .replace("{{office}}", &later[2])
        .replace("{{office_wasm}}", &later[3])
        .replace("{{style}}", &style);
    std::fs::write(out.join("index.html"), &page).at(out)?;

    let list = bound.join(AT_ONCE);
    let field = std::fs::read_to_string(&list).at(&list)?;
    let of_pieces = |file: &str| format!("/{pieces}/{file}");
    let field: Vec<String> = field.lines().map(of_pieces).collect();
    let mut at_once = field.clone();
    at_once.extend(["app.js", "app_bg.wasm", "pieces.js"].map(of_pieces));
    let modules = later.map(|name| format!("/{name}"));
    let is_later = |file: &String| {
        modules.contains(file)
            || file.starts_with(&format!("/{pieces}/")) && !at_once.contains(file)
    };
    let (later, shell): (Vec<_>, Vec<_>) = shell_files(out)?.into_iter().partition(is_later);
    let mut shell = shell;
    let worker = out.join("sw.js");
    let text = std::fs::read_to_string(&worker).at(&worker)?;
    let list = serde_json::to_string(&shell).unwrap_or_default();
    let version = version_of(out, &shell)?;
    let text = text
        .replace("{{version}}", &version)
        .replace("{{files}}", &list)
        .replace(
            "{{later}}",
            &serde_json::to_string(&later).unwrap_or_default(),
        );
    std::fs::write(&worker, text).at(&worker)?;

    villages(&out.join("areas"))?;
    compress(profile, out)?;
    // Cloudflare compresses by itself, and needs none of these.
    let ignored = out.join(".assetsignore");
    std::fs::write(&ignored, format!("*.br\n{LIST}\n")).at(&ignored)?;
    shell.push("/sw.js".to_owned());
    let behind_the_door = |file: &&String| {
        field.contains(file) || ["/icons.svg", "/office.js"].contains(&file.as_str())
    };
    let first_screen = shell.iter().filter(|file| !behind_the_door(file));
    let first_screen: Vec<String> = first_screen.cloned().collect();
    list_downloads(out, [&first_screen, &shell, &later])
}

/// The app's pieces in a folder that is named by all of them: they name each other, so that none
/// can be named by its own content. Its name.
fn pieces(bound: &Path, out: &Path) -> Result<String, HostError> {
    let mut files = Vec::new();
    collect(bound, bound, &mut files)?;
    files.sort();
    let mut hash = Sha256::new();
    for file in &files {
        hash.update(file);
        let path = on_disk(bound, file);
        hash.update(std::fs::read(&path).at(&path)?);
    }
    let name = format!("{PIECES}-{}", &hex(&hash.finalize())[..12]);
    copy_tree(bound, &out.join(&name))?;
    Ok(name)
}

/// The module that reads codes, for browsers that cannot, and the one that reads and writes sheets:
/// of each its script and its wasm.
fn later_modules(bound: &Path, out: &Path) -> Result<[String; 4], HostError> {
    Ok([
        named(&bound.join("lens.js"), out, "lens", "js")?,
        named(&bound.join("lens_bg.wasm"), out, "lens", "wasm")?,
        named(&bound.join("office.js"), out, "office", "js")?,
        named(&bound.join("office_bg.wasm"), out, "office", "wasm")?,
    ])
}

/// The files that a phone downloads, as the build listed them.
///
/// # Errors
/// If the site was not made by this program.
pub fn downloads(site: &Path) -> Result<Downloads, HostError> {
    let list = site.join(LIST);
    let text = std::fs::read_to_string(&list).at(&list)?;
    serde_json::from_str(&text).map_err(|error| HostError::Tool {
        step: "reading the file list",
        said: error.to_string(),
    })
}

fn named(file: &Path, out: &Path, stem: &str, extension: &str) -> Result<String, HostError> {
    let bytes = std::fs::read(file).at(file)?;
    let name = format!("{stem}-{}.{extension}", &hex(&Sha256::digest(&bytes))[..12]);
    std::fs::write(out.join(&name), bytes).at(out)?;
    Ok(name)
}

fn copy_tree(from: &Path, to: &Path) -> Result<(), HostError> {
    std::fs::create_dir_all(to).at(to)?;
    for entry in std::fs::read_dir(from).at(from)? {
        let path = entry.at(from)?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy_tree(&path, &target)?;
        } else {
            std::fs::copy(&path, &target).at(&path)?;
        }
    }
    Ok(())
}

/// What the service worker keeps: the page under `/` and every file but its own.
fn shell_files(out: &Path) -> Result<Vec<String>, HostError> {
    let mut files = vec!["/".to_owned()];
    collect(out, out, &mut files)?;
    // The system asks for the large icons when it installs the app, and for nothing else.
    let own = [
        "/index.html",
        "/sw.js",
        "/_headers",
        "/icon-192.png",
        "/icon-512.png",
    ];
    files.retain(|file| !own.contains(&file.as_str()));
    files.sort();
    Ok(files)
}

fn collect(top: &Path, folder: &Path, files: &mut Vec<String>) -> Result<(), HostError> {
    for entry in std::fs::read_dir(folder).at(folder)? {
        let path = entry.at(folder)?.path();
        if path.is_dir() {
            collect(top, &path, files)?;
        } else if let Ok(relative) = path.strip_prefix(top) {
            files.push(format!("/{}", relative.display()));
        }
    }
    Ok(())
}

fn on_disk(out: &Path, url: &str) -> PathBuf {
    out.join(if url == "/" {
        "index.html"
    } else {
        url.trim_start_matches('/')
    })
}

fn version_of(out: &Path, shell: &[String]) -> Result<String, HostError> {
    let mut hash = Sha256::new();
    for url in shell {
        hash.update(url);
        let file = on_disk(out, url);
        hash.update(std::fs::read(&file).at(&file)?);
    }
    hash.update(std::fs::read(out.join("sw.js")).at(out)?);
    Ok(hex(&hash.finalize())[..12].to_owned())
}

/// One file a county with its villages: `371721001001,某村` a line.
fn villages(out: &Path) -> Result<(), HostError> {
    let packed = include_bytes!("../../domain/data/villages-37.csv.gz");
    let mut text = String::new();
    flate2::read::GzDecoder::new(&packed[..])
        .read_to_string(&mut text)
        .at("villages-37.csv.gz")?;
    let mut counties: BTreeMap<&str, String> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let mut columns = line.split(',');
        if let (Some(code), Some(name)) = (columns.next(), columns.next())
            && let Some(county) = code.get(..6)
        {
            let rows = counties.entry(county).or_default();
            rows.push_str(&format!("{code},{name}\n"));
        }
    }
    std::fs::create_dir_all(out).at(out)?;
    for (county, rows) in counties {
        let file = out.join(format!("{county}.csv"));
        std::fs::write(&file, rows).at(&file)?;
    }
    Ok(())
}

/// A brotli neighbour for every text and wasm file, so that an own server never compresses.
fn compress(profile: Profile, out: &Path) -> Result<(), HostError> {
    let text = ["html", "js", "css", "wasm", "svg", "csv", "webmanifest"];
    let is_text = |file: &Path| {
        text.iter()
            .any(|t| file.extension().is_some_and(|e| e == *t))
    };
    let mut files = build::files_under(out)?;
    files.retain(|file| is_text(file));
    let areas = out.join("areas");
    build::at_once(files, |file| {
        let quality = match profile {
            Profile::Shipped if !file.starts_with(&areas) => 11,
            _ => 5,
        };
        let packed = brotli_of(&std::fs::read(file).at(file)?, quality).at(file)?;
        let neighbour = PathBuf::from(format!("{}.br", file.display()));
        std::fs::write(&neighbour, packed).at(&neighbour)
    })
}

fn brotli_of(bytes: &[u8], quality: u32) -> std::io::Result<Vec<u8>> {
    let mut out = brotli::CompressorWriter::new(Vec::new(), 1 << 16, quality, 22);
    out.write_all(bytes)?;
    Ok(out.into_inner())
}

fn list_downloads(out: &Path, files: [&[String]; 3]) -> Result<(), HostError> {
    let size = |path: &Path| std::fs::metadata(path).map(|meta| meta.len());
    let asset = |url: &String| {
        let file = on_disk(out, url);
        let raw = size(&file).at(&file)?;
        let brotli = size(Path::new(&format!("{}.br", file.display()))).unwrap_or(raw);
        Ok(Asset {
            path: url.clone(),
            raw,
            brotli,
        })
    };
    let assets = |urls: &[String]| urls.iter().map(asset).collect::<Result<_, HostError>>();
    let [first_screen, first_visit, later] = files;
    let list = Downloads {
        first_screen: assets(first_screen)?,
        first_visit: assets(first_visit)?,
        later: assets(later)?,
    };
    let text = serde_json::to_string(&list).unwrap_or_default();
    std::fs::write(out.join(LIST), text).at(out)
}
