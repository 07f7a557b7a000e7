//! Photos and signatures on a record: the small ones at once, also without a network; a tap shows
//! one whole.

use crate::desk::{Desk, Phase, desk};
use crate::picture::{self, ObjectUrl};
use crate::ui::{icon, modal};
use domain::field::{FieldSpec, Sensitivity};
use domain::value::Shape;
use domain::{Area, Kind, Value};
use leptos::prelude::*;

/// The pictures of one field as a fact of the record; sensitive ones are covered until asked for.
pub fn fact(
    desk: Desk,
    kind: &'static Kind,
    field: &'static FieldSpec,
    ledger: Memo<Option<Area>>,
    value: Signal<Value>,
) -> AnyView {
    let label = move || desk.t(&format!("{}.{}", kind.name, field.name));
    let names = Memo::new(move |_| {
        value.with(|value| match value {
            Value::Text(name) => vec![name.clone()],
            value => Shape::read(value).unwrap_or_default(),
        })
    });
    let covered = RwSignal::new(field.sensitivity == Sensitivity::Sensitive);
    let pictures = move || {
        let (names, ledger) = (names.get(), ledger.get());
        let count = names.len();
        let tile = |(at, name): (usize, String)| {
            let named = move || match count {
                1 => label(),
                _ => {
                    let (label, number) = (label(), (at + 1).to_string());
                    desk.fill("picture.number", &[("label", &label), ("number", &number)])
                }
            };
            view! { <li><Tile ledger name label=Signal::derive(named)/></li> }
        };
        let tiles = names.into_iter().enumerate().map(tile).collect_view();
        view! { <ul class="photos">{tiles}</ul> }
    };
    view! {
        <div class="fact wide">
            <dt>{label}</dt>
            <dd>
                {move || if covered.get() {
                    view! {
                        <button type="button" class="button quiet small"
                            on:click=move |_| covered.set(false)>
                            {move || desk.t("record.show")}
                        </button>
                    }.into_any()
                } else {
                    pictures().into_any()
                }}
            </dd>
        </div>
    }
    .into_any()
}

/// What a value of pictures is called in one line.
pub fn words(desk: Desk, value: &Value) -> String {
    let count = match value {
        Value::List(items) => items.len(),
        Value::Null => 0,
        _ => 1,
    };
    desk.fill("picture.count", &[("count", &count.to_string())])
}

/// One picture, small; a tap opens it whole.
#[component]
pub fn Tile(
    ledger: Option<Area>,
    name: String,
    #[prop(into)] label: Signal<String>,
) -> impl IntoView {
    let desk = desk();
    let open = RwSignal::new(false);
    let small = small(desk, ledger, name.clone());
    let face = move || match small.get() {
        Some(Some(url)) => view! { <img src=url alt=label/> }.into_any(),
        Some(None) => {
            let key = match desk.phase.get() {
                Phase::Offline => "picture.offline",
                _ => "picture.not_there",
            };
            view! { {icon("photo")}<span>{desk.t(key)}</span> }.into_any()
        }
        None => icon("photo").into_any(),
    };
    view! {
        <button type="button" class="photo" on:click=move |_| open.set(true)>{face}</button>
        <Viewer ledger name label small open/>
    }
}

/// The address of the small picture; `Some(None)` if it cannot be had now. It is looked for again
/// whenever the server has answered.
fn small(desk: Desk, ledger: Option<Area>, name: String) -> Memo<Option<Option<String>>> {
    let held = StoredValue::new_local(None::<ObjectUrl>);
    let found = LocalResource::new(move || {
        desk.last_contact.track();
        let name = name.clone();
        async move {
            if let Some(Some(url)) = held.try_with_value(|h| h.as_ref().map(ObjectUrl::text)) {
                return Some(url);
            }
            let bytes = picture::small(desk, ledger, &name).await?;
            let url = ObjectUrl::of(&bytes)?;
            let text = url.text();
            held.try_set_value(Some(url));
            Some(text)
        }
    });
    Memo::new(move |_| found.get())
}

/// A picture over the whole screen. Until the whole one is there, the small one is shown large.
#[component]
fn Viewer(
    ledger: Option<Area>,
    name: String,
    label: Signal<String>,
    small: Memo<Option<Option<String>>>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let desk = desk();
    let dialog = modal(open);
    let name = StoredValue::new(name);
    let body = move || {
        let held = StoredValue::new_local(None::<ObjectUrl>);
        let whole = LocalResource::new(move || async move {
            let bytes = picture::whole(desk, ledger, &name.get_value()).await?;
            let url = ObjectUrl::of(&bytes)?;
            let text = url.text();
            held.try_set_value(Some(url));
            Some(text)
        });
        let shown = move || whole.get().flatten().or(small.get().flatten());
        let only_small = move || whole.get() == Some(None);
        view! {
            {move || shown().map(|url| view! { <img src=url alt=label/> })}
            {move || only_small().then(|| view! {
                <p class="notice">{desk.t("picture.small_only")}</p>
            })}
        }
    };
    view! {
        <dialog class="viewer" node_ref=dialog aria-label=label on:close=move |_| open.set(false)>
            {move || open.get().then(body)}
            <button type="button" class="button" on:click=move |_| open.set(false)>
                {move || desk.t("sync.close")}
            </button>
        </dialog>
    }
}
