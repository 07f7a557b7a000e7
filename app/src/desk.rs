//! The app's state, in one place: what is on the device, who works on it, how it looks.

mod opened;

use crate::language::Language;
use crate::rescue::Foreign;
use crate::{now, own};
use domain::agenda::Plan;
use domain::area::Level;
use domain::wire::Profile;
use domain::{Area, Clock, Device, Id, Stamp};
use futures_channel::mpsc::UnboundedSender;
use futures_util::future::join;
use gloo_timers::future::TimeoutFuture;
use jiff::civil::Date;
use leptos::prelude::*;
use opened::{Told, Work};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;
use store::database::{Store, StoreError};
use store::room::Room;
use store::shelf::{MARKED_AT_ONCE, Shelf};
use store::steps::Cursors;
use wasm_bindgen::JsValue;

/// This device, as it was enrolled, and its person's profile as the server last told it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Enrolled {
    pub device: Device,
    pub person: Id,
    pub name: String,
    #[serde(default)]
    pub profile: Option<Profile>,
}

/// What the sync is doing.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Phase {
    #[default]
    Idle,
    Busy,
    /// The first download: records so far.
    First(usize),
    /// No answer from the server.
    Offline,
    /// The server refuses this device; the label says why and what to do.
    Refused(String),
}

/// A short word at the screen's bottom, with a way back where there is one.
#[derive(Clone, PartialEq, Debug)]
pub struct Toast {
    /// Tells it from one before it with the same text, whose time is up sooner.
    number: u32,
    pub text: String,
    pub undo: Option<crate::save::Undo>,
}

#[derive(Clone, Copy)]
pub struct Desk {
    pub store: StoredValue<Rc<Store>, LocalStorage>,
    shelf: StoredValue<Shelf, LocalStorage>,
    /// Goes up with every change of the shelf; what reads the shelf follows it.
    version: RwSignal<u64>,
    clock: StoredValue<Clock, LocalStorage>,
    pub key: StoredValue<Option<JsValue>, LocalStorage>,
    pub enrolled: RwSignal<Option<Enrolled>>,
    pub phase: RwSignal<Phase>,
    /// When the server last answered, in milliseconds since 1970 UTC.
    pub last_contact: RwSignal<Option<i64>>,
    pub cursors: StoredValue<Cursors, LocalStorage>,
    pub villages: RwSignal<Rc<HashMap<Area, String>>, LocalStorage>,
    pub language: RwSignal<Language>,
    pub theme: RwSignal<String>,
    pub type_size: RwSignal<String>,
    /// Minutes without a touch after which the device locks.
    pub idle: RwSignal<u32>,
    pub plan: RwSignal<Plan>,
    pub toast: RwSignal<Option<Toast>>,
    toasts: StoredValue<u32>,
    pub drafts: RwSignal<Vec<store::drafts::Draft>>,
    /// The pictures that are whole on this device, because the server does not have them yet.
    pub unsent: RwSignal<BTreeSet<String>>,
    /// The pictures that the server did not take since the app was opened: (name, label).
    pub returned: RwSignal<BTreeMap<String, String>>,
    /// What somebody else left on this device, whose PIN was lost.
    pub foreign: RwSignal<Option<Foreign>>,
    /// The room on the device, as it was last measured.
    pub room: RwSignal<Option<Room>>,
    /// Today in China; a new day makes the screens anew.
    pub today: RwSignal<Date>,
    nudge: StoredValue<Option<UnboundedSender<()>>, LocalStorage>,
    /// True while marks are taken (see `Shelf::mark`).
    marking: RwSignal<bool>,
    /// True while a pull goes on that has more pages to come.
    pulls: StoredValue<bool>,
}

/// Says, as long as it is held, that more pages are to come.
pub struct Pulling(Desk);

impl Drop for Pulling {
    fn drop(&mut self) {
        self.0.pulls.set_value(false);
        self.0.mark_soon();
    }
}

