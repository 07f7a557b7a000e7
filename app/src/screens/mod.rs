//! The app's frame: what is shown around every screen, and which screen a URL shows.

pub mod admin;
pub mod assign;
pub mod boards;
pub mod bulletins;
pub mod code;
pub mod contacts;
pub mod departures;
mod door;
mod enrol;
mod export;
mod filters;
mod help;
mod history;
pub mod import;
mod install;
pub mod ledgers;
mod matter;
pub mod me;
pub mod menu;
mod merged;
mod navigation;
mod order;
pub mod overview;
pub mod pad;
pub mod people;
pub mod photos;
mod pin;
pub mod progress;
pub mod publish;
pub mod record;
pub mod same;
pub mod scan;
mod sync_sheet;
mod toasts;
pub mod today;
mod training;
mod travel;
pub mod trip;
pub mod trouble;
mod update;
pub mod words;
pub mod work;

pub use bulletins::meta as bulletin_meta;

use crate::desk::{Desk, desk};
use crate::language::Language;
use crate::piece::{self, Field, Later, Manager, Screen, Travel};
use crate::store::database::{Store, StoreError};
use crate::{idle, sync, vault};
use domain::campaign::Mode;
use domain::grant::Role;
use door::Door;
use futures_channel::mpsc::unbounded;
use futures_util::StreamExt as _;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::hooks::{use_location, use_query_map};
use leptos_router::path;
use std::rc::Rc;

/// Opens the store and shows the door, if it is locked, then the app; without a store it says so.
pub async fn start() {
    if let Err(error) = begin().await {
        leptos::logging::error!("the store did not open: {error}");
        if let Some(window) = web_sys::window()
            && let Ok(event) = web_sys::Event::new("chunnuan-failed")
        {
            let _ = window.dispatch_event(&event);
        }
    }
}

async fn begin() -> Result<(), StoreError> {
    let store = Rc::new(Store::open().await?);
    let door = match vault::held(&store).await? {
        Some(lock) => Some(Door::Locked(lock)),
        None if store.is_unsealed().await? => Some(Door::Unsealed),
        None => None,
    };
    if let Some(door) = door {
        at_the_door(&store, door).await?;
    }
    let desk = Desk::open(store).await?;
    clear_page();
    leptos::mount::mount_to_body(move || view! { <App desk/> });
    Ok(())
}

/// Shows the door until somebody comes in.
async fn at_the_door(store: &Rc<Store>, door: Door) -> Result<(), StoreError> {
    let (entered, mut entering) = unbounded();
    let language = RwSignal::new(Language::of(store).await?);
    let (theme, type_size) = (told(store, "theme").await?, told(store, "type").await?);
    clear_page();
    let shown = {
        let store = StoredValue::new_local(store.clone());
        let body = document_body().ok_or_else(|| StoreError::new("no page"))?;
        leptos::mount::mount_to(body, move || {
            Effect::new(move || dress(language.get(), &theme, &type_size));
            let enter = Callback::new(move |how| {
                let _ = entered.unbounded_send(how);
            });
            view! { <door::DoorScreen store door language enter/> }
        })
    };
    let _ = entering.next().await;
    drop(shown);
    let chosen = language.get_untracked().code();
    // On a full device it is chosen again next time.
    let _ = store.set("language", &chosen.into()).await;
    Ok(())
}

async fn told(store: &Store, name: &str) -> Result<String, StoreError> {
    let held = store.setting(name).await?;
    Ok(held.and_then(|value| value.as_string()).unwrap_or_default())
}

fn document_body() -> Option<web_sys::HtmlElement> {
    web_sys::window()?.document()?.body()
}

fn clear_page() {
    if let Some(body) = document_body() {
        body.set_inner_text("");
    }
}

#[component]
fn App(desk: Desk) -> impl IntoView {
    provide_context(desk);
    sync::start(desk);
    villages(desk);
    install::start(desk);
    idle::start(desk);
    piece::warm();
    Effect::new(move || {
        dress(
            desk.language.get(),
            &desk.theme.get(),
            &desk.type_size.get(),
        );
    });
    let enrolled = Memo::new(move |_| {
        desk.enrolled
            .with(|e| e.as_ref().is_some_and(|e| e.profile.is_some()))
    });
    view! {
        <Router>
            {move || if enrolled.get() {
                view! { <Frame/> }.into_any()
            } else {
                view! { <enrol::Enrol/> }.into_any()
            }}
        </Router>
    }
}

/// Sets language, theme and type size on the page itself.
fn dress(language: Language, theme: &str, type_size: &str) {
    let document = web_sys::window().and_then(|w| w.document());
    let Some(page) = document.and_then(|d| d.document_element()) else {
        return;
    };
    let _ = page.set_attribute("lang", language.tag());
    let _ = page.set_attribute("data-theme", theme);
    let _ = page.set_attribute("data-type", type_size);
}

