//! A person's browser: headless Chromium with a profile of its own. What one looks for is waited
//! for; what is not found fails with what was on the page.

use crate::chromium::chromium;
use serde_json::{Value, json};
use std::cell::Cell;
use std::future::Future;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use thirtyfour::prelude::*;

/// True while the pad is there, empty, and takes keys.
const PAD_WAITS: &str = "return Boolean(document.querySelector('.pin[aria-busy=false]')
    && !document.querySelector('.pin-dot[data-full=true]'))";
/// How long one waits for something to be seen.
const PATIENCE: Duration = Duration::from_secs(20);
/// The PIN that the people of these stories choose.
pub const PIN: &str = "250126";
/// How long a page looks by itself before it is asked once more, in milliseconds.
const LOOK_MS: u32 = 250;

/// A screen in CSS pixels.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    pub width: u32,
    pub height: u32,
}

pub const PHONE: Screen = Screen {
    width: 360,
    height: 800,
};
pub const TABLET: Screen = Screen {
    width: 1180,
    height: 820,
};

/// A tab of a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab(WindowHandle);

pub struct Browser {
    name: String,
    runtime: tokio::runtime::Runtime,
    tools: Child,
    port: u16,
    driver: Option<WebDriver>,
    profile: TempDir,
    screen: Screen,
    /// What Chromium is started with besides.
    flags: Vec<String>,
    taps: usize,
    patience: Duration,
    /// Whether the person types the PIN wherever the app asks for it.
    knows_pin: Cell<bool>,
}

#[allow(clippy::disallowed_methods)]
fn now() -> Instant {
    Instant::now()
}

/// True if the service worker keeps all that it lists.
const ALL_FILES: &str = "(async () => {
    if (!navigator.serviceWorker.controller) return false;
    const text = await (await fetch('/sw.js')).text();
    const later = JSON.parse(text.match(/const LATER = (.*);/)[1]);
    const files = JSON.parse(text.match(/const FILES = (.*);/)[1]);
    const kept = await Promise.all([...files, ...later].map((file) => caches.match(file)));
    return kept.every(Boolean);
})()";

impl Browser {
    /// An empty browser on a phone's screen.
    ///
    /// # Panics
    /// If Chromium cannot be started.
    pub fn new(name: &str) -> Self {
        Self::with_flags(name, Vec::new())
    }

    /// The same, with a camera that sees a film.
    ///
    /// # Panics
    /// If Chromium cannot be started.
    pub fn with_camera(name: &str, film: &Path) -> Self {
        let flags = [
            "--use-fake-device-for-media-stream".to_owned(),
            "--use-fake-ui-for-media-stream".to_owned(),
            format!("--use-file-for-fake-video-capture={}", film.display()),
        ];
        Self::with_flags(name, flags.to_vec())
    }

    /// A browser that keeps only so many bytes for a site, and as newer ones do does not tell it.
    ///
    /// # Panics
    /// If Chromium cannot be started.
    pub fn with_room(name: &str, bytes: u64) -> Self {
        // A site may take three quarters of the pool.
        let pool = bytes / 3 * 4;
        let limit = format!("--enable-features=StorageQuotaSettings:PoolSizeBytes/{pool}");
        Self::with_flags(name, vec![limit])
    }

    fn with_flags(name: &str, flags: Vec<String>) -> Self {
        let (tools, port) = start_driver();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let mut browser = Self {
            name: name.to_owned(),
            runtime: runtime.expect("a runtime"),
            tools,
            port,
            driver: None,
            profile: TempDir::new().expect("a temporary folder"),
            screen: PHONE,
            flags,
            taps: 0,
            patience: PATIENCE,
            knows_pin: Cell::new(true),
        };
        browser.begin();
        browser
    }

