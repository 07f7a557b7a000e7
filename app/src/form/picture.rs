//! Photos and signatures in the form: taken, made small, kept at once.

use super::Sheet;
use super::input::html_id;
use crate::desk::{Desk, desk};
use crate::draft::Writing;
use crate::picture::shrink::{self, Shrunk};
use crate::picture::{self, Trouble};
use crate::screens::photos::Tile;
use crate::storage;
use crate::ui::icon;
use domain::Value;
use domain::field::{FieldSpec, PHOTO_LIMIT};
use domain::value::Shape;
use leptos::html::{Canvas, Dialog};
use leptos::prelude::*;
use leptos::task::spawn_local;
use store::drafts::Draft;
use wasm_bindgen::JsValue;
use web_sys::{File, HtmlCanvasElement, HtmlInputElement, PointerEvent};

/// The labels of what went wrong, beside the field.
type Said = RwSignal<Vec<&'static str>>;

/// The names in a value: of photos, or of the one signature.
fn names_in(value: &Value) -> Vec<String> {
    match value {
        Value::Text(name) => vec![name.clone()],
        value => Shape::read(value).unwrap_or_default(),
    }
}

fn names(sheet: Sheet, spec: &FieldSpec) -> Vec<String> {
    names_in(&sheet.value(&spec.name))
}

pub fn photos(sheet: Sheet, spec: &'static FieldSpec) -> AnyView {
    let desk = desk();
    let said: Said = RwSignal::new(Vec::new());
    let room = move || names(sheet, spec).len() < PHOTO_LIMIT;
    let pick = move |input: HtmlInputElement| {
        let files = files_of(&input);
        // The same file may be chosen again.
        input.set_value("");
        spawn_local(take_all(desk, sheet, spec, files, said));
    };
    group(
        sheet,
        spec,
        said,
        view! {
            <div class="buttons" class:hidden=move || !room()>
                <label class="button camera">
                    {icon("camera")}<span>{move || desk.t("picture.take")}</span>
                    <input class="hidden" type="file" accept="image/*" capture="environment"
                        disabled=move || busy(sheet)
                        on:change:target=move |event| pick(event.target())/>
                </label>
                <label class="button">
                    {icon("photo")}<span>{move || desk.t("picture.choose")}</span>
                    <input class="hidden" type="file" accept="image/*" multiple
                        disabled=move || busy(sheet)
                        on:change:target=move |event| pick(event.target())/>
                </label>
            </div>
            <storage::Notice/>
        }
        .into_any(),
    )
}

/// What is there, what is under way, what went wrong, and what one can do.
fn group(sheet: Sheet, spec: &'static FieldSpec, said: Said, buttons: AnyView) -> AnyView {
    let desk = desk();
    let id = html_id(&spec.name);
    let label = format!("{id}-label");
    let limit = PHOTO_LIMIT.to_string();
    let trouble = move || {
        let line = |key| view! { <p>{desk.fill(key, &[("limit", &limit)])}</p> };
        said.get().into_iter().map(line).collect_view()
    };
    view! {
        <div id=id tabindex="-1" role="group" aria-labelledby=label>
            <ul class="photos">
                <For each=move || names(sheet, spec) key=Clone::clone let:name>
                    <li>{one(sheet, spec, name)}</li>
                </For>
            </ul>
            <p class="hint" role="status">
                {move || busy(sheet).then(|| desk.t("picture.busy"))}
            </p>
            {buttons}
            <div class="problem" role="alert">{trouble}</div>
        </div>
    }
    .into_any()
}

/// One picture that was taken, and the button that takes it away again.
fn one(sheet: Sheet, spec: &'static FieldSpec, name: String) -> impl IntoView {
    let desk = desk();
    let own = name.clone();
    let label = move || {
        let field = desk.t(&format!("{}.{}", sheet.kind.name, spec.name));
        let place = names(sheet, spec).iter().position(|held| *held == own);
        let number = (place.unwrap_or_default() + 1).to_string();
        desk.fill("picture.number", &[("label", &field), ("number", &number)])
    };
    let label = Memo::new(move |_| label());
    let record = sheet.record.and_then(|id| desk.peek(|shelf| shelf.get(id)));
    let ledger = record.and_then(|record| Some(record.area()?.ledger()));
    let gone = name.clone();
    let remove = move |_| {
        let mut left = names(sheet, spec);
        left.retain(|held| *held != gone);
        let value = if left.is_empty() {
            Value::Null
        } else {
            left.write()
        };
        sheet.set(desk, spec, value);
    };
    view! {
        <Tile ledger name label/>
        <button type="button" class="button quiet photo-remove" on:click=remove
            aria-label=move || desk.fill("picture.remove", &[("label", &label.get())])>
            {icon("cross")}
        </button>
    }
}

