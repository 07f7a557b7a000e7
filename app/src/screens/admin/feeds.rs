//! `/admin/feeds`: links under which a spreadsheet or another program reads an area's tables; made,
//! told once, seen when they were read last, and stopped.

use super::area::{first_root, picker};
use super::asked::{Asked, asked, label, post, told};
use super::parts::{cards, heading, line, once, stop, trouble};
use crate::desk::{Desk, desk};
use domain::feed::{Feed, FeedAnswer, FeedAsk, FeedList};
use leptos::prelude::*;
use leptos::task::spawn_local;

#[component]
pub fn Feeds() -> impl IntoView {
    let desk = desk();
    let feeds = asked::<FeedList>(desk, || Some("/api/feeds".to_owned()));
    let name = RwSignal::new(String::new());
    let area = RwSignal::new(first_root(desk));
    let problem = RwSignal::new(None::<String>);
    let made = RwSignal::new(None::<String>);
    let make = move |_| {
        let (Some(area), name) = (area.get_untracked(), name.get_untracked()) else {
            return;
        };
        if name.trim().is_empty() {
            return problem.set(Some("trouble.no_name".to_owned()));
        }
        problem.set(None);
        spawn_local(async move {
            match post::<FeedAnswer>(desk, "/api/feeds", &FeedAsk { name, area }).await {
                Ok(answer) => {
                    made.set(Some(address(&answer.path)));
                    feeds.again();
                }
                Err(error) => problem.set(Some(label(&error))),
            }
        });
    };
    view! {
        {heading(desk, "admin.feeds")}
        <p class="hint">{move || desk.t("admin.feeds_open")}</p>
        {move || made.get().map(|address| link(desk, address))}
        <div class="card admin-form">
            {line(desk, "feed-name", "admin.feed_name", "text", name)}
            {picker(desk, area, "feed-area")}
            {trouble(desk, problem)}
            <button type="button" class="button primary wide" on:click=make>
                {move || desk.t("admin.feed_make")}
            </button>
        </div>
        {told(desk, feeds, move |list| cards(list.feeds, "admin.feeds_none", |feed| row(desk, feeds, feed)))}
        {super::hooks::section(desk)}
    }
}

fn address(path: &str) -> String {
    let origin = web_sys::window().and_then(|window| window.location().origin().ok());
    format!("{}{path}", origin.unwrap_or_default())
}

/// The link, which the server cannot tell again: it keeps only its hash.
fn link(desk: Desk, address: String) -> impl IntoView {
    let figures = address.replace("index.json", "indicators.csv");
    let values = vec![
        ("feed-link", "admin.feed_tables", address),
        ("feed-figures", "admin.feed_figures", figures),
    ];
    once(desk, "admin.feed_once", values)
}

fn row(desk: Desk, feeds: Asked<FeedList>, feed: Feed) -> impl IntoView {
    let read = match feed.read {
        Some(at) => desk.fill("admin.feed_read", &[("when", &desk.moment(at))]),
        None => desk.t("admin.feed_unread"),
    };
    view! {
        <li class="card">
            <h2>{feed.name.clone()}</h2>
            <p class="head-sub">{desk.area_name(feed.area)}" · "{read}</p>
            {if feed.stopped {
                view! { <span class="badge late">{desk.t("admin.feed_stopped")}</span> }.into_any()
            } else {
                stop(desk, feeds, ("/api/feeds", feed.id), "admin.feed_stop_sure").into_any()
            }}
        </li>
    }
}