#[component]
fn Frame() -> impl IntoView {
    let desk = desk();
    let area = move || {
        desk.home()
            .map(|area| desk.area_name(area))
            .unwrap_or_default()
    };
    let training = move || {
        desk.profile()
            .is_some_and(|p| p.campaign.mode == Mode::Training)
    };
    let open = RwSignal::new(false);
    view! {
        <div class="app">
            <a class="skip" href="#main">{move || desk.t("nav.skip")}</a>
            {move || training().then(|| view! {
                <aside class="training" aria-label=desk.t("app.mode")>{desk.t("app.training")}</aside>
            })}
            <header class="topbar">
                <span class="topbar-area">{area}</span>
                <sync_sheet::Badge open/>
                <help::Help/>
            </header>
            <navigation::Navigation/>
            <update::Update/>
            <main id="main" class="screen">
                <FlatRoutes fallback=|| crate::ui::empty("app.no_screen")>
                    <Route path=path!("/") view=Home/>
                    <Route path=path!("/today") view=|| panes(today::Today)/>
                    <Route path=path!("/overview") view=|| wide(|| manager(Manager::Overview))/>
                    <Route path=path!("/boards") view=|| wide(|| manager(Manager::Boards))/>
                    <Route path=path!("/publish") view=|| panes(|| manager(Manager::Publish))/>
                    <Route path=path!("/assign") view=|| manager(Manager::Assign)/>
                    <Route path=path!("/admin") view=admin/>
                    <Route path=path!("/admin/people") view=admin/>
                    <Route path=path!("/admin/invite") view=admin/>
                    <Route path=path!("/admin/sheet") view=admin/>
                    <Route path=path!("/admin/devices") view=admin/>
                    <Route path=path!("/admin/campaign") view=admin/>
                    <Route path=path!("/admin/audit") view=admin/>
                    <Route path=path!("/admin/feeds") view=admin/>
                    <Route path=path!("/admin/health") view=admin/>
                    <Route path=path!("/people") view=|| panes(|| field(Field::People))/>
                    <Route path=path!("/same") view=|| manager(Manager::Same)/>
                    <Route path=path!("/import") view=|| manager(Manager::Import)/>
                    <Route path=path!("/work") view=|| panes(|| field(Field::Work))/>
                    <Route path=path!("/progress") view=|| panes(|| manager(Manager::Progress))/>
                    <Route path=path!("/new") view=|| field(Field::Menu)/>
                    <Route path=path!("/new/:kind") view=|| field(Field::Form)/>
                    <Route path=path!("/edit/:id") view=|| field(Field::Form)/>
                    <Route path=path!("/me") view=|| field(Field::Me)/>
                    <Route path=path!("/trip/:id") view=|| travelling(Travel::Trip)/>
                    <Route path=path!("/trip/:id/sheet") view=|| travelling(Travel::Sheet)/>
                    <Route path=path!("/code/:id") view=|| travelling(Travel::Code)/>
                    <Route path=path!("/scan") view=|| travelling(Travel::Scan)/>
                    <Route path=path!("/departures") view=|| panes(|| travelling(Travel::Departures))/>
                    <Route path=path!("/bulletins") view=|| panes(|| field(Field::Bulletins))/>
                    <Route path=path!("/contacts") view=|| panes(|| field(Field::Contacts))/>
                </FlatRoutes>
            </main>
            <sync_sheet::SyncSheet open/>
            <toasts::Toasts/>
        </div>
    }
}

/// Who manages begins with the morning's overview, who serves a trip with its list, who visits with the day's.
#[component]
fn Home() -> impl IntoView {
    let desk = desk();
    let trip = Memo::new(move |_| travel::own_trip(desk));
    move || {
        if manages(desk) {
            wide(|| manager(Manager::Overview)).into_any()
        } else if administers_only(desk) {
            admin().into_any()
        } else if let Some(id) = trip.get() {
            travelling(Travel::Day(id)).into_any()
        } else {
            panes(today::Today).into_any()
        }
    }
}

fn field(screen: Field) -> impl IntoView {
    view! { <Later screen=Screen::Field(screen)/> }
}

fn travelling(screen: Travel) -> impl IntoView {
    view! { <Later screen=Screen::Travel(screen)/> }
}

fn admin() -> impl IntoView {
    view! { <Later screen=Screen::Admin/> }
}

fn manager(screen: Manager) -> impl IntoView {
    view! { <Later screen=Screen::Manager(screen)/> }
}

