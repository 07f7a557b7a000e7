//! A phone with fifty thousand people: how long until its first list, what a keystroke takes, and
//! how much memory it holds.

use super::peers::{Page, RAW, Server};
use super::phone::Phone;
use super::{Bench, Line, compared, median, people};
use crate::World;
use crate::browser::PIN;
use host::show;
use serde_json::{Value, json};
use std::sync::OnceLock;

pub const OPEN: Bench = Bench {
    name: "open",
    what: "50,000 people: from the PIN's last digit to the first list, in ms (raw: getAll of the same)",
    run: || Ok(measured()?.open.clone()),
};

pub const SEARCH: Bench = Bench {
    name: "search",
    what: "a keystroke over 50,000 people, in ms",
    run: || Ok(measured()?.search.clone()),
};

pub const HEAP: Bench = Bench {
    name: "heap",
    what: "the page with 50,000 people, in MB",
    run: || Ok(measured()?.heap.clone()),
};

const PEOPLE: usize = 50_000;
const ROUNDS: usize = 5;
const TYPED: [&str; 6] = [
    "zhangchunsheng",
    "zcs",
    "张春生",
    "19900001234",
    "123X",
    "王 379",
];

struct Measured {
    open: Vec<Line>,
    search: Vec<Line>,
    heap: Vec<Line>,
}

/// All with the same phone, which takes a while to fill.
fn measured() -> Result<&'static Measured, String> {
    static MEASURED: OnceLock<Result<Measured, String>> = OnceLock::new();
    MEASURED.get_or_init(measure).as_ref().map_err(Clone::clone)
}

fn measure() -> Result<Measured, String> {
    let world = World::new();
    let changes = show::step("filling the county", || people::fill(&world, PEOPLE))?;
    let documents: Vec<Value> = changes.iter().map(people::document).collect();
    let server = Server::without_stores(&documents)?;
    let raw = server.page(RAW);
    show::step("filling raw IndexedDB", || raw.times("pull", PEOPLE))?;
    let mut phone = Phone::at_the_door(&world, world.url());
    show::step("filling the phone", || phone.pulls(PEOPLE))?;
    phone.0.minds_the_pad();
    let mut times = Times::default();
    for round in 0..ROUNDS {
        eprintln!("round {} of {ROUNDS}", round + 1);
        opens(&mut phone, &mut times)?;
        raw_opens(&raw, &mut times)?;
    }
    let heap = weighs(&phone, &raw)?;
    phone.0.go("/people");
    phone.0.see(&format!("{PEOPLE} 条"));
    let search = [1, 4].map(|factor| types(&phone, factor));
    Ok(Measured {
        open: compared(&[
            ("Chunnuan", times.ours),
            ("of it deriving the key", times.key),
            ("of it all else", times.rest),
            ("raw getAll", times.raw),
            ("from the page's begin to the pad", times.page),
        ]),
        search: search.into_iter().collect::<Result<_, _>>()?,
        heap,
    })
}

#[derive(Default)]
struct Times {
    ours: Vec<f64>,
    key: Vec<f64>,
    rest: Vec<f64>,
    raw: Vec<f64>,
    page: Vec<f64>,
}