impl Desk {
    /// Takes in all that an unlocked store holds.
    pub async fn open(store: Rc<Store>) -> Result<Self, StoreError> {
        // The browser works on both at once.
        let (work, told) = join(Work::read(&store), Told::read(&store)).await;
        let Work {
            cursors,
            kept,
            unsent,
            drafts,
            shelf,
            latest,
        } = work?;
        let Told {
            enrolled,
            language,
            theme,
            type_size,
            idle,
            plan,
            key,
        } = told?;
        // Nothing has come yet: until it has, nobody is told that all is done.
        let phase = match enrolled.as_ref().is_some_and(|e| e.profile.is_none()) {
            true => Phase::First(0),
            false => Phase::Idle,
        };
        let desk = Self {
            store: StoredValue::new_local(store),
            shelf: StoredValue::new_local(shelf),
            version: RwSignal::new(0),
            clock: StoredValue::new_local(Clock::after(latest)),
            key: StoredValue::new_local(key),
            enrolled: RwSignal::new(enrolled),
            phase: RwSignal::new(phase),
            last_contact: RwSignal::new(None),
            cursors: StoredValue::new_local(cursors),
            villages: RwSignal::new_local(Rc::new(HashMap::new())),
            language: RwSignal::new(language),
            theme: RwSignal::new(theme),
            type_size: RwSignal::new(type_size),
            idle: RwSignal::new(idle),
            plan: RwSignal::new(plan),
            toast: RwSignal::new(None),
            toasts: StoredValue::new(0),
            drafts: RwSignal::new(drafts),
            unsent: RwSignal::new(unsent),
            returned: RwSignal::new(BTreeMap::new()),
            foreign: RwSignal::new(None),
            room: RwSignal::new(None),
            today: RwSignal::new(now::today()),
            nudge: StoredValue::new_local(None),
            marking: RwSignal::new(false),
            pulls: StoredValue::new(false),
        };
        desk.mark_soon();
        wasm_bindgen_futures::spawn_local(async move {
            crate::picture::sweep(desk, kept).await;
            crate::storage::prepare(desk).await;
        });
        Ok(desk)
    }

    pub fn store(&self) -> Rc<Store> {
        self.store.get_value()
    }

    /// Reads the working set; whoever does so in a view follows its changes.
    pub fn read<T>(&self, with: impl FnOnce(&Shelf) -> T) -> T {
        self.version.track();
        self.shelf.with_value(with)
    }

    /// Goes up with every change of the working set; whoever asks follows them.
    pub fn version(&self) -> u64 {
        self.version.get()
    }

    /// Reads the working set once.
    pub fn peek<T>(&self, with: impl FnOnce(&Shelf) -> T) -> T {
        self.shelf.with_value(with)
    }

    pub fn change<T>(&self, with: impl FnOnce(&mut Shelf) -> T) -> T {
        let mut answer = None;
        self.shelf.update_value(|shelf| {
            answer = Some(with(shelf));
            let latest = shelf.latest();
            self.clock.update_value(|clock| clock.observe(latest));
        });
        self.version.update(|version| *version += 1);
        self.mark_soon();
        answer.expect("a stored value can be updated")
    }

    /// More pages are to come: what can wait waits.
    pub fn pulling(self) -> Pulling {
        self.pulls.set_value(true);
        Pulling(self)
    }

    /// Lets the marks by which doubles are found be taken, a few at a time, when nothing else is to
    /// be done.
    fn mark_soon(self) {
        if self.marking.get_untracked() {
            return;
        }
        self.marking.set(true);
        wasm_bindgen_futures::spawn_local(async move {
            loop {
                TimeoutFuture::new(1).await;
                // The next page is wanted more; with the last one this begins anew.
                if self.pulls.get_value() || !self.peek(|shelf| shelf.mark(MARKED_AT_ONCE)) {
                    break;
                }
            }
            self.marking.set(false);
        });
    }

    /// True while nobody knows yet who is like whom; whoever asks follows when it is known.
    pub fn is_marking(&self) -> bool {
        let marking = self.read(Shelf::is_marking);
        if marking {
            self.marking.track();
        }
        marking
    }

    /// Lets the clock go on after what the server has confirmed: its own writes were ahead.
    pub fn reset_clock(&self) {
        self.clock.set_value(Clock::after(self.peek(Shelf::latest)));
    }

    /// What is written here from now on is later than that.
    pub fn observe(&self, seen: Option<Stamp>) {
        if let Some(seen) = seen {
            self.clock.update_value(|clock| clock.observe(seen));
        }
    }

    /// The next stamp of this device.
    pub fn tick(&self) -> Stamp {
        let device = self
            .enrolled
            .with_untracked(|e| e.as_ref().map(|e| e.device));
        let mut stamp = Stamp::default();
        self.clock.update_value(|clock| {
            stamp = clock.tick(now::now_ms(), device.unwrap_or_default());
        });
        stamp
    }

    pub fn profile(&self) -> Option<Profile> {
        self.enrolled
            .with(|enrolled| enrolled.as_ref().and_then(|e| e.profile.clone()))
    }

    pub fn profile_now(&self) -> Option<Profile> {
        self.enrolled
            .with_untracked(|enrolled| enrolled.as_ref().and_then(|e| e.profile.clone()))
    }

    /// The area in which this person works.
    pub fn home(&self) -> Option<Area> {
        self.profile().and_then(|profile| profile.grants.home())
    }

    /// A label in the person's language; of the campaign's own fields, too.
    pub fn t(&self, key: &str) -> String {
        let language = self.language.get();
        let own = self
            .enrolled
            .with(|enrolled| label_of_own(language, enrolled.as_ref(), key));
        own.unwrap_or_else(|| language.label(key))
    }

