//! `/trip/:id`: the day of travel. Who is aboard, who is missing, what holds the departure back;
//! for one thumb, in gloves, without a network.

mod add;
mod before;
mod list;

use crate::board::{self, Day, Newcomer};
use crate::desk::{Desk, desk};
use crate::screens::scan::{Said, Scanner, Tone};
use crate::screens::trouble::refused;
use crate::ui::{empty, icon};
use domain::code::{self, Code};
use domain::kinds::trip::{self, TRIP};
use domain::kinds::{boarding, passenger, ticket};
use domain::trip::{Held, Row, held};
use domain::{Id, Kind};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_params_map;
use std::future::Future;
use store::database::StoreError;

/// What the screen's parts share.
#[derive(Clone, Copy)]
struct Bus {
    desk: Desk,
    id: Id,
    day: Memo<Option<Day>>,
    /// The safety rules have been told, be it to an empty bus.
    told: RwSignal<bool>,
    shown: RwSignal<Shown>,
    scanning: RwSignal<bool>,
    /// Somebody is being added, with what is known of them.
    adding: RwSignal<Option<Newcomer>>,
    /// Whose tick is to be taken back, if one says so once more.
    doubted: RwSignal<Option<Id>>,
    /// The departure is asked about, because somebody is missing.
    leaving: RwSignal<bool>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Shown {
    All,
    Aboard,
    Missing,
}

#[component]
pub fn TripScreen() -> impl IntoView {
    let params = use_params_map();
    move || match params.read().get("id").and_then(|id| Id::parse(&id)) {
        Some(id) => view! { <TripDay id/> }.into_any(),
        None => empty("trip.none").into_any(),
    }
}

#[component]
pub fn TripDay(id: Id) -> impl IntoView {
    let bus = Bus::new(desk(), id);
    let there = Memo::new(move |_| bus.day.with(Option::is_some));
    move || match there.get() {
        true => whole(bus).into_any(),
        false => empty("trip.none").into_any(),
    }
}

impl Bus {
    fn new(desk: Desk, id: Id) -> Self {
        let bus = Self {
            desk,
            id,
            day: Memo::new(move |_| desk.read(|shelf| Day::read(shelf, id))),
            told: RwSignal::new(false),
            shown: RwSignal::new(Shown::All),
            scanning: RwSignal::new(false),
            adding: RwSignal::new(None),
            doubted: RwSignal::new(None),
            leaving: RwSignal::new(false),
        };
        spawn_local(async move {
            if board::was_briefed(desk, id).await {
                bus.told.try_set(true);
            }
        });
        bus
    }

    /// Reads the trip as it stands; what does so in a view follows it.
    fn with<T>(&self, read: impl FnOnce(&Day) -> T) -> Option<T> {
        self.day.with(|day| day.as_ref().map(read))
    }

    fn now(&self) -> Option<Day> {
        self.day.get_untracked()
    }

    fn may_write(&self, kind: &'static Kind) -> bool {
        let may = |day: &Day| board::may_write(self.desk, kind, &day.trip);
        self.with(may).unwrap_or(false)
    }

    /// True if the rules have been told, as this device or any other says.
    fn is_briefed(&self) -> bool {
        let briefed = self.with(|day| day.manifest.is_briefed());
        self.told.get() || briefed == Some(true)
    }

    fn is_briefed_now(&self) -> bool {
        untrack(|| self.is_briefed())
    }

    /// What holds the departure back.
    fn held(&self) -> Vec<Held> {
        let held = self.with(|day| held(&day.checked, &day.manifest));
        let told = self.told.get();
        let mut held = held.unwrap_or_default();
        held.retain(|why| !(told && *why == Held::NobodyBriefed));
        held
    }

    /// Runs what saves something; a device that cannot keep it says so.
    fn save(self, saving: impl Future<Output = Result<(), StoreError>> + 'static) {
        let desk = self.desk;
        spawn_local(async move {
            if saving.await.is_err() {
                desk.say(desk.language.get_untracked().label("trouble.storage"), None);
            }
        });
    }

    fn tick(self, row: &Row, by: &'static str) {
        let (row, briefed) = (row.clone(), self.is_briefed_now());
        if let Some(day) = self.now() {
            let desk = self.desk;
            self.save(async move { board::board(desk, &day.trip, &row, by, briefed).await });
        }
    }

