//! 信息发布: what was published for where one works, read without a network; who has read it.

use crate::bulletin::{self, Bulletin};
use crate::desk::{Desk, desk};
use crate::poster;
use crate::ui::{close_link, empty, icon, open_link, print};
use domain::kinds::bulletin::BULLETIN;
use domain::{Area, Id};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// True if this person may publish in an area.
fn publishes(desk: Desk, area: Area) -> bool {
    let grants = desk.profile().map(|profile| profile.grants);
    grants.is_some_and(|grants| grants.may_write(&BULLETIN, area))
}

/// Topic and urgency, as badges.
pub fn marks(desk: Desk, one: &Bulletin) -> impl IntoView + use<> {
    let topic = desk.t(&format!("bulletin.topic.{}", one.topic));
    let urgent = one.urgent.then(|| {
        view! { <span class="badge late">{move || desk.t("bulletin.urgent")}</span> }
    });
    view! { {urgent}<span class="badge">{topic}</span> }
}

#[component]
pub fn Bulletins() -> impl IntoView {
    let desk = desk();
    let past = RwSignal::new(false);
    let all = Memo::new(move |_| bulletin::all(desk));
    let unread = Memo::new(move |_| {
        let unread = bulletin::unread(desk);
        unread.into_iter().map(|one| one.id).collect::<Vec<Id>>()
    });
    let shown = move || {
        let today = desk.today.get();
        let mut shown = all.get();
        shown.retain(|one| one.is_current(today) != past.get());
        shown
    };
    let may = move || {
        let grants = desk
            .profile()
            .map(|profile| profile.grants.0)
            .unwrap_or_default();
        grants.iter().any(|grant| publishes(desk, grant.area))
    };
    let chip = move |key: &'static str, of_past: bool| {
        view! {
            <button type="button" class="chip" aria-pressed=move || (past.get() == of_past).to_string()
                on:click=move |_| past.set(of_past)>{move || desk.t(key)}</button>
        }
    };
    view! {
        <header class="head">
            <h1>{move || desk.t("bulletins.title")}</h1>
            {move || may().then(|| view! {
                <a class="button primary head-action" href="/new/bulletin">
                    {icon("plus")}{desk.t("bulletins.publish")}
                </a>
            })}
        </header>
        <div class="chips" role="group" aria-label=move || desk.t("people.filter")>
            {chip("bulletins.current", false)}
            {chip("bulletins.past", true)}
        </div>
        {move || shown().is_empty().then(|| empty("bulletins.empty"))}
        <ul class="list spaced">
            <For each=shown
                key=move |one| (one.clone().title, one.id, unread.with(|ids| ids.contains(&one.id)))
                children=move |one| row(desk, one, unread)/>
        </ul>
    }
}

fn row(desk: Desk, one: Bulletin, unread: Memo<Vec<Id>>) -> impl IntoView {
    let link = open_link(one.id);
    let id = one.id;
    let new = move || unread.with(|ids| ids.contains(&id));
    let sub = format!("{} · {}", desk.area_name(one.area), desk.day(one.begins()));
    view! {
        <li><a class="row" href=link>
            <span class="row-mark" data-action="together">{icon("bulletin")}</span>
            <span class="row-main">
                <span class="row-title">{one.title.clone()}</span>
                <span class="row-sub">{sub}</span>
            </span>
            <span class="row-side">
                {marks(desk, &one)}
                {move || new().then(|| view! {
                    <span class="badge priority">{desk.t("bulletins.unread")}</span>
                })}
            </span>
        </a></li>
    }
}

/// One bulletin, whole: to read, to print, to pass on.
#[component]
pub fn BulletinPage(id: Id) -> impl IntoView {
    let desk = desk();
    let close = close_link();
    let one = Memo::new(move |_| {
        desk.read(|shelf| shelf.get(id).filter(|record| !record.is_deleted()))
            .and_then(|record| Bulletin::of(&record))
    });
    view! {
        <a class="button quiet back" href=close>{icon("back")}{move || desk.t("record.back")}</a>
        {move || match one.get() {
            Some(one) => whole(desk, one).into_any(),
            None => empty("record.gone").into_any(),
        }}
    }
}

