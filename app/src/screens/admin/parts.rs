//! Small pieces that these screens share.

use super::asked::{Asked, label, post};
use super::invite::copy_text;
use crate::desk::Desk;
use crate::ui::icon;
use domain::wire::Stopped;
use domain::{Device, Grant, Grants, Id};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// A screen's heading, with a way back to the list of screens.
pub fn heading(desk: Desk, key: &'static str) -> impl IntoView {
    let home = key == "nav.admin";
    view! {
        <header class="head">
            {(!home).then(|| view! {
                <a class="button quiet icon-only" href="/admin"
                    aria-label=move || desk.t("nav.admin")>{icon("back")}</a>
            })}
            <div><h1 tabindex="-1">{move || desk.t(key)}</h1></div>
        </header>
    }
}

/// 基层工作人员 · 庄寨镇, and for officers their department.
pub fn said(desk: Desk, grant: &Grant) -> String {
    let role = desk.t(&format!("role.{}", grant.role.key()));
    let mut words = vec![role, desk.area_name(grant.area)];
    if let Some(department) = grant.department {
        words.push(desk.t(&format!("department.{}", department.key())));
    }
    words.join(" · ")
}

pub fn said_all(desk: Desk, grants: &Grants) -> String {
    let each: Vec<String> = grants.0.iter().map(|grant| said(desk, grant)).collect();
    each.join("；")
}

/// So much of a device's number as tells one from another.
pub fn short(device: Device) -> String {
    let number = device.to_string();
    number[number.len() - 6..].to_owned()
}

/// Says something at the screen's bottom, from outside a view.
pub fn tell(desk: Desk, key: &str) {
    desk.say(desk.language.get_untracked().label(key), None);
}

/// A deed that cannot be taken back: asked twice, with what will happen.
pub fn twice(
    desk: Desk,
    [button, sure, now]: [&'static str; 3],
    act: impl Fn() + Copy + Send + 'static,
) -> impl IntoView {
    let open = RwSignal::new(false);
    move || {
        if !open.get() {
            return view! {
                <button type="button" class="button danger" on:click=move |_| open.set(true)>
                    {desk.t(button)}
                </button>
            }
            .into_any();
        }
        view! {
            <div class="refused">
                <p role="alert">{desk.t(sure)}</p>
                <div class="buttons">
                    <button type="button" class="button danger"
                        on:click=move |_| { open.set(false); act(); }>{desk.t(now)}</button>
                    <button type="button" class="button" on:click=move |_| open.set(false)>
                        {desk.t("admin.keep")}
                    </button>
                </div>
            </div>
        }
        .into_any()
    }
}

/// Something that the server tells only this once: what it is, its values under their labels (with
/// the id of each), and a button that copies the first.
pub fn once(
    desk: Desk,
    said: &'static str,
    values: Vec<(&'static str, &'static str, String)>,
) -> impl IntoView {
    let first = values.first().map(|(.., value)| value.clone());
    let copy = move |_| {
        let text = first.clone().unwrap_or_default();
        spawn_local(async move {
            tell(
                desk,
                match copy_text(&text).await {
                    Some(()) => "admin.copied",
                    None => "admin.copy_by_hand",
                },
            );
        });
    };
    let shown = values.into_iter().map(|(id, label, value)| {
        view! {
            <label class="label" for=id>{desk.t(label)}</label>
            <input id=id class="code" type="text" readonly prop:value=value/>
        }
    });
    view! {
        <section class="card" role="status">
            <p>{desk.t(said)}</p>
            {shown.collect_view()}
            <button type="button" class="button" on:click=copy>{desk.t("admin.copy")}</button>
        </section>
    }
}

/// Cards one below another, or that there are none.
pub fn cards<T, V: IntoView>(list: Vec<T>, none: &'static str, card: impl Fn(T) -> V) -> AnyView {
    if list.is_empty() {
        return crate::ui::empty(none).into_any();
    }
    view! { <ul class="plain-list">{list.into_iter().map(card).collect_view()}</ul> }.into_any()
}

/// Stops what has an id under a path, when it was asked twice; the list is then asked for again.
pub fn stop<T: Clone + 'static>(
    desk: Desk,
    list: Asked<T>,
    (path, id): (&'static str, Id),
    sure: &'static str,
) -> impl IntoView {
    let act = move || {
        spawn_local(async move {
            match post::<Stopped>(desk, &format!("{path}/{id}/stop"), &()).await {
                Ok(_) => list.again(),
                Err(error) => tell(desk, &label(&error)),
            }
        });
    };
    twice(desk, ["admin.feed_stop", sure, "admin.feed_stop_now"], act)
}

/// A label with one of a few options in a native list.
pub fn choose(
    desk: Desk,
    id: &'static str,
    label: &'static str,
    options: Vec<(String, String)>,
    value: RwSignal<String>,
) -> impl IntoView {
    let option = move |(key, words): (String, String)| {
        let held = key.clone();
        let selected = move || value.with(|now| *now == held);
        view! { <option value=key selected=selected>{words}</option> }
    };
    view! {
        <div class="field">
            <label class="label" for=id>{move || desk.t(label)}</label>
            <select id=id on:change:target=move |e| value.set(e.target().value())>
                {options.into_iter().map(option).collect_view()}
            </select>
        </div>
    }
}

/// A line of text.
pub fn line(
    desk: Desk,
    id: &'static str,
    label: &'static str,
    kind: &'static str,
    value: RwSignal<String>,
) -> impl IntoView {
    view! {
        <div class="field">
            <label class="label" for=id>{move || desk.t(label)}</label>
            <input id=id type=kind autocomplete="off" prop:value=value
                on:input:target=move |e| value.set(e.target().value())/>
        </div>
    }
}

/// The last refusal, told to screen readers too.
pub fn trouble(desk: Desk, problem: RwSignal<Option<String>>) -> impl IntoView {
    view! {
        <p class="problem" role="alert">{move || problem.get().map(|key| desk.t(&key))}</p>
    }
}
