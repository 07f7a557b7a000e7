//! A day with its hour: now, or chosen; always China's time, wherever the device thinks it is.

use super::Sheet;
use super::input::html_id;
use crate::desk::desk;
use crate::now;
use domain::Value;
use domain::field::{FieldSpec, Input};
use leptos::prelude::*;

pub fn moment(sheet: Sheet, spec: &'static FieldSpec, described: String) -> AnyView {
    let desk = desk();
    let past = matches!(spec.input, Input::PastMoment);
    let held = move || match sheet.value(&spec.name) {
        Value::Int(ms) => typed_form(ms),
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
                on:input:target=move |e| sheet.set(desk, spec, read(&e.target().value()))
                on:blur=move |_| sheet.leave(spec)/>
        </div>
    }
    .into_any()
}

/// `2026-02-10T05:30`, as the browser's own input writes it.
fn typed_form(ms: i64) -> String {
    let minutes = (ms + domain::CHINA_OFFSET_MS).rem_euclid(86_400_000) / 60_000;
    format!(
        "{}T{:02}:{:02}",
        domain::day_of(ms),
        minutes / 60,
        minutes % 60
    )
}

fn read(text: &str) -> Value {
    let ms = text.split_once('T').and_then(|(day, time)| {
        let day: jiff::civil::Date = day.parse().ok()?;
        let (hour, minute) = time.split_once(':')?;
        let (hour, minute): (i64, i64) = (hour.parse().ok()?, minute.get(..2)?.parse().ok()?);
        Some(domain::start_of(day) + (hour * 60 + minute) * 60_000)
    });
    match ms {
        Some(ms) => Value::Int(ms),
        None if text.is_empty() => Value::Null,
        None => Value::Text(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bus_at_half_past_five_reads_back_as_half_past_five() {
        let Value::Int(ms) = read("2026-02-10T05:30") else {
            panic!("a moment")
        };
        assert_eq!(typed_form(ms), "2026-02-10T05:30");
        assert_eq!(domain::day_of(ms).to_string(), "2026-02-10");
        assert_eq!(read("half past five"), Value::Text("half past five".into()));
    }
}
