//! A bulletin as a picture, to be passed on where people read: drawn in the app's own look.

use crate::bulletin::Bulletin;
use crate::desk::Desk;
use crate::screens::bulletin_meta;
use js_sys::{Array, Function, Object, Promise, Reflect};
use labels::{file_name, wrap};
use leptos::prelude::GetUntracked;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, CanvasRenderingContext2d as Pen, Document, File, FilePropertyBag, HtmlAnchorElement,
    HtmlCanvasElement, Url, Window,
};

/// The picture's width in pixels: sharp on every phone, and small enough to send.
const WIDTH: f64 = 1080.0;
const EDGE: f64 = 72.0;
/// Longer than this nothing is drawn: phones refuse canvases that are larger.
const HEIGHT_AT_MOST: f64 = 12_000.0;

/// Draws a bulletin and hands it to the phone's own share menu; where there is none, it is
/// downloaded.
///
/// # Errors
/// If the browser cannot draw or keep a picture.
pub async fn share(desk: Desk, bulletin: &Bulletin) -> Result<(), JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let document = window.document().ok_or(JsValue::NULL)?;
    let canvas = draw(desk, bulletin, &window, &document)?;
    let blob = png(&canvas).await?;
    let name = format!("{}.png", file_name(&bulletin.title));
    match offered(&window, &blob, &name, &bulletin.title) {
        // Whoever closes the menu again has not failed.
        Some(shown) => drop(JsFuture::from(shown).await),
        None => download(&document, &blob, &name)?,
    }
    Ok(())
}

/// The colours and the type of the page, as the light theme has them: paper is light.
struct Look {
    paper: String,
    ink: String,
    soft: String,
    line: String,
    red: String,
    red_ink: String,
    red_wash: String,
    sans: String,
}

impl Look {
    fn of(window: &Window, document: &Document) -> Option<Self> {
        let root = document.document_element()?;
        let theme = root.get_attribute("data-theme").unwrap_or_default();
        root.set_attribute("data-theme", "light").ok()?;
        let style = window.get_computed_style(&root).ok().flatten();
        let read = |name: &str| {
            let value = style.as_ref()?.get_property_value(name).ok()?;
            Some(value.trim().to_owned())
        };
        let look = || {
            Some(Self {
                paper: read("--card")?,
                ink: read("--ink")?,
                soft: read("--ink-soft")?,
                line: read("--line")?,
                red: read("--red")?,
                red_ink: read("--red-ink")?,
                red_wash: read("--red-wash")?,
                sans: read("--sans")?,
            })
        };
        let look = look();
        root.set_attribute("data-theme", &theme).ok()?;
        look
    }

    fn font(&self, weight: u16, size: f64) -> String {
        format!("{weight} {size}px {}", self.sans)
    }
}

/// Lines of one size, one under another.
struct Block {
    lines: Vec<String>,
    font: String,
    colour: String,
    /// From one line to the next, in pixels.
    step: f64,
    /// Above the first line.
    gap: f64,
}

fn draw(
    desk: Desk,
    bulletin: &Bulletin,
    window: &Window,
    document: &Document,
) -> Result<HtmlCanvasElement, JsValue> {
    let look = Look::of(window, document).ok_or(JsValue::NULL)?;
    let canvas: HtmlCanvasElement = document.create_element("canvas")?.dyn_into()?;
    let pen: Pen = canvas.get_context("2d")?.ok_or(JsValue::NULL)?.dyn_into()?;
    let block = |text: &str, weight, size: f64, colour: &str, gap| {
        let font = look.font(weight, size);
        pen.set_font(&font);
        let width = |part: &str| {
            pen.measure_text(part)
                .map_or(0.0, |measured| measured.width())
        };
        Block {
            lines: wrap(text, WIDTH - 2.0 * EDGE, &width),
            font,
            colour: colour.to_owned(),
            step: size * 1.6,
            gap,
        }
    };
    let blocks = [
        block(&bulletin.title, 700, 64.0, &look.ink, 40.0),
        block(&bulletin_meta(desk, bulletin), 400, 34.0, &look.soft, 16.0),
        block(&bulletin.text, 400, 42.0, &look.ink, 48.0),
    ];
    let tall = |block: &Block| block.gap + block.step * block.lines.len() as f64;
    let body: f64 = blocks.iter().map(tall).sum();
    let height = (HEAD + BADGE + body + FOOT).min(HEIGHT_AT_MOST);
    canvas.set_width(WIDTH as u32);
    canvas.set_height(height as u32);
    fill(&pen, &look.paper, (0.0, 0.0, WIDTH, height));
    pen.set_text_baseline("middle");
    head(desk, &pen, &look)?;
    badge(desk, &pen, &look, bulletin)?;
    let mut y = HEAD + BADGE;
    for block in &blocks {
        y += block.gap;
        pen.set_font(&block.font);
        pen.set_fill_style_str(&block.colour);
        for line in &block.lines {
            pen.fill_text(line, EDGE, y + block.step / 2.0)?;
            y += block.step;
        }
    }
    foot(desk, &pen, &look, height)?;
    Ok(canvas)
}

