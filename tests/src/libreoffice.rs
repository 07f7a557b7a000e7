//! LibreOffice without a screen: another reader of the files that leave the app.

use crate::packages::{bring, on_path};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use tempfile::TempDir;

/// What Debian calls the parts that read sheets and documents.
const PACKAGES: &[&str] = &["libreoffice-calc-nogui", "libreoffice-writer-nogui"];

/// A sheet as CSV in UTF-8, each cell as it is shown.
pub const CSV: &str = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true";
/// A document as plain text in UTF-8.
pub const TEXT: &str = "txt:Text (encoded):UTF8";

/// Formulas are reckoned anew when a file is opened, whatever values are kept with them.
const SETTINGS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"#;

/// The program.
///
/// # Panics
/// With one line on what to install, if it is missing and this program may not bring it.
fn program() -> &'static Path {
    static FOUND: OnceLock<PathBuf> = OnceLock::new();
    let find = || {
        let set = std::env::var_os("SOFFICE").map(PathBuf::from);
        set.or_else(|| on_path("soffice"))
    };
    FOUND.get_or_init(|| {
        let brought = || bring("LibreOffice", PACKAGES).then(find).flatten();
        find().or_else(brought).unwrap_or_else(|| {
            panic!(
                "a story about exported files needs LibreOffice: install the packages \
                 `libreoffice-calc-nogui` and `libreoffice-writer-nogui` (or set SOFFICE to its path)"
            )
        })
    })
}

/// One person's LibreOffice.
pub struct LibreOffice {
    folder: TempDir,
}

impl Default for LibreOffice {
    fn default() -> Self {
        Self::new()
    }
}

impl LibreOffice {
    /// With a profile of its own, in which nobody has opened anything.
    ///
    /// # Panics
    /// If the profile cannot be written.
    pub fn new() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let user = folder.path().join("profile/user");
        std::fs::create_dir_all(&user).expect("a profile");
        std::fs::write(user.join("registrymodifications.xcu"), SETTINGS).expect("its settings");
        Self { folder }
    }

    /// Opens files, named with their ending, and gives each as it is read: [`CSV`] or [`TEXT`].
    ///
    /// # Panics
    /// If it complains about one.
    pub fn reads<const N: usize>(&self, files: [(&str, &[u8]); N], form: &str) -> [String; N] {
        let path = |name: &str| self.folder.path().join(name);
        for (name, bytes) in files {
            std::fs::write(path(name), bytes).expect("a file to open");
        }
        let profile = format!("-env:UserInstallation=file://{}", path("profile").display());
        let mut office = Command::new(program());
        office.args([&profile, "--headless", "--norestore"]);
        office.args(["--convert-to", form, "--outdir"]);
        office.arg(self.folder.path());
        office.args(files.map(|(name, _)| path(name)));
        let said = office.output().expect("LibreOffice starts");
        let complaints = String::from_utf8_lossy(&said.stderr).into_owned();
        assert!(said.status.success(), "{complaints}");
        assert!(!complaints.contains("Error"), "{complaints}");
        let ending = form.split(':').next().unwrap_or_default();
        files.map(|(name, _)| {
            let read = path(name).with_extension(ending);
            let text = std::fs::read_to_string(&read);
            text.unwrap_or_else(|_| panic!("{name} was not read: {complaints}"))
        })
    }
}
