//! One line of the day's list: whom, what, how late, and the one tap that does it.

use crate::desk::Desk;
use crate::ui::{badges, icon, name_of, open_link};
use crate::{agenda, now, save};
use domain::agenda::{Done, Item, What};
use domain::kinds::{shift, task, trip};
use domain::value::Shape;
use domain::{Id, Kind, Value};
use leptos::prelude::*;
use leptos::task::spawn_local;
use store::shelf::Row;

/// What tells one line from another: a record may be due for two reasons.
pub fn key(item: &Item) -> (What, Id, Id) {
    (item.what, item.record, item.subject)
}

pub fn item_row(desk: Desk, item: Memo<Item>, planning: RwSignal<bool>) -> impl IntoView {
    let (record, subject, link) = item.with_untracked(|item| {
        let link = open_link(opens(item));
        (item.record, item.subject, link)
    });
    let planned = Memo::new(move |_| {
        let day = desk.today.get();
        desk.plan.with(|plan| plan.of(day).contains(&record))
    });
    let pick = move || {
        view! {
            <button type="button" class="row-action pick"
                aria-pressed=move || planned.get().to_string()
                on:click=move |_| agenda::toggle(desk, record)>
                {move || planned.get().then(|| icon("check"))}<span>{desk.t("today.planned")}</span>
            </button>
        }
    };
    let row = Memo::new(move |_| desk.read(|shelf| shelf.row(subject).cloned()));
    let name =
        Memo::new(move |_| item.with(|item| row.with(|row| title(desk, item, row.as_ref()))));
    let deed = move || item.with(|item| name.with(|name| deed(desk, item, name)));
    let mark = row.with_untracked(|row| row.as_ref().map_or("task", |row| row.kind.name));
    view! {
        <li class="row-with-action">
            <a class="row" href=link>
                <span class="row-mark" data-kind=mark>{icon(mark)}</span>
                <span class="row-main">
                    <span class="row-title">{name}</span>
                    <span class="row-sub">{move || item.with(|item| words(desk, item))}</span>
                    <span class="badges">
                        {move || item.with(|item| clock(desk, item))}
                        {move || row.with(|row| row.as_ref().map(badges))}
                    </span>
                </span>
            </a>
            {move || if planning.get() { pick().into_any() } else { deed().into_any() }}
        </li>
    }
}

/// What a tap on the line opens: a matter itself, else whom it concerns.
fn opens(item: &Item) -> Id {
    match item.what {
        What::Matter => item.record,
        _ => item.subject,
    }
}

fn title(desk: Desk, item: &Item, row: Option<&Row>) -> String {
    match row {
        Some(row) if row.kind == &task::TASK => row.title.clone(),
        Some(row) => name_of(desk, row),
        None => desk.read(|shelf| {
            let record = shelf.get(item.record);
            record
                .map(|record| record.text(task::WHAT.name()).to_owned())
                .unwrap_or_default()
        }),
    }
}

/// Where it is, and what is to be done there.
fn words(desk: Desk, item: &Item) -> String {
    let (record, address) = desk.read(|shelf| {
        let home = agenda::home(shelf, item.subject).and_then(|home| shelf.get(home));
        let address = home.map(|home| home.text("address").to_owned());
        (
            shelf.get(item.record),
            address.filter(|address| !address.is_empty()),
        )
    });
    let Some(record) = record else {
        return String::new();
    };
    let what = match item.what {
        What::Task if item.subject == item.record => None,
        What::Task => Some(record.text(task::WHAT.name()).to_owned()),
        What::Matter => {
            let kind = Kind::find(&record.kind);
            let step = kind.and_then(|kind| {
                let field = kind.steps.as_ref()?.field;
                Some(desk.t(&format!("{}.{field}.{}", kind.name, kind.step(&record)?)))
            });
            Some(format!(
                "{} · {}",
                desk.t(&record.kind),
                step.unwrap_or_default()
            ))
        }
        What::Visit => {
            let risk = record.text("risk");
            let risk = if risk.is_empty() { "low" } else { risk };
            let risk = desk.t(&format!("dependant.risk.{risk}"));
            Some(desk.fill("agenda.risk", &[("risk", &risk)]))
        }
        What::Again => Some(desk.t("agenda.again")),
        What::Shift | What::Trip => None,
    };
    let parts: Vec<String> = address.into_iter().chain(what).collect();
    parts.join(" · ")
}

