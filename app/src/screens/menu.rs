//! ＋: what can be recorded, by action; what this person records most stands first.

use crate::desk::{Desk, desk};
use crate::ui::{head, icon};
use domain::Kind;
use domain::kind::Action;
use domain::kinds::KINDS;
use leptos::prelude::*;
use std::collections::BTreeMap;

/// So many of one's own stand above the actions.
const OWN: usize = 4;

/// The kinds that this person may record somewhere. A row of a ledger that comes of itself (a
/// boarding, a receipt) is not begun from here.
fn mine(desk: Desk) -> Vec<&'static Kind> {
    let Some(profile) = desk.profile() else {
        return Vec::new();
    };
    let grants = &profile.grants;
    let may = |kind: &&'static Kind| {
        grants
            .0
            .iter()
            .any(|grant| grants.may_write(kind, grant.area))
    };
    let by_itself = ["boarding", "reading"];
    let offered =
        |kind: &&'static Kind| !by_itself.contains(&kind.name) && profile.campaign.offers(kind);
    let kinds = KINDS.iter().copied().filter(offered);
    kinds.filter(may).collect()
}

/// What this device's records are mostly of, tasks and people aside.
fn most_used(desk: Desk, kinds: &[&'static Kind]) -> Vec<&'static Kind> {
    let mut counted: Vec<(usize, &'static Kind)> = desk.read(|shelf| {
        let done = kinds
            .iter()
            .filter(|kind| kind.action != Action::People && kind.name != "task");
        done.map(|kind| (shelf.of_kind(kind.name).count(), *kind))
            .collect()
    });
    counted.retain(|(count, _)| *count > 0);
    counted.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    counted
        .into_iter()
        .take(OWN)
        .map(|(_, kind)| kind)
        .collect()
}

#[component]
pub fn Menu() -> impl IntoView {
    let desk = desk();
    let link = move |kind: &'static Kind| {
        view! {
            <a class="action" data-kind=kind.name data-action=kind.action.key()
                href=format!("/new/{}", kind.name)>
                {icon(kind.name)}<span>{move || desk.t(kind.name)}</span>
            </a>
        }
    };
    let group = move |title: String, kinds: Vec<&'static Kind>| {
        let label = title.clone();
        view! {
            <h2 class="group">{title}</h2>
            <nav class="actions" aria-label=label>{kinds.into_iter().map(link).collect_view()}</nav>
        }
    };
    let groups = move || {
        let kinds = mine(desk);
        let own = most_used(desk, &kinds);
        let mut actions: BTreeMap<Action, Vec<&'static Kind>> = BTreeMap::new();
        for kind in kinds {
            actions.entry(kind.action).or_default().push(kind);
        }
        let first = (!own.is_empty()).then(|| group(desk.t("menu.own"), own));
        let all = actions
            .into_iter()
            .map(|(action, kinds)| group(desk.t(&format!("action.{}", action.key())), kinds));
        view! { {first} {all.collect_view()} }
    };
    view! {
        {head(move || desk.t("nav.new"))}
        <a class="button wide" href="/scan">{icon("scan")}{move || desk.t("scan.title")}</a>
        {groups}
    }
}
