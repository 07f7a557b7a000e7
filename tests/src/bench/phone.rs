//! Our own app in a fresh browser, as it ships; what it keeps and says is noted from outside.

use super::people;
use crate::browser::TABLET;
use crate::{Browser, World};
use domain::Change;
use domain::grant::Role;
use serde_json::json;
use tempfile::TempDir;

pub struct Phone(pub Browser);

impl Phone {
    /// An empty phone before the door of a link, which nobody has taken yet. `base` is where the
    /// server is asked.
    pub fn at_the_door(world: &World, base: &str) -> Self {
        let mut browser = world.browser("林晓梅");
        browser.patient();
        browser.on(TABLET);
        browser.before_each_page(include_str!("watch.js"));
        let page = world.enrolment_page("林晓梅", Role::FieldWorker, "371721");
        browser.open(&page.replace(world.url(), base));
        browser.see("开始使用");
        browser.has_all_files();
        Self(browser)
    }

    /// Takes the link: from the first question about records until all are on disk, in memory and
    /// indexed, and the app says so; in milliseconds.
    pub fn pulls(&mut self, count: usize) -> Result<f64, String> {
        self.0.tap("开始使用");
        let done = "watch.lastKept('page') && watch.state === 'sent'";
        self.0.wait_until("all is here", done);
        let ms = self.told(
            "const first = Math.min(...watch.asked((url) => url.pathname.startsWith('/api/sync/')));
             const kept = Math.max(watch.lastKept('page'), watch.lastKept('setting'));
             return Math.max(kept, watch.sentSince(watch.lastKept('page'))) - first;",
        )?;
        self.0.go("/people");
        self.0.see(&format!("{count} 条"));
        Ok(ms)
    }

    /// Changes people's telephone numbers by a roster, without a network.
    pub fn edits(&mut self, changes: &[Change], digit: usize) -> Result<(), String> {
        let folder = TempDir::new().map_err(|error| error.to_string())?;
        let file = folder.path().join("名册.csv");
        std::fs::write(&file, people::roster(changes, digit)).map_err(|e| e.to_string())?;
        let browser = &mut self.0;
        line(browser, "offline");
        browser.go("/import");
        let found = "document.querySelector('.import input[type=file]')";
        browser.wait_until("a file can be chosen", found);
        let object = browser.cdp("Runtime.evaluate", json!({ "expression": found }));
        let object = &object["result"]["objectId"];
        browser.cdp(
            "DOM.setFileInputFiles",
            json!({ "files": [file.display().to_string()], "objectId": object }),
        );
        browser.see("每一列是什么");
        browser.tap(&browser.label("worker.consent.signed"));
        browser.tap("检查名册");
        browser.see(&format!("{} 人已经登记", changes.len()));
        browser.tap("导入（新登记 0 人）");
        browser.see("名册已保存在本机");
        let waiting = browser.text_of(".sync");
        match waiting.contains(&changes.len().to_string()) {
            true => Ok(()),
            false => Err(format!("not {} changes wait: {waiting}", changes.len())),
        }
    }

    /// The network comes back: from the first batch on its way until the last is acknowledged, on
    /// disk, and the app says so; in milliseconds.
    pub fn pushes(&mut self) -> Result<f64, String> {
        let browser = &self.0;
        browser.js("performance.clearResourceTimings(); watch.begun = performance.now();");
        line(browser, "online");
        let done = "watch.lastKept('outbox') > watch.begun && watch.state === 'sent'";
        browser.wait_until("all is acknowledged", done);
        self.told(
            "const asked = watch.asked((url) => url.pathname.startsWith('/api/sync/') && !url.search);
             const first = Math.min(...asked);
             const kept = watch.lastKept('outbox');
             return Math.max(kept, watch.sentSince(watch.begun)) - first;",
        )
    }

    fn told(&self, body: &str) -> Result<f64, String> {
        let told = self.0.js(body);
        told.as_f64().ok_or_else(|| format!("no time: {told}"))
    }
}

/// The line to the network: `offline`, or as it was.
fn line(browser: &Browser, state: &str) {
    browser.cdp("Network.enable", json!({}));
    let line = json!({ "offline": state == "offline", "latency": 0,
                       "downloadThroughput": -1, "uploadThroughput": -1 });
    browser.cdp("Network.emulateNetworkConditions", line);
}
