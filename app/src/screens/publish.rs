//! 发布: what one tells people. Bulletins and who has read them, the programme of events by day,
//! stories, opinions with their answers, the directory.

mod lists;

use crate::desk::{Desk, desk};
use crate::ui::icon;
use domain::Kind;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// What is told here, as the address names it: the kinds themselves.
const TOLD: [&str; 4] = ["bulletin", "culture_event", "story", "opinion"];

#[component]
pub fn Publish() -> impl IntoView {
    let desk = desk();
    let query = use_query_map();
    let told = Memo::new(move |_| {
        let wanted = query.read().get("tell");
        let known = TOLD
            .into_iter()
            .find(|name| Some(*name) == wanted.as_deref());
        known.unwrap_or(TOLD[0])
    });
    let tab = move |name: &'static str| {
        let here = move || (told.get() == name).then_some("page");
        let label = move || desk.t(&format!("publish.{name}"));
        view! { <a class="chip tab" href=format!("/publish?tell={name}") aria-current=here>{label}</a> }
    };
    view! {
        <header class="head">
            <h1>{move || desk.t("nav.publish")}</h1>
            {move || may_add(desk, told.get()).then(|| view! {
                <a class="button primary head-action" href=format!("/new/{}", told.get())>
                    {icon("plus")}{desk.t(told.get())}
                </a>
            })}
        </header>
        <nav class="chips scroll tabs" aria-label=move || desk.t("nav.publish")>
            {TOLD.map(tab).collect_view()}
            <a class="chip tab" href="/contacts">{move || desk.t("contacts.title")}</a>
        </nav>
        {move || match told.get() {
            "culture_event" => view! { <lists::Programme/> }.into_any(),
            "story" => view! { <lists::Stories/> }.into_any(),
            "opinion" => view! { <lists::Opinions/> }.into_any(),
            _ => view! { <lists::Bulletins/> }.into_any(),
        }}
    }
}

fn may_add(desk: Desk, name: &str) -> bool {
    let grants = desk.profile().map(|profile| profile.grants);
    let both = grants.zip(Kind::find(name));
    both.is_some_and(|(grants, kind)| {
        let mut own = grants.0.iter();
        own.any(|grant| grants.may_write(kind, grant.area))
    })
}
