//! `/admin/audit`: the log of deeds, newest first, by deed, person and day. Nobody edits it.

use super::asked::{asked, label, read, told};
use super::deed;
use super::parts::{choose, heading, line, trouble};
use crate::desk::{Desk, desk};
use domain::Id;
use domain::audit::Deed;
use domain::wire::{AuditPage, Entry, PeopleList};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::BTreeMap;

/// Before this every entry's number lies.
const NEWEST: u64 = 1 << 52;

/// What one looks for.
#[derive(Clone, Copy)]
struct Filter {
    deed: RwSignal<String>,
    person: RwSignal<String>,
    from: RwSignal<String>,
    until: RwSignal<String>,
}

impl Filter {
    /// The address of a page; what was chosen is made of letters, digits and hyphens only.
    fn path(self, before: u64) -> String {
        let mut path = format!("/api/audit?before={before}");
        let chosen = [
            ("deed", self.deed),
            ("person", self.person),
            ("from", self.from),
            ("until", self.until),
        ];
        for (name, value) in chosen {
            let value = value.get();
            if !value.is_empty() {
                path = format!("{path}&{name}={value}");
            }
        }
        path
    }
}

#[component]
pub fn Audit() -> impl IntoView {
    let desk = desk();
    let empty = || RwSignal::new(String::new());
    let filter = Filter {
        deed: empty(),
        person: empty(),
        from: empty(),
        until: empty(),
    };
    let people = asked::<PeopleList>(desk, || Some("/api/people".to_owned()));
    let first = asked::<AuditPage>(desk, move || Some(filter.path(NEWEST)));
    let names = Memo::new(move |_| {
        let list = people.value().map(|list| list.people).unwrap_or_default();
        let names = list.into_iter().map(|staff| (staff.person, staff.name));
        names.collect::<BTreeMap<Id, String>>()
    });
    view! {
        {heading(desk, "admin.audit")}
        <p class="hint">{move || desk.t("admin.audit_hint")}</p>
        <section class="card admin-filter" aria-label=move || desk.t("admin.filter")>
            {move || choose(desk, "audit-deed", "admin.audit_deed", deeds(desk), filter.deed)}
            {move || choose(desk, "audit-person", "admin.audit_person", persons(desk, &names.get()), filter.person)}
            {line(desk, "audit-from", "admin.from", "date", filter.from)}
            {line(desk, "audit-until", "admin.until", "date", filter.until)}
        </section>
        {told(desk, first, move |page| pages(desk, filter, names, page).into_any())}
    }
}

fn deeds(desk: Desk) -> Vec<(String, String)> {
    let mut options = vec![(String::new(), desk.t("admin.all"))];
    let named = |name: &&str| ((*name).to_owned(), desk.t(&format!("deed.{name}")));
    options.extend(Deed::NAMES.iter().map(named));
    options
}

fn persons(desk: Desk, names: &BTreeMap<Id, String>) -> Vec<(String, String)> {
    let mut options: Vec<_> = names
        .iter()
        .map(|(id, name)| (id.to_string(), name.clone()))
        .collect();
    options.sort_by(|a, b| a.1.cmp(&b.1));
    options.insert(0, (String::new(), desk.t("admin.all")));
    options
}

/// The pages that were turned so far, and a button for the next.
fn pages(
    desk: Desk,
    filter: Filter,
    names: Memo<BTreeMap<Id, String>>,
    first: AuditPage,
) -> impl IntoView {
    let (after, more) = (RwSignal::new(first.after), RwSignal::new(first.more));
    let entries = RwSignal::new(first.entries);
    let problem = RwSignal::new(None::<String>);
    let turn = move |_| {
        let path = untrack(|| filter.path(after.get()));
        spawn_local(async move {
            match read::<AuditPage>(desk, &path).await {
                Ok(page) => {
                    after.try_set(page.after);
                    more.try_set(page.more);
                    entries.try_update(|shown| shown.extend(page.entries));
                }
                Err(error) => {
                    problem.try_set(Some(label(&error)));
                }
            }
        });
    };
    view! {
        <p class="count-line" role="status">
            {move || desk.fill("admin.audit_count", &[("count", &entries.with(Vec::len).to_string())])}
        </p>
        <ol class="list admin-log">
            <For each=move || entries.get() key=|entry| entry.seq
                children=move |entry| row(desk, names, entry)/>
        </ol>
        {trouble(desk, problem)}
        {move || more.get().then(|| view! {
            <button type="button" class="button wide" on:click=turn>{desk.t("admin.audit_more")}</button>
        })}
    }
}

fn row(desk: Desk, names: Memo<BTreeMap<Id, String>>, entry: Entry) -> impl IntoView {
    let name = format!("deed.{}", entry.deed.name());
    let when = desk.moment(entry.at);
    let number = entry.seq.to_string();
    let told = move || {
        let who = |id: Option<Id>| id.and_then(|id| names.with(|names| names.get(&id).cloned()));
        let by = match entry.person {
            Some(_) => who(entry.person).unwrap_or_else(|| desk.t("admin.somebody")),
            None => desk.t("admin.server"),
        };
        let mut words = vec![by];
        if let Some(about) = who(entry.about) {
            words.push(format!("→ {about}"));
        }
        words.join(" ")
    };
    let details = deed::details(desk, &entry.deed);
    let details: Vec<_> = details
        .into_iter()
        .map(|line| view! { <span class="row-sub">{line}</span> })
        .collect();
    view! {
        <li class="row">
            <span class="count">{number}</span>
            <span class="row-main">
                <span class="row-title">{desk.t(&name)}</span>
                <span class="row-sub">{told}" · "{when}</span>
                {details}
            </span>
        </li>
    }
}
