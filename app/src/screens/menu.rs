//! ＋: what can be recorded, by action.

use crate::desk::desk;
use crate::ui::{head, icon};
use domain::Kind;
use domain::kind::Action;
use domain::kinds::KINDS;
use leptos::prelude::*;
use std::collections::BTreeMap;

#[component]
pub fn Menu() -> impl IntoView {
    let desk = desk();
    let actions = move || {
        let profile = desk.profile();
        let may = |kind: &&&'static Kind| {
            profile.as_ref().is_some_and(|profile| {
                let grants = &profile.grants;
                grants
                    .0
                    .iter()
                    .any(|grant| grants.may_write(kind, grant.area))
            })
        };
        let mut actions: BTreeMap<Action, Vec<&'static Kind>> = BTreeMap::new();
        for kind in KINDS.iter().filter(may) {
            actions.entry(kind.action).or_default().push(kind);
        }
        actions
    };
    let link = move |kind: &'static Kind| {
        view! {
            <a class="action" data-kind=kind.name href=format!("/new/{}", kind.name)>
                {icon(kind.name)}<span>{move || desk.t(kind.name)}</span>
            </a>
        }
    };
    view! {
        {head(move || desk.t("nav.new"))}
        {move || actions().into_iter().map(|(action, kinds)| view! {
            <h2 class="group">{desk.t(&format!("action.{}", action.key()))}</h2>
            <nav class="actions" aria-label=desk.t(&format!("action.{}", action.key()))>
                {kinds.into_iter().map(link).collect_view()}
            </nav>
        }).collect_view()}
    }
}