    /// The same, at this moment.
    pub fn label_now(&self, key: &str) -> String {
        let language = self.language.get_untracked();
        let own = self
            .enrolled
            .with_untracked(|enrolled| label_of_own(language, enrolled.as_ref(), key));
        own.unwrap_or_else(|| language.label(key))
    }

    pub fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.language.get().fill(key, values)
    }

    pub fn area_name(&self, area: Area) -> String {
        let village = self.villages.with(|villages| villages.get(&area).cloned());
        village
            .or_else(|| area.name().map(str::to_owned))
            .unwrap_or_else(|| area.to_string())
    }

    /// The villages and townships whose name holds what was typed.
    pub fn areas_named(&self, word: &str) -> HashSet<Area> {
        if word.is_ascii() {
            return HashSet::new();
        }
        self.villages.with(|villages| {
            let named = |(area, name): &(&Area, &String)| {
                let township = area.at(Level::Township).and_then(Area::name);
                name.contains(word) || township.is_some_and(|name| name.contains(word))
            };
            villages
                .iter()
                .filter(named)
                .map(|(area, _)| *area)
                .collect()
        })
    }

    /// A day as people say it: around the Spring Festival with its lunar date.
    pub fn day(&self, day: Date) -> String {
        let days = domain::day_number(day) - domain::day_number(self.today.get());
        match days {
            0 => self.t("day.today"),
            1 => self.t("day.tomorrow"),
            -1 => self.t("day.yesterday"),
            _ => match self.lunar(day).filter(|_| domain::lunar::is_festive(day)) {
                Some(lunar) => {
                    self.fill("day.lunar", &[("date", &self.date(day)), ("lunar", &lunar)])
                }
                None => self.date(day),
            },
        }
    }

    /// The lunar date, with the festival's name where the day has one.
    pub fn lunar(&self, day: Date) -> Option<String> {
        let lunar = domain::lunar::lunar(day)?;
        let mut month = self.t(&format!("lunar.month.{}", lunar.month));
        if lunar.leap {
            month = self.fill("lunar.leap", &[("month", &month)]);
        }
        let number = self.t(&format!("lunar.day.{}", lunar.day));
        let date = self.fill("lunar.date", &[("month", &month), ("day", &number)]);
        Some(match lunar.festival() {
            Some(festival) => format!("{date} {}", self.t(&format!("festival.{}", festival.key()))),
            None => date,
        })
    }

    /// A moment as people say it: the day and the hour in China.
    pub fn moment(&self, ms: i64) -> String {
        let day = self.day(domain::day_of(ms));
        format!("{day} {}", domain::moment::clock(ms))
    }

    /// A date with its day of the week.
    pub fn date_of_week(&self, day: Date) -> String {
        let weekday = self.t(&format!("weekday.{}", day.weekday().to_monday_one_offset()));
        let date = self.date(day);
        self.fill("day.of_week", &[("date", &date), ("weekday", &weekday)])
    }

    /// A date in figures and words, without saying today or yesterday.
    pub fn date(&self, day: Date) -> String {
        let month_name = self.t(&format!("month.{}", day.month()));
        let key = if day.year() == self.today.get().year() {
            "day.date"
        } else {
            "day.full"
        };
        let (year, month, day) = (
            day.year().to_string(),
            day.month().to_string(),
            day.day().to_string(),
        );
        let names = ["year", "month", "day", "month_name"];
        let values = [&year, &month, &day, &month_name];
        let pairs: Vec<(&str, &str)> = names
            .into_iter()
            .zip(values.into_iter().map(String::as_str))
            .collect();
        self.fill(key, &pairs)
    }

    /// Wakes the sync.
    pub fn nudge(&self) {
        self.nudge.with_value(|nudge| {
            if let Some(nudge) = nudge {
                let _ = nudge.unbounded_send(());
            }
        });
    }

    pub fn set_nudge(&self, nudge: UnboundedSender<()>) {
        self.nudge.set_value(Some(nudge));
    }

    pub fn say(&self, text: String, undo: Option<crate::save::Undo>) {
        let last = self.toasts.get_value();
        let number = last.wrapping_add(1);
        self.toasts.set_value(number);
        self.toast.set(Some(Toast { number, text, undo }));
    }
}

fn label_of_own(language: Language, enrolled: Option<&Enrolled>, key: &str) -> Option<String> {
    if !own::is_key(key) {
        return None;
    }
    let profile = enrolled?.profile.as_ref()?;
    own::label(language, &profile.campaign.own, key)
}

/// The state, from any view below the app's root.
pub fn desk() -> Desk {
    expect_context()
}