    fn begin(&mut self) {
        let mut capabilities = DesiredCapabilities::chrome();
        let flags = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            // Half of a browser's start would be pages for its own address bar.
            "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup",
            "--lang=zh-CN",
            // A name that is not this machine's own, to see the page as a phone on the network does.
            "--host-resolver-rules=MAP office.example 127.0.0.1",
        ];
        let own = self.flags.iter().map(String::as_str);
        for flag in flags.into_iter().chain(own) {
            capabilities.add_arg(flag).expect("a flag");
        }
        let profile = format!("--user-data-dir={}", self.profile.path().display());
        capabilities.add_arg(&profile).expect("a flag");
        let binary = chromium().browser.display().to_string();
        capabilities.set_binary(&binary).expect("a path");
        capabilities
            .set_browser_log_level(thirtyfour::LoggingPrefsLogLevel::All)
            .expect("a log");
        let preferences = json!({ "intl.accept_languages": "zh-CN,zh" });
        capabilities
            .add_experimental_option("prefs", preferences)
            .expect("preferences");
        let url = format!("http://127.0.0.1:{}", self.port);
        let driver = self.runtime.block_on(WebDriver::new(&url, capabilities));
        self.driver = Some(driver.unwrap_or_else(|error| panic!("Chromium: {error}")));
        self.on(self.screen);
    }

    /// Kills the browser as the system does when it needs memory, and starts it again on the same
    /// profile.
    pub fn restart(&mut self) {
        let mark = self.profile.path().display().to_string();
        let _ = Command::new("pkill")
            .args(["-9", "-f", &format!("user-data-dir={mark}")])
            .status();
        if let Some(driver) = self.driver.take() {
            let _ = self.runtime.block_on(driver.quit());
        }
        for lock in ["SingletonLock", "SingletonCookie", "SingletonSocket"] {
            let _ = std::fs::remove_file(self.profile.path().join(lock));
        }
        self.begin();
    }

    fn ask<T, F: Future<Output = WebDriverResult<T>>>(
        &self,
        what: &str,
        with: impl FnOnce(WebDriver) -> F,
    ) -> T {
        let driver = self.driver.clone().expect("the browser runs");
        match self.runtime.block_on(with(driver)) {
            Ok(answer) => answer,
            Err(error) => self.fail(&format!("{what}: {error}")),
        }
    }

    /// Sends a command of the browser's own tools.
    pub fn cdp(&self, command: &str, parameters: Value) -> Value {
        let (name, command) = (command.to_owned(), command.to_owned());
        self.ask(&name, |driver| async move {
            driver.cdp().send_raw(&command, parameters).await
        })
    }

    /// Runs a script in every page before the page's own: an older browser, say.
    pub fn before_each_page(&self, script: &str) {
        self.cdp(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": script }),
        );
    }

    /// This person waits longer than others: there is much to load.
    pub fn patient(&mut self) {
        self.patience = PATIENCE * 6;
    }

    /// Changes the screen's size.
    pub fn on(&mut self, screen: Screen) {
        self.screen = screen;
        self.on_screen();
    }

    fn on_screen(&self) {
        let screen = self.screen;
        self.cdp(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": screen.width, "height": screen.height, "deviceScaleFactor": 1,
                    "mobile": screen.width < 600 }),
        );
    }

    /// Dark or light, as the system would ask for.
    pub fn colours(&self, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.cdp(
            "Emulation.setEmulatedMedia",
            json!({ "features": features }),
        );
    }

    /// The page as it would be printed.
    pub fn on_paper(&self) {
        self.cdp("Emulation.setEmulatedMedia", json!({ "media": "print" }));
    }

    /// Makes the processor slower by a factor.
    pub fn slow_cpu(&self, factor: u32) {
        self.cdp("Emulation.setCPUThrottlingRate", json!({ "rate": factor }));
    }

    pub fn open(&self, url: &str) {
        self.ask(url, |driver| async move { driver.goto(url).await });
    }

    /// Closes the tab with the app and opens an empty one.
    pub fn close_tab(&mut self) {
        self.ask("closing the tab", |driver| async move {
            let old = driver.window().await?;
            let new = driver.new_tab().await?;
            driver.switch_to_window(old).await?;
            driver.close_window().await?;
            driver.switch_to_window(new).await
        });
        self.on(self.screen);
    }

    /// The tab to which the person has turned.
    pub fn tab(&self) -> Tab {
        Tab(self.ask("the tab", |driver| async move { driver.window().await }))
    }

    /// Opens one more, empty tab beside the others and turns to it.
    pub fn new_tab(&self) -> Tab {
        let tab = self.ask("one more tab", |driver| async move {
            let tab = driver.new_tab().await?;
            driver.switch_to_window(tab.clone()).await?;
            Ok(tab)
        });
        self.on_screen();
        Tab(tab)
    }

    /// Turns to a tab.
    pub fn turn_to(&self, tab: &Tab) {
        let tab = tab.0.clone();
        self.ask("turning to a tab", |driver| async move {
            driver.switch_to_window(tab).await
        });
    }

    /// Closes the tab to which the person has turned, and turns to another.
    pub fn leave_for(&self, tab: &Tab) {
        self.ask("closing a tab", |driver| async move {
            driver.close_window().await
        });
        self.turn_to(tab);
    }

    /// Runs a script's body and gives what it returns.
    pub fn js(&self, body: &str) -> Value {
        self.ask(body, |driver| async move {
            Ok(driver
                .execute(body, Vec::<Value>::new())
                .await?
                .json()
                .clone())
        })
    }

    /// Calls a script's body with arguments and gives what it returns.
    pub fn call(&self, body: &str, arguments: Value) -> Value {
        let arguments = arguments.as_array().cloned().unwrap_or_default();
        self.ask(body, |driver| async move {
            Ok(driver.execute(body, arguments).await?.json().clone())
        })
    }

    /// Evaluates an expression beside the page's own scripts, where its policy does not reach, and
    /// waits for what it promises.
    pub fn isolated(&self, expression: &str) -> Value {
        let answer = self.cdp(
            "Runtime.evaluate",
            json!({ "expression": expression, "awaitPromise": true, "returnByValue": true }),
        );
        answer["result"]["value"].clone()
    }

    /// Waits until all files of the app are on the device, those that come later too.
    pub fn has_all_files(&self) {
        let begun = now();
        while begun.elapsed() < self.patience {
            if self.isolated(ALL_FILES) == Value::Bool(true) {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        self.fail("waited in vain until all files are on the device");
    }

    /// Goes to another screen of the app that is open, without loading the page anew.
    pub fn go(&self, path: &str) {
        self.call(
            "history.pushState(null, '', arguments[0]);
             window.dispatchEvent(new PopStateEvent('popstate'));",
            json!([path]),
        );
    }

    /// The person turns to this window: the app asks at once for what is new.
    pub fn look(&self) {
        self.js("window.dispatchEvent(new Event('focus'));");
    }

    /// The Chinese label of a key.
    pub fn label(&self, key: &str) -> String {
        self.label_in(key, "zh")
    }

    /// The label of a key in `zh` or `en`.
    pub fn label_in(&self, key: &str, language: &str) -> String {
        let file = host::tools::root().join(format!("app/language/{language}.json"));
        let table = std::fs::read_to_string(file).unwrap_or_default();
        let table: Value = serde_json::from_str(&table).unwrap_or_default();
        table[key].as_str().unwrap_or(key).to_owned()
    }

    /// Waits until a script's expression is true.
    pub fn wait_until(&self, what: &str, expression: &str) {
        if self
            .look_until(&format!("() => Boolean({expression})"))
            .is_none()
        {
            self.fail(&format!("waited in vain until {what}"));
        }
    }

    /// What a script's function gives as soon as it gives something; while that is `undefined` it is
    /// not yet sure. A person who is asked for the PIN meanwhile types it. The page itself looks: to
    /// ask it from outside each time would take the processor from the app.
    fn look_until(&self, function: &str) -> Option<Value> {
        let pad = if self.knows_pin.get() {
            PAD_WAITS
        } else {
            "return false"
        };
        let script = format!(
            "const found = {function}, pad = () => {{ {pad} }}, begun = performance.now();
             return new Promise((done, failed) => {{
               const look = () => {{
                 try {{
                   const seen = found();
                   if (seen) return done({{ seen }});
                   if (seen !== undefined && pad()) return done({{ pad: true }});
                   if (performance.now() - begun > {LOOK_MS}) return done(null);
                   setTimeout(look, 25);
                 }} catch (error) {{ failed(error); }}
               }};
               look();
             }});"
        );
        let begun = now();
        while begun.elapsed() < self.patience {
            let mut told = self.told(&script);
            if told["pad"] == Value::Bool(true) {
                self.type_digits(PIN);
            } else if !told["seen"].is_null() {
                return Some(told["seen"].take());
            }
        }
        None
    }

    /// What a script returns; nothing if the page went meanwhile.
    fn told(&self, script: &str) -> Value {
        self.ask(script, |driver| async move {
            match driver.execute(script, Vec::<Value>::new()).await {
                Ok(told) => Ok(told.json().clone()),
                Err(error) if error.to_string().contains("navigat") => Ok(Value::Null),
                Err(error) => Err(error),
            }
        })
    }

    /// From here on this person leaves the pad alone, to say in the story what is typed.
    pub fn minds_the_pad(&self) {
        self.knows_pin.set(false);
    }

    /// Types digits on the keyboard, wherever they go.
    pub fn type_digits(&self, digits: &str) {
        for digit in digits.chars() {
            for kind in ["keyDown", "keyUp"] {
                let key = digit.to_string();
                let event = json!({ "type": kind, "key": key, "text": key });
                self.cdp("Input.dispatchKeyEvent", event);
            }
        }
    }

    /// Types a PIN on the pad's keys.
    pub fn type_pin(&mut self, pin: &str) {
        self.wait_until("the pad takes a PIN", &PAD_WAITS["return ".len()..]);
        for digit in pin.chars() {
            self.tap(&digit.to_string());
        }
    }

    /// Waits until a text stands on the page.
    pub fn see(&self, text: &str) {
        let wanted = Value::from(text).to_string();
        let seen = format!("(document.body?.innerText ?? '').includes({wanted})");
        self.wait_until(&format!("“{text}” is seen"), &seen);
    }

    /// Waits until a text does not stand on the page any more.
    pub fn not_see(&self, text: &str) {
        let wanted = Value::from(text).to_string();
        let gone = format!("!(document.body?.innerText ?? '').includes({wanted})");
        self.wait_until(&format!("“{text}” is gone"), &gone);
    }

    /// True if a text stands on the page right now.
    pub fn sees(&self, text: &str) -> bool {
        let wanted = Value::from(text).to_string();
        self.js(&format!(
            "return document.body.innerText.includes({wanted})"
        )) == Value::Bool(true)
    }

    /// Taps the button, link or row with this name; one that is named just so is preferred.
    pub fn tap(&mut self, name: &str) {
        let wanted = Value::from(name).to_string();
        self.tap_found(
            name,
            &format!(
                "const name = (e) => (e.getAttribute('aria-label') ?? e.innerText).trim();
                 const all = [...document.querySelectorAll(
                     'a, button, summary, [role=button], label, option')]
                   .filter((e) => e.getClientRects().length && !e.disabled);
                 return all.find((e) => name(e) === {wanted})
                   ?? all.find((e) => name(e).includes({wanted})) ?? null;"
            ),
        );
    }

    /// Taps the first element that a selector finds.
    pub fn tap_css(&mut self, css: &str) {
        let wanted = Value::from(css).to_string();
        self.tap_found(css, &format!("return document.querySelector({wanted});"));
    }

    fn tap_found(&mut self, what: &str, finder: &str) {
        self.taps += 1;
        // A real click at the element's middle: what lies over it gets the tap. And nobody's finger is
        // quicker than what is still moving into its place.
        let still = format!(
            "(() => {{
               let stood = null;
               return () => {{
                 const found = (() => {{ {finder} }})();
                 const before = stood;
                 stood = null;
                 if (!found) return null;
                 found.scrollIntoView({{ block: 'center' }});
                 const box = found.getBoundingClientRect();
                 const x = box.x + box.width / 2, y = box.y + box.height / 2;
                 const hit = document.elementFromPoint(x, y);
                 if (!hit || !(found === hit || found.contains(hit) || hit.contains(found)))
                   return null;
                 stood = [x, y];
                 return before?.[0] === x && before[1] === y ? stood : undefined;
               }};
             }})()"
        );
        if let Some(point) = self.look_until(&still) {
            for kind in ["mousePressed", "mouseReleased"] {
                let event = json!({ "type": kind, "x": point[0], "y": point[1],
                                    "button": "left", "clickCount": 1 });
                self.cdp("Input.dispatchMouseEvent", event);
            }
            return;
        }
        self.fail(&format!("“{what}” cannot be tapped"));
    }

    /// What the mouse does at a point, its left button held.
    pub fn mouse(&self, does: &str, x: f64, y: f64) {
        let event = json!({ "type": does, "x": x, "y": y, "button": "left", "buttons": 1,
                            "clickCount": 1 });
        self.cdp("Input.dispatchMouseEvent", event);
    }

    /// The middle of an element, given as a script's expression.
    pub fn middle(&self, element: &str) -> (f64, f64) {
        let at = self.js(&format!(
            "const box = {element}.getBoundingClientRect();
             return [box.x + box.width / 2, box.y + box.height / 2];"
        ));
        serde_json::from_value(at).expect("two numbers")
    }

    /// Types into the field with this label, in place of what is there.
    pub fn type_into(&mut self, label: &str, text: &str) {
        let wanted = Value::from(label).to_string();
        let id = format!(
            "const label = [...document.querySelectorAll('label')]
               .find((l) => l.innerText.trim().startsWith({wanted}));
             const field = label ? document.getElementById(label.htmlFor)
               : [...document.querySelectorAll('input')]
                 .find((i) => i.getAttribute('aria-label') === {wanted});
             if (!field) return false;
             const folded = field.closest('details');
             if (folded) folded.open = true;
             field.focus();
             field.select?.();
             return document.activeElement === field;"
        );
        self.wait_until(
            &format!("“{label}” can be typed into"),
            &format!("(() => {{ {id} }})()"),
        );
        self.taps += 1;
        self.cdp("Input.insertText", json!({ "text": text }));
    }

    /// What stands in the field with this label.
    pub fn value_of(&self, label: &str) -> String {
        let wanted = Value::from(label).to_string();
        let value = self.js(&format!(
            "const label = [...document.querySelectorAll('label')]
               .find((l) => l.innerText.trim().startsWith({wanted}));
             return document.getElementById(label?.htmlFor)?.value ?? '';"
        ));
        value.as_str().unwrap_or_default().to_owned()
    }

    /// The text of the first element that a selector finds.
    pub fn text_of(&self, css: &str) -> String {
        let wanted = Value::from(css).to_string();
        let text = self.js(&format!(
            "return document.querySelector({wanted})?.innerText ?? ''"
        ));
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Taps and typed fields since the last [`Self::reset_taps`].
    pub fn taps(&self) -> usize {
        self.taps
    }

    pub fn reset_taps(&mut self) {
        self.taps = 0;
    }

    /// Writes a picture of the page to the target folder.
    pub fn screenshot(&self, name: &str) -> PathBuf {
        let folder = host::tools::root().join("target/journeys");
        let _ = std::fs::create_dir_all(&folder);
        let file = folder.join(format!("{name}.png"));
        let picture = file.clone();
        self.ask("a screenshot", |driver| async move {
            driver.screenshot(&picture).await
        });
        file
    }

    fn fail(&self, what: &str) -> ! {
        let Some(driver) = self.driver.clone() else {
            panic!("{}: {what}", self.name)
        };
        let page = self.runtime.block_on(async {
            let file = host::tools::root().join("target/journeys");
            let _ = std::fs::create_dir_all(&file);
            let _ = driver
                .screenshot(&file.join(format!("failed-{}.png", self.name)))
                .await;
            let url = driver.current_url().await.map(|url| url.to_string());
            let text = driver
                .execute("return document.body?.innerText ?? ''", Vec::<Value>::new())
                .await;
            let text = text.map(|text| text.json().as_str().unwrap_or_default().to_owned());
            // What the app itself complained of, a panic first of all.
            let said = driver.browser_log().await.unwrap_or_default();
            let said: Vec<String> = said.into_iter().map(|entry| entry.message).collect();
            format!(
                "at {}\n{}\n--- its console\n{}",
                url.unwrap_or_default(),
                text.unwrap_or_default(),
                said.join("\n")
            )
        });
        panic!("{}: {what}\n--- the page {page}", self.name)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if let Some(driver) = self.driver.take() {
            let _ = self.runtime.block_on(driver.quit());
        }
        let _ = self.tools.kill();
        let _ = self.tools.wait();
    }
}

/// Starts ChromeDriver. It chooses a port that is free for one kind of address and ends if somebody
/// else holds the same one of the other kind; then it is asked again.
fn start_driver() -> (Child, u16) {
    let mut said = Vec::new();
    for _ in 0..10 {
        let mut tools = Command::new(&chromium().driver)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("ChromeDriver starts");
        let out = tools.stdout.take().expect("its output");
        let mut lines = BufReader::new(out).lines().map_while(Result::ok);
        let port = lines.find_map(|line| {
            let port = line.split_once("successfully on port ");
            let port = port.and_then(|(_, port)| port.trim_end_matches('.').parse().ok());
            said.push(line);
            port
        });
        if let Some(port) = port {
            // What it says later must not fill the pipe.
            std::thread::spawn(move || lines.for_each(drop));
            return (tools, port);
        }
        let _ = tools.kill();
        let _ = tools.wait();
    }
    panic!("ChromeDriver does not start:\n{}", said.join("\n"));
}
