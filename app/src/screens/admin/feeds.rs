//! `/admin/feeds`: links under which a spreadsheet or another program reads an area's tables; made,
//! told once, seen when they were read last, and stopped.

use super::area::{first_root, picker};
use super::asked::{Asked, asked, label, post, told};
use super::invite::copy_text;
use super::parts::{heading, line, tell, trouble, twice};
use crate::desk::{Desk, desk};
use domain::feed::{Feed, FeedAnswer, FeedAsk, FeedList};
use domain::wire::Stopped;
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
        {move || made.get().map(|address| once(desk, address))}
        <div class="card admin-form">
            {line(desk, "feed-name", "admin.feed_name", "text", name)}
            {picker(desk, area, "feed-area")}
            {trouble(desk, problem)}
            <button type="button" class="button primary wide" on:click=make>
                {move || desk.t("admin.feed_make")}
            </button>
        </div>
        {told(desk, feeds, move |list| rows(desk, feeds, list))}
        {super::hooks::section(desk)}
    }
}

fn address(path: &str) -> String {
    let origin = web_sys::window().and_then(|window| window.location().origin().ok());
    format!("{}{path}", origin.unwrap_or_default())
}

/// The link, which the server cannot tell again: it keeps only its hash.
fn once(desk: Desk, address: String) -> impl IntoView {
    let held = address.clone();
    let figures = address.replace("index.json", "indicators.csv");
    let copy = move |_| {
        let text = held.clone();
        spawn_local(async move {
            let copied = copy_text(&text).await.is_some();
            tell(
                desk,
                if copied {
                    "admin.copied"
                } else {
                    "admin.copy_by_hand"
                },
            );
        });
    };
    view! {
        <section class="card" role="status">
            <p>{desk.t("admin.feed_once")}</p>
            <label class="label" for="feed-link">{desk.t("admin.feed_tables")}</label>
            <input id="feed-link" class="code" type="text" readonly prop:value=address/>
            <label class="label" for="feed-figures">{desk.t("admin.feed_figures")}</label>
            <input id="feed-figures" class="code" type="text" readonly prop:value=figures/>
            <button type="button" class="button" on:click=copy>{desk.t("admin.copy")}</button>
        </section>
    }
}

fn rows(desk: Desk, feeds: Asked<FeedList>, list: FeedList) -> AnyView {
    if list.feeds.is_empty() {
        return crate::ui::empty("admin.feeds_none").into_any();
    }
    let row = move |feed: Feed| {
        let read = match feed.read {
            Some(at) => desk.fill("admin.feed_read", &[("when", &desk.moment(at))]),
            None => desk.t("admin.feed_unread"),
        };
        let id = feed.id;
        let stop = move || {
            spawn_local(async move {
                let path = format!("/api/feeds/{id}/stop");
                match post::<Stopped>(desk, &path, &()).await {
                    Ok(_) => feeds.again(),
                    Err(error) => tell(desk, &label(&error)),
                }
            });
        };
        let words = [
            "admin.feed_stop",
            "admin.feed_stop_sure",
            "admin.feed_stop_now",
        ];
        view! {
            <li class="card">
                <h2>{feed.name.clone()}</h2>
                <p class="head-sub">{desk.area_name(feed.area)}" · "{read}</p>
                {if feed.stopped {
                    view! { <span class="badge late">{desk.t("admin.feed_stopped")}</span> }.into_any()
                } else {
                    twice(desk, words, stop).into_any()
                }}
            </li>
        }
    };
    view! { <ul class="plain-list">{list.feeds.into_iter().map(row).collect_view()}</ul> }
        .into_any()
}