fn whole(desk: Desk, one: Bulletin) -> impl IntoView {
    let id = one.id;
    let unread = move || bulletin::unread(desk).iter().any(|other| other.id == id);
    let may = publishes(desk, one.area);
    let passed = StoredValue::new(one.clone());
    let share = move |_| {
        spawn_local(async move {
            let one = passed.get_value();
            if poster::share(desk, &one).await.is_err() {
                desk.say(
                    desk.language.get_untracked().label("bulletins.no_picture"),
                    None,
                );
            }
        });
    };
    view! {
        <article class="bulletin-page">
            <p class="badges">{marks(desk, &one)}</p>
            <h1 class="bulletin-head">{one.title.clone()}</h1>
            <p class="head-sub">{meta(desk, &one)}</p>
            <p class="bulletin-body">{one.text.clone()}</p>
            <div class="buttons">
                {move || unread().then(|| view! {
                    <button type="button" class="button primary"
                        on:click=move |_| bulletin::read(desk, id)>
                        {icon("check")}{desk.t("bulletins.read")}
                    </button>
                })}
                <button type="button" class="button" on:click=share>
                    {icon("share")}{desk.t("bulletins.share")}
                </button>
                <button type="button" class="button" on:click=move |_| print()>
                    {icon("print")}{desk.t("bulletins.print")}
                </button>
                {may.then(|| view! {
                    <a class="button" href=format!("/edit/{id}")>
                        {icon("edit")}{desk.t("record.edit")}
                    </a>
                })}
            </div>
            {may.then(|| receipts(desk, one))}
        </article>
    }
}

/// For whom, since when and until when, from whom.
pub fn meta(desk: Desk, one: &Bulletin) -> String {
    let mut parts = vec![desk.area_name(one.area), desk.date(one.begins())];
    if let Some(until) = one.until {
        parts.push(desk.fill("bulletins.until", &[("day", &desk.date(until))]));
    }
    if !one.source.is_empty() {
        parts.push(one.source.clone());
    }
    parts.join(" · ")
}

/// Who has read it and who of those known here has not.
fn receipts(desk: Desk, one: Bulletin) -> impl IntoView {
    let told = Memo::new(move |_| {
        let mut read: Vec<(i64, Id)> = bulletin::readers(desk, one.id)
            .into_iter()
            .map(|(person, at)| (at, person))
            .collect();
        read.sort_unstable();
        read
    });
    move || {
        let profile = desk.profile()?;
        let read = told.get();
        let others = |person: Id| Some(person) != one.author;
        let missing: Vec<String> = profile
            .colleagues
            .iter()
            .filter(|other| {
                others(other.person) && read.iter().all(|(_, who)| *who != other.person)
            })
            .map(|other| other.name.clone())
            .collect();
        let row = |(at, person): &(i64, Id)| {
            let name = bulletin::name_of(&profile, *person);
            let name = name.unwrap_or_else(|| desk.t("bulletins.somebody"));
            let at = desk.moment(*at);
            view! { <div class="fact"><dt>{name}</dt><dd>{at}</dd></div> }
        };
        let count = read.len().to_string();
        let unread = (!missing.is_empty()).then(|| {
            let count = missing.len().to_string();
            view! {
                <details class="more">
                    <summary>{desk.fill("bulletins.not_read", &[("count", &count)])}</summary>
                    <p>{missing.join(desk.t("bulletins.comma").as_str())}</p>
                </details>
            }
        });
        Some(view! {
            <section class="card facts receipts">
                <h2>{desk.fill("bulletins.read_by", &[("count", &count)])}</h2>
                <dl>{read.iter().map(row).collect_view()}</dl>
                {unread}
            </section>
        })
    }
}
