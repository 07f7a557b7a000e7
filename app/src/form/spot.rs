//! A place on the map in the form: recorded by a tap, never asked for.

use super::Sheet;
use super::input::html_id;
use crate::desk::{Desk, desk};
use crate::ui::icon;
use domain::field::FieldSpec;
use domain::{Value, spot};
use js_sys::{Promise, Reflect};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::PositionOptions;

/// How long one waits for the satellites, in milliseconds.
const PATIENCE_MS: u32 = 20_000;
/// A place that was found so long ago is still this place, in milliseconds.
const FRESH_MS: u32 = 30_000;

/// A place as it was found, and how far off it may be, in metres.
struct Found {
    spot: Value,
    accuracy: f64,
}

/// What the field says about the last attempt.
#[derive(Clone, Copy, PartialEq)]
enum Said {
    Nothing,
    Busy,
    Accuracy(f64),
    Refused,
    NotFound,
}

pub fn spot(sheet: Sheet, spec: &'static FieldSpec) -> AnyView {
    let desk = desk();
    let said = RwSignal::new(Said::Nothing);
    let held = move || spot::words(&sheet.value(&spec.name));
    let find = move |_| {
        said.set(Said::Busy);
        spawn_local(async move {
            let found = found().await;
            let outcome = match &found {
                Ok(found) => Said::Accuracy(found.accuracy),
                Err(error) if was_refused(error) => Said::Refused,
                Err(_) => Said::NotFound,
            };
            // The form may have been left meanwhile.
            if said.try_set(outcome).is_none()
                && let Ok(found) = found
            {
                sheet.set(desk, spec, found.spot);
            }
        });
    };
    let clear = move |_| {
        said.set(Said::Nothing);
        sheet.set(desk, spec, Value::Null);
    };
    let id = html_id(&spec.name);
    let label = format!("{id}-label");
    let key = move || match held() {
        Some(_) => "spot.again",
        None => "spot.record",
    };
    view! {
        <div id=id tabindex="-1" role="group" aria-labelledby=label>
            {move || held().map(|words| view! {
                <div class="chosen">
                    <span class="code">{words}</span>
                    <button type="button" class="button quiet" on:click=clear>
                        {desk.t("spot.clear")}
                    </button>
                </div>
            })}
            <div class="buttons">
                <button type="button" class="button" on:click=find
                    disabled=move || said.get() == Said::Busy>
                    {icon("spot")}{move || desk.t(key())}
                </button>
            </div>
            <p class="hint" role="status">{move || spoken(desk, said.get())}</p>
        </div>
    }
    .into_any()
}

fn spoken(desk: Desk, said: Said) -> Option<String> {
    match said {
        Said::Nothing => None,
        Said::Busy => Some(desk.t("spot.busy")),
        Said::Accuracy(metres) => {
            let metres = format!("{:.0}", metres.ceil());
            Some(desk.fill("spot.accuracy", &[("metres", &metres)]))
        }
        Said::Refused => Some(desk.t("spot.refused")),
        Said::NotFound => Some(desk.t("spot.not_found")),
    }
}

async fn found() -> Result<Found, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let finder = window.navigator().geolocation()?;
    let options = PositionOptions::new();
    options.set_enable_high_accuracy(true);
    options.set_timeout(PATIENCE_MS);
    options.set_maximum_age(FRESH_MS);
    let asked = Promise::new(&mut |done, failed| {
        let _ = finder.get_current_position_with_error_callback_and_options(
            &done,
            Some(&failed),
            &options,
        );
    });
    let place = JsFuture::from(asked).await?;
    let place = Reflect::get(&place, &"coords".into())?;
    let number = |name: &str| {
        Reflect::get(&place, &name.into())?
            .as_f64()
            .ok_or(JsValue::NULL)
    };
    let millionths = |degrees: f64| Value::Int((degrees * 1e6).round() as i64);
    Ok(Found {
        spot: Value::List(vec![
            millionths(number("latitude")?),
            millionths(number("longitude")?),
        ]),
        accuracy: number("accuracy")?,
    })
}

/// True if the person, or the device's settings, did not allow it.
fn was_refused(error: &JsValue) -> bool {
    let code = Reflect::get(error, &"code".into()).ok();
    code.and_then(|code| code.as_f64()) == Some(1.0)
}
