//! 联络员: whom to call at each of the eleven bodies, by area; without a network, with one tap.

use crate::desk::{Desk, desk};
use crate::ui::{empty, icon, open_link};
use domain::kinds::contact;
use domain::{Area, Department, Id, Record};
use leptos::prelude::*;
use std::cmp::Reverse;

#[derive(Clone, PartialEq, Eq, Debug)]
struct Contact {
    id: Id,
    department: Department,
    area: Area,
    name: String,
    duty: String,
    hours: String,
    phone: String,
    mobile: String,
}

impl Contact {
    fn of(record: &Record) -> Option<Self> {
        let text = |key: &str| record.text(key).to_owned();
        Some(Self {
            id: record.id,
            department: Department::parse(record.text(contact::DEPARTMENT.name()))?,
            area: record.area()?,
            name: text(contact::NAME.name()),
            duty: text(contact::DUTY.name()),
            hours: text(contact::HOURS.name()),
            phone: text(contact::PHONE.name()),
            mobile: text(contact::MOBILE.name()),
        })
    }

    /// True if every word that was typed stands somewhere in it.
    fn holds(&self, desk: Desk, typed: &str) -> bool {
        let all = [
            self.name.as_str(),
            &self.duty,
            &self.phone,
            &self.mobile,
            &desk.t(&format!("department.{}", self.department.key())),
            &desk.area_name(self.area),
        ];
        let all = all.join(" ").to_lowercase();
        typed
            .split_whitespace()
            .all(|word| all.contains(&word.to_lowercase()))
    }
}

/// By department; in each, whoever is nearest first.
fn all(desk: Desk) -> Vec<Contact> {
    let mut all: Vec<Contact> = desk.read(|shelf| {
        let rows = shelf.of_kind(contact::CONTACT.name);
        let records = rows.filter_map(|row| shelf.get(row.id));
        records.filter_map(|record| Contact::of(&record)).collect()
    });
    all.sort_by_key(|one| (one.department, Reverse(one.area.level()), one.area, one.id));
    all
}

#[component]
pub fn Contacts() -> impl IntoView {
    let desk = desk();
    let typed = RwSignal::new(String::new());
    let all = Memo::new(move |_| all(desk));
    let found = Memo::new(move |_| {
        let typed = typed.get();
        let mut found = all.get();
        found.retain(|one| one.holds(desk, &typed));
        found
    });
    let departments = move || {
        let mut departments: Vec<Department> =
            found.with(|found| found.iter().map(|one| one.department).collect());
        departments.dedup();
        departments
    };
    let group = move |department: Department| {
        let rows = move || {
            let mut rows = found.get();
            rows.retain(|one| one.department == department);
            rows
        };
        view! {
            <h2 class="group">{move || desk.t(&format!("department.{}", department.key()))}</h2>
            <ul class="list">
                <For each=rows key=|one| (one.id, one.name.clone(), one.phone.clone(), one.mobile.clone())
                    children=move |one| row(desk, one)/>
            </ul>
        }
    };
    view! {
        <header class="head"><h1>{move || desk.t("contacts.title")}</h1></header>
        <div class="search">
            {icon("search")}
            <input type="search" autocomplete="off" aria-label=move || desk.t("contacts.search")
                placeholder=move || desk.t("contacts.search") prop:value=typed
                on:input:target=move |e| typed.set(e.target().value())/>
        </div>
        {move || found.with(Vec::is_empty).then(|| {
            let none = all.with(Vec::is_empty);
            empty(if none { "contacts.empty" } else { "contacts.not_found" })
        })}
        <For each=departments key=|department| *department children=group/>
    }
}

fn row(desk: Desk, one: Contact) -> impl IntoView {
    let link = open_link(one.id);
    let parts = [desk.area_name(one.area), one.duty, one.hours];
    let sub: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let name = one.name.clone();
    let call = move |number: String| {
        let label = desk.fill("contacts.call", &[("name", &name), ("number", &number)]);
        (!number.is_empty()).then(|| {
            let link = format!("tel:{number}");
            view! {
                <a class="row-action call" href=link aria-label=label>
                    {icon("call")}<span class="number">{number}</span>
                </a>
            }
        })
    };
    view! {
        <li class="contact">
            <a class="row" href=link>
                <span class="row-main">
                    <span class="row-title">{one.name}</span>
                    <span class="row-sub">{sub.join(" · ")}</span>
                </span>
            </a>
            <span class="calls">{call(one.phone)}{call(one.mobile)}</span>
        </li>
    }
}