const HEAD: f64 = 140.0;
const BADGE: f64 = 110.0;
const FOOT: f64 = 170.0;

fn fill(pen: &Pen, colour: &str, (x, y, width, height): (f64, f64, f64, f64)) {
    pen.set_fill_style_str(colour);
    pen.fill_rect(x, y, width, height);
}

/// The band with the campaign's name.
fn head(desk: Desk, pen: &Pen, look: &Look) -> Result<(), JsValue> {
    fill(pen, &look.red, (0.0, 0.0, WIDTH, HEAD));
    pen.set_fill_style_str(&look.red_ink);
    pen.set_font(&look.font(700, 52.0));
    let campaign = desk.profile_now().map(|profile| profile.campaign.name);
    let name = campaign.unwrap_or_else(|| desk.language.get_untracked().label("app.name"));
    pen.fill_text(&name, EDGE, HEAD / 2.0)
}

/// What it is about, and that it is urgent.
fn badge(desk: Desk, pen: &Pen, look: &Look, bulletin: &Bulletin) -> Result<(), JsValue> {
    let label = |key: &str| desk.language.get_untracked().label(key);
    let topic = label(&format!("bulletin.topic.{}", bulletin.topic));
    let said = match bulletin.urgent {
        true => format!("{} · {topic}", label("bulletin.urgent")),
        false => topic,
    };
    pen.set_font(&look.font(700, 36.0));
    let width = pen.measure_text(&said)?.width();
    fill(pen, &look.red_wash, (EDGE, HEAD + 44.0, width + 48.0, 66.0));
    pen.set_fill_style_str(&look.red);
    pen.fill_text(&said, EDGE + 24.0, HEAD + 44.0 + 33.0)
}

fn foot(desk: Desk, pen: &Pen, look: &Look, height: f64) -> Result<(), JsValue> {
    let top = height - 100.0;
    fill(pen, &look.line, (EDGE, top, WIDTH - 2.0 * EDGE, 2.0));
    pen.set_fill_style_str(&look.soft);
    pen.set_font(&look.font(400, 32.0));
    let said = desk.language.get_untracked().label("bulletins.foot");
    pen.fill_text(&said, EDGE, top + 50.0)
}

/// The canvas as a PNG.
async fn png(canvas: &HtmlCanvasElement) -> Result<Blob, JsValue> {
    let canvas = canvas.clone();
    let made = Promise::new(&mut |done: Function, failed: Function| {
        let taken = Closure::once_into_js(move |blob: JsValue| {
            let _ = match blob.is_null() {
                true => failed.call0(&JsValue::NULL),
                false => done.call1(&JsValue::NULL, &blob),
            };
        });
        let _ = canvas.to_blob_with_type(taken.unchecked_ref(), "image/png");
    });
    JsFuture::from(made).await?.dyn_into()
}

/// The share menu with the picture, where the browser has one that takes files.
fn offered(window: &Window, blob: &Blob, name: &str, title: &str) -> Option<Promise> {
    let options = FilePropertyBag::new();
    options.set_type("image/png");
    let parts = Array::of1(blob);
    let file = File::new_with_blob_sequence_and_options(&parts, name, &options).ok()?;
    let what = Object::new();
    Reflect::set(&what, &"files".into(), &Array::of1(&file)).ok()?;
    Reflect::set(&what, &"title".into(), &title.into()).ok()?;
    let navigator: JsValue = window.navigator().into();
    let call = |name: &str| {
        let held = Reflect::get(&navigator, &name.into()).ok()?;
        held.dyn_ref::<Function>()?.call1(&navigator, &what).ok()
    };
    call("canShare").filter(|can| can.is_truthy())?;
    call("share")?.dyn_into().ok()
}

fn download(document: &Document, blob: &Blob, name: &str) -> Result<(), JsValue> {
    let url = Url::create_object_url_with_blob(blob)?;
    let link: HtmlAnchorElement = document.create_element("a")?.dyn_into()?;
    link.set_href(&url);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&url)
}