/// How late it is, or at which hour it will be.
fn clock(desk: Desk, item: &Item) -> Option<AnyView> {
    let now = now::now_ms();
    if !item.late {
        let end = domain::start_of(domain::day_of(now)) + 86_400_000;
        let by = (item.due < end)
            .then(|| desk.fill("today.by", &[("time", &domain::moment::clock(item.due))]));
        return by.map(|by| view! { <span class="badge">{by}</span> }.into_any());
    }
    let days =
        domain::day_number(domain::day_of(now)) - domain::day_number(domain::day_of(item.due - 1));
    let said = if days > 0 {
        desk.fill("today.late_days", &[("count", &days.to_string())])
    } else {
        let hours = (now - item.due) / 3_600_000 + 1;
        desk.fill("today.late_hours", &[("count", &hours.to_string())])
    };
    Some(view! { <span class="badge late">{said}</span> }.into_any())
}

/// The one tap: the form of what is to be recorded, the matter's page, or the tick.
fn deed(desk: Desk, item: &Item, name: &str) -> AnyView {
    let said = |kind: &str| {
        desk.fill(
            "today.record_for",
            &[("kind", &desk.t(kind)), ("name", name)],
        )
    };
    match (item.does, item.what) {
        (Some(does), _) => {
            let form = format!("/new/{does}?about={}", item.subject);
            view! {
                <a class="row-action" href=form aria-label=said(does)>
                    {icon(does)}<span>{desk.t(does)}</span>
                </a>
            }
            .into_any()
        }
        (None, What::Task) => {
            let record = item.record;
            view! {
                <button type="button" class="row-action" aria-label=said("today.tick")
                    on:click=move |_| tick(desk, record)>
                    {icon("check")}<span>{desk.t("today.tick")}</span>
                </button>
            }
            .into_any()
        }
        (None, _) => {
            let link = open_link(item.record);
            view! {
                <a class="row-action" href=link aria-label=said("today.go_on")>
                    {icon("chevron")}<span>{desk.t("today.go_on")}</span>
                </a>
            }
            .into_any()
        }
    }
}

/// A task that no record does is done when somebody says so.
fn tick(desk: Desk, id: Id) {
    let cells = [
        (task::STEP.name().to_owned(), Value::from("done")),
        (task::DONE.name().to_owned(), now::today().write()),
    ];
    spawn_local(async move {
        let said = |key: &str| desk.language.get_untracked().label(key);
        match save::edit(desk, id, cells.into(), None).await {
            Ok(undo) => desk.say(said("form.saved"), Some(undo)),
            Err(_) => desk.say(said("trouble.storage"), None),
        }
    });
}

/// A shift or a trip, by its hour.
pub fn appointment(desk: Desk, item: Item) -> impl IntoView {
    let open = open_link(item.record);
    let link = move || match item.what {
        What::Trip => format!("/trip/{}", item.record),
        _ => open(),
    };
    let found = desk.read(|shelf| Some((shelf.get(item.record)?, shelf.row(item.record)?.clone())));
    found.map(|(record, row)| {
        let at = |key| {
            record
                .get(key)
                .map(domain::moment::clock)
                .unwrap_or_default()
        };
        let (title, hours) = match item.what {
            What::Shift => {
                let place = desk.read(|shelf| {
                    let place = record.get(&shift::PLACE).and_then(|id| shelf.row(id));
                    place.map(|row| row.title.clone())
                });
                let hours = format!("{}–{}", at(&shift::FROM), at(&shift::UNTIL));
                (place.unwrap_or_else(|| desk.t("shift")), hours)
            }
            _ => (name_of(desk, &row), at(&trip::DEPARTS)),
        };
        view! {
            <li><a class="row" href=link>
                <span class="row-mark" data-kind=row.kind.name data-action=row.kind.action.key()>
                    {icon(row.kind.name)}</span>
                <span class="row-main">
                    <span class="row-title">{title}</span>
                    <span class="row-sub">{format!("{} · {hours}", desk.t(row.kind.name))}</span>
                </span>
                <span class="row-side">
                    {badges(&row)}{item.late.then(|| clock(desk, &item))}
                </span>
            </a></li>
        }
    })
}

pub fn done_row(desk: Desk, done: Done) -> impl IntoView {
    let link = open_link(done.subject);
    let row = desk.read(|shelf| {
        let subject = shelf.row(done.subject).or_else(|| shelf.row(done.record));
        subject.cloned()
    });
    row.map(|row| {
        view! {
            <li><a class="row" href=link>
                <span class="row-mark" data-kind="visit">{icon("check")}</span>
                <span class="row-main">
                    <span class="row-title">{name_of(desk, &row)}</span>
                    <span class="row-sub">
                        {format!("{} · {}", desk.area_name(row.area), desk.t(done.kind))}
                    </span>
                </span>
            </a></li>
        }
    })
}