fn busy(sheet: Sheet) -> bool {
    sheet.taking.get() > 0
}

fn files_of(input: &HtmlInputElement) -> Vec<File> {
    let Some(list) = input.files() else {
        return Vec::new();
    };
    (0..list.length()).filter_map(|at| list.get(at)).collect()
}

/// Takes one file after another. One that does not become a picture does not stop the others.
async fn take_all(
    desk: Desk,
    sheet: Sheet,
    spec: &'static FieldSpec,
    files: Vec<File>,
    said: Said,
) {
    let _writing = Writing::begin();
    let begun = sheet.draft();
    sheet.taking.update(|taking| *taking += 1);
    let mut troubles = Vec::new();
    for file in files {
        let taken = match shrink::photo(&file).await {
            Ok(shrunk) => add(desk, sheet, spec, &begun, &shrunk).await,
            Err(unfit) => Err(Trouble::Unfit(unfit).label()),
        };
        troubles.extend(taken.err());
    }
    troubles.dedup();
    // The form may have been left meanwhile.
    let _ = said.try_set(troubles);
    let _ = sheet.taking.try_update(|taking| *taking -= 1);
}

/// Keeps a picture with the draft that names it, then shows it. If the form was left meanwhile,
/// the draft stands for it.
async fn add(
    desk: Desk,
    sheet: Sheet,
    spec: &'static FieldSpec,
    begun: &Draft,
    shrunk: &Shrunk,
) -> Result<(), &'static str> {
    let mut draft = match sheet.is_open() {
        true => sheet.draft(),
        false => {
            let left = desk.drafts.with_untracked(|drafts| {
                let mut drafts = drafts.iter();
                drafts.find(|draft| draft.key == begun.key).cloned()
            });
            left.unwrap_or_else(|| begun.clone())
        }
    };
    let held = draft.values.get(spec.name.as_ref());
    let value = with_name(spec, held, &shrunk.name)?;
    draft.values.insert(spec.name.to_string(), value.clone());
    let kept = picture::keep(desk, shrunk, draft).await;
    kept.map_err(Trouble::label)?;
    if sheet.is_open() {
        sheet.set(desk, spec, value);
    }
    Ok(())
}

/// The field's value with one more picture; a signature takes the place of the one before.
fn with_name(spec: &FieldSpec, held: Option<&Value>, name: &str) -> Result<Value, &'static str> {
    if spec.input == domain::Input::Signature {
        return Ok(name.into());
    }
    let mut names = held.map(names_in).unwrap_or_default();
    if names.iter().any(|held| held == name) {
        return Ok(names.write());
    }
    if names.len() >= PHOTO_LIMIT {
        return Err("picture.enough");
    }
    names.push(name.to_owned());
    Ok(names.write())
}

pub fn signature(sheet: Sheet, spec: &'static FieldSpec) -> AnyView {
    let desk = desk();
    let said: Said = RwSignal::new(Vec::new());
    let open = RwSignal::new(false);
    let empty = move || names(sheet, spec).is_empty();
    group(
        sheet,
        spec,
        said,
        view! {
            <div class="buttons" class:hidden=move || !empty()>
                <button type="button" class="button" disabled=move || busy(sheet)
                    on:click=move |_| open.set(true)>
                    {icon("edit")}{move || desk.t("signature.sign")}
                </button>
            </div>
            <Pad sheet spec said open/>
        }
        .into_any(),
    )
}

