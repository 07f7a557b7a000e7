//! What is shown around every screen, and which screen a URL shows.

use super::{
    dress, help, install, navigation, sync_sheet, toasts, today, training, travel, update, villages,
};
use crate::desk::{Desk, Phase, desk};
use crate::piece::{Field, Later, Manager, Screen, Travel};
use crate::{idle, language, sync};
use domain::campaign::Mode;
use domain::grant::Role;
use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::hooks::{use_location, use_query_map};
use leptos_router::path;
use std::rc::Rc;
use store::database::{Store, StoreError};
use store::settings::Emptied;

/// Reads what the open store holds, and shows it in the place of what `leave` takes away.
///
/// # Errors
/// If the store does not answer; then the page stays as it is.
pub async fn open(store: Rc<Store>, leave: impl FnOnce()) -> Result<(), StoreError> {
    language::learn();
    if training::begin_anew(&store).await? == Some(Emptied::Device) {
        // Nobody works here any more: the page begins once more at the door.
        crate::ui::reload();
        return Ok(());
    }
    let desk = Desk::open(store).await?;
    villages::recall(desk).await;
    leave();
    leptos::mount::mount_to_body(move || view! { <App desk/> });
    Ok(())
}

#[component]
fn App(desk: Desk) -> impl IntoView {
    provide_context(desk);
    sync::start(desk);
    villages::start(desk);
    install::start(desk);
    idle::start(desk);
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
                view! { <Waiting/> }.into_any()
            }}
        </Router>
    }
}

/// Enrolled, but the profile has not come: the network went in between.
#[component]
fn Waiting() -> impl IntoView {
    let desk = desk();
    let refused = move || match desk.phase.get() {
        Phase::Refused(label) => Some(desk.t(&label)),
        _ => None,
    };
    view! {
        <main class="page-message">
            <img src="/icon.svg" alt="" width="72" height="72"/>
            <h1>{move || desk.t("app.name")}</h1>
            <p>{move || desk.t("enrol.waiting")}</p>
            <button type="button" class="button primary" on:click=move |_| desk.nudge()>
                {move || desk.t("enrol.again")}
            </button>
            <p class="problem" role="alert">{refused}</p>
        </main>
    }
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
