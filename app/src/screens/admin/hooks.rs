//! Webhooks, beside the feeds: an address hears when a clock runs out; its secret is shown once, how
//! it fares is seen, and it can be tried and stopped.

use super::area::{first_root, picker};
use super::asked::{Asked, asked, label, post, told};
use super::parts::{cards, line, once, stop, tell, trouble};
use crate::desk::Desk;
use domain::hook::{self, Hook, HookAnswer, HookAsk, HookList, Reach};
use leptos::prelude::*;
use leptos::task::spawn_local;

pub fn section(desk: Desk) -> impl IntoView {
    let hooks = asked::<HookList>(desk, || Some("/api/hooks".to_owned()));
    let (name, url) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let area = RwSignal::new(first_root(desk));
    let problem = RwSignal::new(None::<String>);
    let made = RwSignal::new(None::<String>);
    let make = move |_| {
        let (Some(area), name) = (area.get_untracked(), name.get_untracked()) else {
            return;
        };
        let address = url.get_untracked().trim().to_owned();
        if name.trim().is_empty() {
            return problem.set(Some("trouble.no_name".to_owned()));
        }
        // Whether its own machine may be called only the server knows.
        if let Err(fault) = hook::check(&address, Reach::OwnMachine) {
            return problem.set(Some(format!("trouble.{}", fault.code())));
        }
        problem.set(None);
        let ask = HookAsk {
            name,
            area,
            url: address,
        };
        spawn_local(async move {
            match post::<HookAnswer>(desk, "/api/hooks", &ask).await {
                Ok(answer) => {
                    made.set(Some(answer.secret));
                    url.set(String::new());
                    hooks.again();
                }
                Err(error) => problem.set(Some(label(&error))),
            }
        });
    };
    view! {
        <section aria-labelledby="hooks-head">
            <h2 class="group" id="hooks-head">{move || desk.t("admin.hooks")}</h2>
            <p class="hint">{move || desk.t("admin.hooks_hint")}</p>
            {move || made.get().map(|secret| {
                once(desk, "admin.hook_once", vec![("hook-secret", "admin.hook_secret", secret)])
            })}
            <div class="card admin-form">
                {line(desk, "hook-name", "admin.feed_name", "text", name)}
                {line(desk, "hook-url", "admin.hook_url", "url", url)}
                {picker(desk, area, "hook-area")}
                {trouble(desk, problem)}
                <button type="button" class="button primary wide" on:click=make>
                    {move || desk.t("admin.hook_make")}
                </button>
            </div>
            {told(desk, hooks, move |list| cards(list.hooks, "admin.hooks_none", |hook| row(desk, hooks, hook)))}
        </section>
    }
}

fn row(desk: Desk, hooks: Asked<HookList>, hook: Hook) -> impl IntoView {
    let id = hook.id;
    let test = move |_| {
        spawn_local(async move {
            match post::<bool>(desk, &format!("/api/hooks/{id}/test"), &()).await {
                Ok(_) => {
                    tell(desk, "admin.hook_tested");
                    hooks.again();
                }
                Err(error) => tell(desk, &label(&error)),
            }
        });
    };
    let badge = match (hook.stopped, hook.is_failing()) {
        (Some(_), _) => Some("admin.feed_stopped"),
        (None, true) => Some("admin.hook_failing"),
        (None, false) => None,
    };
    view! {
        <li class="card">
            <h3>{hook.name.clone()}</h3>
            <p class="head-sub">{desk.area_name(hook.area)}" · "<span class="code">{hook.url.clone()}</span></p>
            {fares(desk, &hook).into_iter().map(|said| view! { <p class="row-sub">{said}</p> }).collect_view()}
            {badge.map(|key| view! { <span class="badge late">{desk.t(key)}</span> })}
            {hook.stopped.is_none().then(|| view! {
                <div class="buttons">
                    <button type="button" class="button" on:click=test>{desk.t("admin.hook_test")}</button>
                    <button type="button" class="button" on:click=move |_| hooks.again()>
                        {desk.t("admin.hook_refresh")}
                    </button>
                </div>
                {stop(desk, hooks, ("/api/hooks", id), "admin.hook_stop_sure")}
            })}
        </li>
    }
}

/// When something was delivered last, what went wrong last, and what waits.
fn fares(desk: Desk, hook: &Hook) -> Vec<String> {
    let mut said = vec![match hook.delivered {
        Some(at) => desk.fill("admin.hook_delivered", &[("when", &desk.moment(at))]),
        None => desk.t("admin.hook_undelivered"),
    }];
    if let Some((at, error)) = hook.failed.zip(hook.error.as_ref()) {
        let how = match error.as_str() {
            "unreachable" | "too_slow" => desk.t(&format!("admin.hook_{error}")),
            code if code.starts_with("hook_") => desk.t(&format!("trouble.{code}")),
            status => desk.fill("admin.hook_status", &[("status", status)]),
        };
        let values = [("when", desk.moment(at)), ("how", how)];
        let values = values
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        said.push(desk.fill("admin.hook_failed", &values));
    }
    if hook.waiting > 0 {
        let count = hook.waiting.to_string();
        said.push(desk.fill("admin.hook_waiting", &[("count", &count)]));
    }
    said
}
