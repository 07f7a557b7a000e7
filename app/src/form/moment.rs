//! A day with its hour: now, or chosen; always China's time, wherever the device thinks it is.

use super::Sheet;
use super::input::html_id;
use crate::desk::desk;
use crate::now;
use domain::field::{FieldSpec, Input};
use domain::{Value, moment};
use leptos::prelude::*;

pub fn moment(sheet: Sheet, spec: &'static FieldSpec, described: String) -> AnyView {
    let desk = desk();
    let past = matches!(spec.input, Input::PastMoment);
    let held = move || match sheet.value(&spec.name) {
        Value::Int(ms) => moment::typed(ms),
        other => other.as_text().unwrap_or_default().to_owned(),
    };
    let invalid = move || sheet.shown_problem(spec).is_some().to_string();
    let now = move |_| sheet.set(desk, spec, Value::Int(now::now_ms()));
    view! {
        <div class="dates">
            {past.then(|| view! {
                <button type="button" class="chip" on:click=now>{move || desk.t("moment.now")}</button>
            })}
            <input id=html_id(&spec.name) type="datetime-local" prop:value=held
                aria-describedby=described aria-invalid=invalid
                on:input:target=move |e| sheet.set(desk, spec, moment::read(&e.target().value()))
                on:blur=move |_| sheet.leave(spec)/>
        </div>
    }
    .into_any()
}