    fn go_on(self, step: &'static str) {
        let (desk, id) = (self.desk, self.id);
        self.leaving.set(false);
        self.save(async move {
            let undo = board::go_on(desk, id, step).await?;
            let said = desk.language.get_untracked().label(match step {
                "departed" => "trip.said_departed",
                _ => "trip.said_arrived",
            });
            desk.say(said, Some(undo));
            Ok(())
        });
    }
}

fn whole(bus: Bus) -> impl IntoView {
    let desk = bus.desk;
    let title = move || bus.with(|day| day.trip.text("route").to_owned());
    let departs = move || {
        bus.with(|day| {
            let departs = day.trip.get(&trip::DEPARTS).map(|ms| desk.moment(ms));
            let words = [
                departs.unwrap_or_default(),
                day.trip.text("plate").to_owned(),
            ];
            words.join(" · ")
        })
    };
    let step = move || bus.with(|day| desk.t(&format!("trip.step.{}", day.step())));
    view! {
        <article class="trip">
            <header class="head">
                <div class="row-main">
                    <h1 tabindex="-1">{title}</h1>
                    <p class="head-sub"><span>{departs}</span><span class="badge">{step}</span></p>
                </div>
                <a class="button quiet" href=format!("/work?open={}", bus.id)>
                    {move || desk.t("trip.details")}
                </a>
            </header>
            {refused(desk, bus.id)}
            {counts(bus)}
            {before::card(bus)}
            {list::seats(bus)}
            {list::on_paper(bus)}
        </article>
        {bar(bus)}
        {move || bus.scanning.get().then(|| scanner(bus))}
        {move || bus.adding.get().map(|newcomer| add::sheet(bus, newcomer))}
    }
}

/// Aboard and missing, large; a tap on one shows only these.
fn counts(bus: Bus) -> impl IntoView {
    let desk = bus.desk;
    let aboard = move || bus.with(|day| day.manifest.aboard().count());
    let missing = move || bus.with(|day| day.manifest.missing().count());
    let tile = move |shown: Shown, tone, count: Signal<Option<usize>>, key: &'static str| {
        let pressed = move || (bus.shown.get() == shown).to_string();
        let all_done = move || (count.get() == Some(0)).to_string();
        let press = move |_| {
            bus.shown
                .update(|now| *now = if *now == shown { Shown::All } else { shown });
        };
        view! {
            <button type="button" class="count-tile" data-tone=tone data-none=all_done
                aria-pressed=pressed on:click=press>
                <strong>{count}</strong><span>{move || desk.t(key)}</span>
            </button>
        }
    };
    let seats = move || {
        bus.with(|day| {
            let manifest = &day.manifest;
            let numbers = [manifest.rows.len(), manifest.seats, manifest.free_seats()];
            let [listed, seats, free] = numbers.map(|number| number.to_string());
            let values = [
                ("listed", listed.as_str()),
                ("seats", &seats),
                ("free", &free),
            ];
            desk.fill("trip.seats_line", &values)
        })
    };
    let beyond = move || bus.with(|day| day.manifest.too_many()).filter(|n| *n > 0);
    view! {
        <div class="counts" role="group" aria-label=move || desk.t("trip.counts")>
            {tile(Shown::Aboard, "good", Signal::derive(aboard), "trip.aboard")}
            {tile(Shown::Missing, "missing", Signal::derive(missing), "trip.missing")}
        </div>
        <p class="count-line" role="status">{seats}</p>
        {move || beyond().map(|count| view! {
            <p class="problem" role="alert">
                {desk.fill("trip.beyond", &[("count", &count.to_string())])}
            </p>
        })}
    }
}

/// What one does most, within reach of the thumb.
fn bar(bus: Bus) -> impl IntoView {
    let desk = bus.desk;
    let departed = Memo::new(move |_| bus.with(Day::has_departed) == Some(true));
    let over = Memo::new(move |_| {
        bus.with(|day| ["arrived", "cancelled"].contains(&day.step())) == Some(true)
    });
    let may_tick = Memo::new(move |_| bus.may_write(&boarding::BOARDING));
    let may_add = Memo::new(move |_| bus.may_write(&passenger::PASSENGER));
    let may_go = Memo::new(move |_| bus.may_write(&TRIP));
    let held = Memo::new(move |_| !bus.held().is_empty());
    let depart = move |_| {
        if held.get_untracked() {
            before::point_out();
        } else if bus
            .now()
            .is_some_and(|day| day.manifest.missing().next().is_some())
        {
            bus.leaving.set(true);
        } else {
            bus.go_on("departed");
        }
    };
    let add = move |_| bus.adding.set(Some(Newcomer::default()));
    let before_departure = move || {
        view! {
            {may_add.get().then(|| view! {
                <button type="button" class="button" on:click=add>
                    {icon("plus")}{move || desk.t("trip.add")}
                </button>
            })}
            {may_tick.get().then(|| view! {
                <button type="button" class="button primary" on:click=move |_| bus.scanning.set(true)>
                    {icon("scan")}{move || desk.t("trip.scan")}
                </button>
            })}
            {may_go.get().then(|| view! {
                <button type="button" class="button depart" on:click=depart
                    aria-disabled=move || held.get().to_string()>
                    {move || desk.t("trip.depart")}
                </button>
            })}
        }
    };
    let under_way = move || {
        may_go.get().then(|| {
            view! {
                <button type="button" class="button primary" on:click=move |_| bus.go_on("arrived")>
                    {move || desk.t("trip.arrive")}
                </button>
            }
        })
    };
    let shown = move || !over.get() && (may_tick.get() || may_go.get());
    move || {
        shown().then(|| {
            view! {
                <div class="savebar trip-bar">
                    {move || bus.leaving.get().then(|| leaving(bus))}
                    <div class="savebar-buttons">
                        {move || match departed.get() {
                            true => under_way().into_any(),
                            false => before_departure().into_any(),
                        }}
                    </div>
                </div>
            }
        })
    }
}

