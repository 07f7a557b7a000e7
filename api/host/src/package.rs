//! One archive that a server without Rust and Node runs: this program, workerd, the Worker, the
//! site, a systemd unit.

use crate::build::{self, Built, Profile};
use crate::error::{At, HostError};
use crate::{objects, show, site, tools};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

const LAUNCHER: &str = "chunnuan";
const RUNTIME: &str = "workerd";
const WORKER: &str = "worker";
const SITE: &str = "site";

/// What stands beside this program in a package; nothing if it was not started from one.
///
/// # Errors
/// If the package is not whole.
pub fn beside() -> Result<Option<Built>, HostError> {
    let program = std::env::current_exe().at("this program")?;
    let folder = program.parent().unwrap_or(&program);
    let workerd = folder.join(RUNTIME);
    if !workerd.exists() || !folder.join(WORKER).exists() {
        return Ok(None);
    }
    let site = folder.join(SITE);
    let downloads = site::downloads(&site)?;
    Ok(Some(Built {
        workerd,
        worker: folder.join(WORKER),
        site,
        downloads,
    }))
}

/// Compiles this program as it goes into the package.
///
/// # Errors
/// `Build`; the compiler has said why.
pub fn launcher() -> Result<PathBuf, HostError> {
    let target = build::target_folder();
    show::step("compiling the launcher", || {
        let mut cargo = build::cargo(&target);
        build::succeed(cargo.args(["--release", "-p", "host"]))
    })?;
    Ok(target.join("release/host"))
}

/// Writes the archive.
///
/// # Errors
/// The file that cannot be read or written.
pub fn package(
    built: &Built,
    launcher: &Path,
    profile: Profile,
    out: &Path,
) -> Result<(), HostError> {
    let partial = PathBuf::from(format!("{}.partial", out.display()));
    let file = BufWriter::new(File::create(&partial).at(&partial)?);
    let compression = match profile {
        Profile::Shipped => Compression::best(),
        Profile::Quick | Profile::Worker => Compression::fast(),
    };
    let mut archive = tar::Builder::new(GzEncoder::new(file, compression));
    fill(&mut archive, built, launcher)?;
    let packed = archive.into_inner().and_then(GzEncoder::finish).at(out)?;
    packed.into_inner().map_err(|e| e.into_error()).at(out)?;
    std::fs::rename(&partial, out).at(out)
}

fn fill<W: std::io::Write>(
    archive: &mut tar::Builder<W>,
    built: &Built,
    launcher: &Path,
) -> Result<(), HostError> {
    let top = name();
    // A browser asks for what is newer than it has: an update must be.
    let now = u64::try_from(show::now_ms() / 1000).unwrap_or(0);
    let mut put = |name: &str, bytes: &[u8], mode: u32| {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(mode);
        header.set_mtime(now);
        archive
            .append_data(&mut header, format!("{top}/{name}"), bytes)
            .at(name)
    };
    let mut glibc = (0, 0);
    for (name, file) in [(LAUNCHER, launcher), (RUNTIME, &built.workerd)] {
        let bytes = std::fs::read(file).at(file)?;
        glibc = glibc.max(glibc_needed(&bytes));
        put(name, &bytes, 0o755)?;
    }
    for (name, folder) in [(WORKER, &built.worker), (SITE, &built.site)] {
        for file in objects::files_below(folder)? {
            let inner = file.strip_prefix(folder).unwrap_or(&file).display();
            put(
                &format!("{name}/{inner}"),
                &std::fs::read(&file).at(&file)?,
                0o644,
            )?;
        }
    }
    let units = [
        ("chunnuan.service", include_str!("package/chunnuan.service")),
        (
            "chunnuan-renewed.path",
            include_str!("package/chunnuan-renewed.path"),
        ),
        (
            "chunnuan-renewed.service",
            include_str!("package/chunnuan-renewed.service"),
        ),
    ];
    for (name, text) in units {
        put(name, text.as_bytes(), 0o644)?;
    }
    let readme = include_str!("package/README.md")
        .replace("{{version}}", env!("CARGO_PKG_VERSION"))
        .replace("{{platform}}", &platform())
        .replace("{{glibc}}", &format!("{}.{}", glibc.0, glibc.1));
    put("README.md", readme.as_bytes(), 0o644)?;
    let licence = tools::root().join("LICENSE");
    put("LICENSE", &std::fs::read(&licence).at(&licence)?, 0o644)
}

/// The newest version of the C library of which a program names a symbol.
fn glibc_needed(program: &[u8]) -> (u32, u32) {
    const MARK: &[u8] = b"GLIBC_";
    let marks = program
        .windows(MARK.len())
        .enumerate()
        .filter(|(_, window)| *window == MARK);
    let version = |at: usize| {
        let rest = program.get(at + MARK.len()..)?;
        let text = rest
            .split(|byte| !(byte.is_ascii_digit() || *byte == b'.'))
            .next()?;
        let mut numbers = std::str::from_utf8(text).ok()?.split('.');
        Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
    };
    marks
        .filter_map(|(at, _)| version(at))
        .max()
        .unwrap_or((0, 0))
}

fn platform() -> String {
    format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH)
}

/// The folder in the archive.
fn name() -> String {
    format!("chunnuan-{}-{}", env!("CARGO_PKG_VERSION"), platform())
}

/// Where the archive goes if nobody said otherwise.
pub fn default_name() -> PathBuf {
    format!("{}.tar.gz", name()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_c_library_that_a_program_names_is_the_one_it_needs() {
        let program = b"..GLIBC_2.9\0GLIBC_2.34\0GLIBC_PRIVATE\0GLIBC_2.2.5\0";
        assert_eq!(glibc_needed(program), (2, 34));
        assert_eq!(glibc_needed(b"static"), (0, 0));
    }
}