/// A large white field to sign in with a finger.
#[component]
fn Pad(sheet: Sheet, spec: &'static FieldSpec, said: Said, open: RwSignal<bool>) -> impl IntoView {
    let desk = desk();
    let (dialog, canvas) = (NodeRef::<Dialog>::new(), NodeRef::<Canvas>::new());
    let inked = RwSignal::new(false);
    let title = format!("{}-pad", html_id(&spec.name));
    let titled = title.clone();
    let clear = move || {
        inked.set(false);
        if let Some(canvas) = canvas.get_untracked() {
            let _ = begin(&canvas);
        }
    };
    Effect::new(move || {
        let wanted = open.get();
        if let Some(dialog) = dialog.get() {
            if wanted && !dialog.open() {
                let _ = dialog.show_modal();
                clear();
            } else if !wanted && dialog.open() {
                dialog.close();
            }
        }
    });
    let down = move |event: PointerEvent| {
        event.prevent_default();
        if let Some(canvas) = canvas.get_untracked() {
            let _ = canvas.set_pointer_capture(event.pointer_id());
            let _ = draw(&canvas, &event, Stroke::Begins);
            inked.set(true);
        }
    };
    let along = move |event: PointerEvent| {
        if let Some(canvas) = canvas.get_untracked()
            && canvas.has_pointer_capture(event.pointer_id())
        {
            let _ = draw(&canvas, &event, Stroke::GoesOn);
        }
    };
    let done = move |_| {
        let Some(canvas) = canvas.get_untracked() else {
            return;
        };
        open.set(false);
        spawn_local(async move {
            let _writing = Writing::begin();
            let begun = sheet.draft();
            sheet.taking.update(|taking| *taking += 1);
            let kept = match signed(&canvas).await {
                Ok(shrunk) => add(desk, sheet, spec, &begun, &shrunk).await,
                Err(trouble) => Err(trouble.label()),
            };
            let _ = said.try_set(kept.err().into_iter().collect());
            let _ = sheet.taking.try_update(|taking| *taking -= 1);
        });
    };
    let label = move || desk.t(&format!("{}.{}", sheet.kind.name, spec.name));
    view! {
        <dialog class="sheet signature" node_ref=dialog aria-labelledby=titled
            on:close=move |_| open.set(false)>
            <header class="head">
                <h2 id=title>{label}</h2>
                <button type="button" class="button quiet" on:click=move |_| open.set(false)>
                    {move || desk.t("sync.close")}
                </button>
            </header>
            <canvas class="pad" node_ref=canvas on:pointerdown=down on:pointermove=along></canvas>
            <div class="buttons spread">
                <button type="button" class="button" on:click=move |_| clear()>
                    {move || desk.t("signature.clear")}
                </button>
                <button type="button" class="button primary" on:click=done
                    disabled=move || !inked.get()>
                    {move || desk.t("signature.done")}
                </button>
            </div>
        </dialog>
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stroke {
    Begins,
    GoesOn,
}

/// How many of the canvas' own pixels are one of the page's.
fn fineness(canvas: &HtmlCanvasElement) -> f64 {
    let shown = canvas.get_bounding_client_rect().width();
    f64::from(canvas.width()) / shown.max(1.0)
}

/// Empties the pad, as large as it is shown and as fine as the screen is.
fn begin(canvas: &HtmlCanvasElement) -> Result<(), JsValue> {
    let shown = canvas.get_bounding_client_rect();
    let fine = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio());
    canvas.set_width((shown.width() * fine).round() as u32);
    canvas.set_height((shown.height() * fine).round() as u32);
    shrink::whiten(canvas)?;
    let pen = shrink::pen(canvas)?;
    pen.set_line_width(3.0 * fine);
    pen.set_line_cap("round");
    pen.set_line_join("round");
    Ok(())
}

fn draw(canvas: &HtmlCanvasElement, event: &PointerEvent, stroke: Stroke) -> Result<(), JsValue> {
    let pen = shrink::pen(canvas)?;
    let fine = fineness(canvas);
    let (x, y) = (
        f64::from(event.offset_x()) * fine,
        f64::from(event.offset_y()) * fine,
    );
    if stroke == Stroke::Begins {
        pen.begin_path();
        pen.move_to(x, y);
    }
    // A tap leaves a dot.
    pen.line_to(x, y + 0.1);
    pen.stroke();
    Ok(())
}

/// The signature as it is kept: no wider than this, in pixels.
const SIGNATURE_WIDTH: f64 = 480.0;

async fn signed(canvas: &HtmlCanvasElement) -> Result<Shrunk, Trouble> {
    let unfit = |_: JsValue| Trouble::Unfit(shrink::Unfit::NotAPicture);
    let (width, height) = (f64::from(canvas.width()), f64::from(canvas.height()));
    let scale = (SIGNATURE_WIDTH / width.max(1.0)).min(1.0);
    let small = shrink::paper(width * scale, height * scale).map_err(unfit)?;
    let pen = shrink::pen(&small).map_err(unfit)?;
    let (width, height) = (small.width().into(), small.height().into());
    pen.draw_image_with_html_canvas_element_and_dw_and_dh(canvas, 0.0, 0.0, width, height)
        .map_err(unfit)?;
    shrink::drawing(&small).await.map_err(Trouble::Unfit)
}