/// Somebody is missing: is the bus to go all the same?
fn leaving(bus: Bus) -> impl IntoView {
    let desk = bus.desk;
    let names = move || {
        bus.with(|day| {
            let names: Vec<&str> = day
                .manifest
                .missing()
                .map(|row| row.name.as_str())
                .collect();
            let count = names.len().to_string();
            let names = names.join(&desk.t("list.comma"));
            desk.fill("trip.leaving", &[("count", &count), ("names", &names)])
        })
    };
    view! {
        <div class="leaving" role="alertdialog" aria-label=move || desk.t("trip.depart")>
            <p>{names}</p>
            <div class="savebar-buttons">
                <button type="button" class="button" on:click=move |_| bus.leaving.set(false)>
                    {move || desk.t("trip.wait")}
                </button>
                <button type="button" class="button danger" on:click=move |_| bus.go_on("departed")>
                    {move || desk.t("trip.depart_all_the_same")}
                </button>
            </div>
        </div>
    }
}

fn scanner(bus: Bus) -> impl IntoView {
    let desk = bus.desk;
    let said = RwSignal::new(None);
    let stranger = RwSignal::new(None::<Newcomer>);
    let seen = Callback::new(move |text: String| {
        stranger.set(None);
        said.set(Some(match meant(bus, &text) {
            Ok(row) => board_scanned(bus, &row),
            Err(unmeant) => {
                let (why, newcomer) = *unmeant;
                stranger.set(newcomer);
                why
            }
        }));
    });
    let count = move || {
        bus.with(|day| {
            let (aboard, all) = (day.manifest.aboard().count(), day.manifest.rows.len());
            let [aboard, all] = [aboard, all].map(|number| number.to_string());
            desk.fill("trip.progress", &[("aboard", &aboard), ("all", &all)])
        })
    };
    let add = move |newcomer: Newcomer| {
        bus.scanning.set(false);
        bus.adding.set(Some(newcomer));
    };
    view! {
        <Scanner seen said closed=Callback::new(move |()| bus.scanning.set(false))>
            <p class="scanner-count">{count}</p>
            {move || stranger.get().map(|newcomer| view! {
                <button type="button" class="button primary" on:click=move |_| add(newcomer.clone())>
                    {move || desk.t("trip.add")}
                </button>
            })}
        </Scanner>
    }
}

fn board_scanned(bus: Bus, row: &Row) -> Said {
    let (tone, key) = match row.boarded {
        Some(_) => (Tone::Known, "trip.said_known"),
        None => (Tone::Good, "trip.said_aboard"),
    };
    if tone == Tone::Good {
        bus.tick(row, "qr");
    }
    let seat = match row.seat.as_str() {
        "" => String::new(),
        seat => bus.desk.fill("trip.seat", &[("seat", seat)]),
    };
    Said {
        tone,
        title: bus.desk.fill(key, &[("name", &row.name)]),
        sub: seat,
    }
}

/// Why a code means no row of the list, and who it may be.
type Unmeant = (Said, Option<Newcomer>);

/// The row that a code, or a typed short form, means; else why none, and who it may be.
fn meant(bus: Bus, text: &str) -> Result<Row, Box<Unmeant>> {
    let desk = bus.desk;
    let day = bus.now();
    let manifest = day.as_ref().map(|day| &day.manifest);
    let bad = |key: &str| Said {
        tone: Tone::Bad,
        title: desk.t(key),
        sub: String::new(),
    };
    let Some(manifest) = manifest else {
        return Err(Box::new((bad("trip.none"), None)));
    };
    let typed = |id: &Id| code::is_short_of(text, *id);
    let short = manifest.rows.iter().find(|row| {
        typed(&row.passenger) || row.twins.iter().any(typed) || row.worker.iter().any(typed)
    });
    if let Some(row) = short {
        return Ok(row.clone());
    }
    let code = Code::parse(text).map_err(|error| Box::new((Said::trouble(desk, &error), None)))?;
    let held = desk.peek(|shelf| shelf.get(code.id));
    let worker = match code.kind {
        "worker" => Some(code.id),
        _ => held.as_ref().and_then(|record| record.get(&ticket::WORKER)),
    };
    // Two records of one worker may have been merged meanwhile.
    let shown = |id: Id| desk.peek(|shelf| shelf.canonical(id));
    let is_worker = |row: &&Row| row.worker.map(shown) == worker.map(shown);
    let by_worker = worker.and_then(|_| manifest.rows.iter().find(is_worker));
    let row = manifest.row(code.id).or(by_worker);
    row.cloned().ok_or_else(|| {
        let newcomer = held.map(|record| Newcomer {
            name: record.text("name").to_owned(),
            phone: record.text("phone").to_owned(),
            worker,
            seat: None,
        });
        let mut said = bad("trip.said_stranger");
        said.sub = newcomer
            .as_ref()
            .map(|n| n.name.clone())
            .unwrap_or_default();
        Box::new((said, newcomer))
    })
}