/// The page is loaded anew, the PIN typed. The derivation of the key is what a PIN costs by
/// intention; the same is measured by itself right after, in the same page.
fn opens(phone: &mut Phone, times: &mut Times) -> Result<(), String> {
    let browser = &mut phone.0;
    browser.go("/people");
    browser.js("location.reload();");
    let pad = "document.querySelector('.pin[aria-busy=false]')";
    browser.wait_until("the pad is there", pad);
    times
        .page
        .push(number(&browser.js("return performance.now();"))?);
    let (head, last) = PIN.split_at(PIN.len() - 1);
    browser.type_digits(head);
    browser.js("watch.listed = 0;
         addEventListener('keydown', () => { watch.typed = performance.now(); }, { capture: true });");
    browser.type_digits(last);
    browser.wait_until("the list is there", "watch.listed");
    let ours = number(&browser.js("return watch.listed - watch.typed;"))?;
    let key = browser.isolated(
        "(async () => {
            const base = await crypto.subtle.importKey(
                'raw', new TextEncoder().encode('250126'), 'PBKDF2', false, ['deriveBits']);
            const begun = performance.now();
            await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256',
                salt: crypto.getRandomValues(new Uint8Array(16)), iterations: ROUNDS }, base, 256);
            return performance.now() - begun;
        })()"
            .replace("ROUNDS", &domain::lock::ROUNDS.to_string())
            .as_str(),
    );
    let key = number(&key)?;
    browser.see(&format!("{PEOPLE} 条"));
    times.ours.push(ours);
    times.key.push(key);
    times.rest.push(ours - key);
    Ok(())
}

fn raw_opens(raw: &Page, times: &mut Times) -> Result<(), String> {
    raw.again();
    times.raw.push(raw.times("open", PEOPLE)?);
    Ok(())
}

/// Types letter by letter, as an input method gives it to the page.
fn types(phone: &Phone, factor: u32) -> Result<Line, String> {
    let browser = &phone.0;
    browser.slow_cpu(factor);
    let (mut all, mut frames) = (Vec::new(), Vec::new());
    for typed in TYPED {
        let ends = typed
            .char_indices()
            .map(|(at, letter)| at + letter.len_utf8());
        for end in ends {
            let took = browser.isolated(&format!(
                "(async () => {{
                    performance.clearMeasures('search');
                    const input = document.querySelector('.search input');
                    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
                    const begun = performance.now();
                    set.call(input, {});
                    input.dispatchEvent(new Event('input', {{ bubbles: true }}));
                    await new Promise((shown) => requestAnimationFrame(() => {{
                        const channel = new MessageChannel();
                        channel.port1.onmessage = shown;
                        channel.port2.postMessage(0);
                    }}));
                    const found = performance.getEntriesByName('search').at(-1)?.duration;
                    return [found, performance.now() - begun];
                }})()",
                json!(&typed[..end])
            ));
            all.push(number(&took[0])?);
            frames.push(number(&took[1])?);
        }
    }
    browser.slow_cpu(1);
    let most = |times: &[f64]| times.iter().copied().fold(0.0, f64::max);
    Ok(Line {
        name: format!("processor {factor}x slower"),
        figures: vec![
            ("keystrokes", all.len() as f64),
            ("search", median(&all)),
            ("slowest", most(&all)),
            ("to the frame", median(&frames)),
            ("slowest", most(&frames)),
        ],
    })
}

/// After a collection, as the browser counts: objects of scripts, buffers with the wasm module's own
/// memory among them, and what the page's process holds for itself alone.
fn weighs(phone: &Phone, raw: &Page) -> Result<Vec<Line>, String> {
    let line = |name: &str, browser: &crate::Browser| {
        browser.cdp("HeapProfiler.collectGarbage", json!({}));
        let usage = browser.cdp("Runtime.getHeapUsage", json!({}));
        let wasm = browser.js("return globalThis.watch?.wasm?.buffer.byteLength ?? 0;");
        let of = |name: &str| usage[name].as_f64().unwrap_or(f64::NAN) / 1e6;
        let (objects, buffers) = (of("usedSize"), of("backingStorageSize"));
        let wasm = number(&wasm)? / 1e6;
        Ok::<Line, String>(Line {
            name: name.to_owned(),
            figures: vec![
                ("objects", objects),
                ("wasm", wasm),
                ("buffers", buffers),
                ("whole", objects + buffers.max(wasm)),
            ],
        })
    };
    Ok(vec![
        line("Chunnuan", &phone.0)?,
        line("raw objects", &raw.0)?,
    ])
}

fn number(value: &Value) -> Result<f64, String> {
    value.as_f64().ok_or_else(|| format!("no number: {value}"))
}
