//! Screens whose code is not in the first download: split off the module when the app is built,
//! fetched by the service worker when the phone has the time, or before by whoever opens one.
//!
//! The macro's calls from piece to piece are its own `unsafe`; there is none of ours.
#![allow(unsafe_code)]

use crate::desk::desk;
use crate::form::FormScreen;
use crate::screens::{
    admin, assign, boards, bulletins, code, contacts, departures, frame, import, me, menu,
    overview, people, progress, publish, record, same, scan, trip, work,
};
use domain::Id;
use futures_util::FutureExt as _;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::pin::Pin;
use std::rc::Rc;
use store::database::{Store, StoreError};
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// A screen that is fetched later.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Screen {
    Field(Field),
    Travel(Travel),
    Manager(Manager),
    Admin,
}

/// What everybody opens from the day's list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Field {
    People,
    Work,
    Menu,
    Form,
    Record(Id),
    Bulletin(Id),
    Bulletins,
    Contacts,
    Me,
}

/// The days of travel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Travel {
    Trip,
    Day(Id),
    Sheet,
    Code,
    Scan,
    Departures,
    DepartingOn,
}

/// What managers look at, and what is decided at leisure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Manager {
    Overview,
    Changed,
    Boards,
    FundEntries,
    Publish,
    Assign,
    Progress,
    Behind,
    Same,
    Import,
}

type Opened = Result<AnyView, SplitLoaderError>;

/// What an opened store came to.
type Opening = Pin<Box<dyn Future<Output = Result<(), StoreError>>>>;

#[wasm_split(field, fallible)]
fn opening(store: Rc<Store>, leave: Box<dyn FnOnce()>) -> Result<Opening, SplitLoaderError> {
    Ok(Box::pin(frame::open(store, leave)))
}

/// Opens what lies behind the door, whose code is fetched while one stands before it. `leave` takes
/// the door away when there is something to be shown in its place.
///
/// # Errors
/// If its code is not here, and inside if the store does not answer; then the door still stands.
pub async fn inside(
    store: Rc<Store>,
    leave: Box<dyn FnOnce()>,
) -> Result<Result<(), StoreError>, SplitLoaderError> {
    Ok(opening(store, leave).await?.await)
}

#[wasm_split(field, fallible, preload(fetch_field))]
fn field(screen: Field) -> Opened {
    Ok(match screen {
        Field::People => view! { <people::People/> }.into_any(),
        Field::Work => view! { <work::Work/> }.into_any(),
        Field::Menu => view! { <menu::Menu/> }.into_any(),
        Field::Form => view! { <FormScreen/> }.into_any(),
        Field::Record(id) => view! { <record::RecordPage id/> }.into_any(),
        Field::Bulletin(id) => view! { <bulletins::BulletinPage id/> }.into_any(),
        Field::Bulletins => view! { <bulletins::Bulletins/> }.into_any(),
        Field::Contacts => view! { <contacts::Contacts/> }.into_any(),
        Field::Me => view! { <me::Me/> }.into_any(),
    })
}

#[wasm_split(travel, fallible, preload(fetch_travel))]
fn travel(screen: Travel) -> Opened {
    Ok(match screen {
        Travel::Trip => view! { <trip::TripScreen/> }.into_any(),
        Travel::Day(id) => view! { <trip::TripDay id/> }.into_any(),
        Travel::Sheet => view! { <code::SheetScreen/> }.into_any(),
        Travel::Code => view! { <code::CodeScreen/> }.into_any(),
        Travel::Scan => view! { <scan::ScanScreen/> }.into_any(),
        Travel::Departures => view! { <departures::Departures/> }.into_any(),
        Travel::DepartingOn => view! { <departures::Behind/> }.into_any(),
    })
}

#[wasm_split(manager, fallible, preload(fetch_manager))]
fn manager(screen: Manager) -> Opened {
    Ok(match screen {
        Manager::Overview => view! { <overview::Overview/> }.into_any(),
        Manager::Changed => view! { <overview::Behind/> }.into_any(),
        Manager::Boards => view! { <boards::Boards/> }.into_any(),
        Manager::FundEntries => view! { <boards::Entries/> }.into_any(),
        Manager::Publish => view! { <publish::Publish/> }.into_any(),
        Manager::Assign => view! { <assign::Assign/> }.into_any(),
        Manager::Progress => view! { <progress::Progress/> }.into_any(),
        Manager::Behind => view! { <progress::Behind/> }.into_any(),
        Manager::Same => view! { <same::Same/> }.into_any(),
        Manager::Import => view! { <import::Import/> }.into_any(),
    })
}

#[wasm_split(admin, fallible, preload(fetch_admin))]
fn administration() -> Opened {
    Ok(view! { <admin::Admin/> }.into_any())
}

impl Screen {
    async fn fetch(self) -> Result<(), SplitLoaderError> {
        match self {
            Self::Field(_) => fetch_field().await,
            Self::Travel(_) => fetch_travel().await,
            Self::Manager(_) => fetch_manager().await,
            Self::Admin => fetch_admin().await,
        }
    }

    /// The view, if its code is here. To be called where the view belongs, for what it looks up
    /// around itself.
    fn view(self) -> Option<AnyView> {
        let opened = match self {
            Self::Field(screen) => field(screen).now_or_never(),
            Self::Travel(screen) => travel(screen).now_or_never(),
            Self::Manager(screen) => manager(screen).now_or_never(),
            Self::Admin => administration().now_or_never(),
        };
        opened?.ok()
    }
}

/// Makes ready what lies behind the door, while one types.
pub fn warm() {
    spawn_local(async { drop(fetch_field().await) });
}

/// Where the code of a screen is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Code {
    Here,
    OnItsWay,
    /// There is no network, and the phone never had the time.
    NotHere,
}

/// A screen of another piece: at once if its code is here, else as soon as it is.
#[component]
pub fn Later(screen: Screen) -> impl IntoView {
    let desk = desk();
    let code = RwSignal::new(match screen.fetch().now_or_never() {
        Some(Ok(())) => Code::Here,
        _ => Code::OnItsWay,
    });
    let fetch = move || {
        code.set(Code::OnItsWay);
        spawn_local(async move {
            let got = screen.fetch().await;
            code.try_set(got.map_or(Code::NotHere, |()| Code::Here));
        });
    };
    if code.get_untracked() == Code::OnItsWay {
        fetch();
    }
    move || match code.get() {
        Code::Here => untrack(|| screen.view()),
        Code::OnItsWay => {
            Some(view! { <p class="hint" role="status">{desk.t("piece.coming")}</p> }.into_any())
        }
        Code::NotHere => Some(
            view! {
                <div class="empty">
                    <p role="alert">{desk.t("piece.not_here")}</p>
                    <button type="button" class="button primary" on:click=move |_| fetch()>
                        {desk.t("piece.again")}
                    </button>
                </div>
            }
            .into_any(),
        ),
    }
}