/// A list with, beside or over it, what is open in it.
fn panes<V: IntoView + 'static>(list: impl Fn() -> V + 'static) -> impl IntoView {
    panes_of("panes", list)
}

/// The same for what takes the whole width as long as nothing is open beside it.
fn wide<V: IntoView + 'static>(list: impl Fn() -> V + 'static) -> impl IntoView {
    panes_of("panes wide", list)
}

fn panes_of<V: IntoView + 'static>(
    class: &'static str,
    list: impl Fn() -> V + 'static,
) -> impl IntoView {
    let query = use_query_map();
    let open = move || {
        query
            .read()
            .get("open")
            .and_then(|id| domain::Id::parse(&id))
    };
    let drilled = move || query.read().get("indicator").is_some();
    let day = move || query.read().get("day").is_some();
    let listed = move || query.read().get("list").is_some();
    let pane = move || {
        if open().is_some() || drilled() || day() || listed() {
            "detail"
        } else {
            "list"
        }
    };
    view! {
        <div class=class data-pane=pane>
            <section class="pane-list">{list()}</section>
            <section class="pane-detail">
                {move || match open() {
                    Some(id) => opened(id),
                    None if drilled() => manager(Manager::Behind).into_any(),
                    None if day() => travelling(Travel::DepartingOn).into_any(),
                    None if listed() => listing(),
                    None => crate::ui::empty("app.nothing_open").into_any(),
                }}
            </section>
        </div>
    }
}

/// What stands behind a manager's figure: on a board a fund's entries, on the overview records.
fn listing() -> AnyView {
    match use_location().pathname.get().as_str() {
        "/boards" => manager(Manager::FundEntries).into_any(),
        _ => manager(Manager::Changed).into_any(),
    }
}

/// A record's page; a bulletin is there to be read.
fn opened(id: domain::Id) -> AnyView {
    let desk = desk();
    let kind = desk.peek(|shelf| shelf.row(id).map(|row| row.kind.name));
    match kind {
        Some("bulletin") => field(Field::Bulletin(id)).into_any(),
        _ => field(Field::Record(id)).into_any(),
    }
}

pub fn manages(desk: Desk) -> bool {
    desk.profile().is_some_and(|profile| {
        profile.grants.has(Role::Coordinator) || profile.grants.has(Role::DepartmentOfficer)
    })
}

/// True for who administers and works with no records: all their screens are under `/admin`.
pub fn administers_only(desk: Desk) -> bool {
    let grants = desk.profile().map(|profile| profile.grants);
    grants.is_some_and(|grants| grants.administers() && grants.home().is_none())
}

/// Reads the village names of the person's counties; fetches once what is not on the device.
pub fn villages(desk: Desk) {
    Effect::new(move || {
        let ledgers = desk
            .profile()
            .map(|profile| profile.ledgers)
            .unwrap_or_default();
        // A province's or city's tables stop at townships.
        let few = ledgers.len() <= 3;
        for county in ledgers.into_iter().filter(|_| few) {
            spawn_local(village_names(desk, county));
        }
    });
}

pub async fn village_names(desk: Desk, county: domain::Area) {
    let store = desk.store();
    let table = match store.villages(county).await.ok().flatten() {
        Some(table) => table,
        None => {
            let path = format!("/areas/{county}.csv");
            let Ok(bytes) = crate::api::get_bytes(&path, None).await else {
                return;
            };
            let table = String::from_utf8_lossy(&bytes).into_owned();
            let _ = store.keep_villages(county, &table).await;
            table
        }
    };
    let rows = table.lines().filter_map(|line| {
        let (code, name) = line.split_once(',')?;
        Some((domain::Area::parse(code)?, short(name)))
    });
    let mut names = desk.villages.get_untracked().as_ref().clone();
    names.extend(rows);
    desk.villages.set(std::rc::Rc::new(names));
}

/// As people say it: 大杨口村 for 大杨口村民委员会.
fn short(name: &str) -> String {
    let endings = [
        ("村民委员会", "村"),
        ("居民委员会", "社区"),
        ("居委员会", ""),
        ("居委会", ""),
    ];
    for (long, said) in endings {
        if let Some(stem) = name.strip_suffix(long) {
            let doubled = !said.is_empty() && stem.ends_with(said);
            return if doubled {
                stem.to_owned()
            } else {
                format!("{stem}{said}")
            };
        }
    }
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn village_names_are_as_people_say_them() {
        assert_eq!(short("大杨口村民委员会"), "大杨口村");
        assert_eq!(short("庄寨社区居委会"), "庄寨社区");
        assert_eq!(short("解放桥社区居民委员会"), "解放桥社区");
        assert_eq!(short("某村"), "某村");
    }
}
