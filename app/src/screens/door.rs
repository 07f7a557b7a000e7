//! The door: of a new device a link opens it, of a locked one its PIN; a new link begins that anew.

use super::enrol::{Enrol, link_here};
use super::pad::{Choose, Pad};
use crate::language::Language;
use crate::now;
use futures_util::future::join;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;
use store::database::Store;
use store::left::ENVELOPE;
use store::vault::{self, Lock, Refused};

/// What the door is like.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Door {
    /// Nobody works on this device yet, or somebody is to begin anew on it.
    Empty,
    Locked(Lock),
    /// A device of before there were PINs: one is chosen now.
    Unsealed,
    /// Opened, but what lies behind it did not come; the label says why.
    Stuck(&'static str),
}

/// What every way in needs.
#[derive(Clone, Copy)]
pub struct Opening {
    pub store: StoredValue<Rc<Store>, LocalStorage>,
    pub language: RwSignal<Language>,
    /// The store is open, and somebody is enrolled: the way in begins.
    pub enter: Callback<()>,
    /// On the way in, which one goes but once; true until one is in, or stuck.
    pub entering: RwSignal<bool>,
}

#[component]
pub fn DoorScreen(door: RwSignal<Door>, opening: Opening) -> impl IntoView {
    let Opening {
        store,
        language,
        enter,
        entering,
    } = opening;
    let anew = Callback::new(move |()| door.set(Door::Empty));
    let t = move |key: &'static str| language.get().label(key);
    let other = move |_| {
        language.update(|language| *language = language.other());
        let chosen = language.get_untracked().code();
        spawn_local(async move {
            // On a full device it is chosen again next time.
            let _ = store.get_value().set("language", &chosen.into()).await;
        });
    };
    let is_new = move || door.with(|door| *door == Door::Empty);
    view! {
        <main class="page-message door">
            {move || is_new().then(|| view! {
                <img src="/icon.svg" alt="" width="72" height="72"/>
            })}
            <h1>{move || t("app.name")}</h1>
            {move || match door.get() {
                Door::Empty => view! { <Enrol opening/> }.into_any(),
                Door::Locked(lock) => view! { <Locked opening lock anew/> }.into_any(),
                Door::Unsealed => view! { <Unsealed opening/> }.into_any(),
                Door::Stuck(why) => view! {
                    <p role="alert">{move || t(why)}</p>
                    <button type="button" class="button primary" disabled=entering
                        on:click=move |_| enter.run(())>
                        {move || t(if entering.get() { "lock.opening" } else { "piece.again" })}
                    </button>
                }.into_any(),
            }}
            <button type="button" class="button quiet" on:click=other>
                {move || t("me.other_language")}
            </button>
        </main>
    }
}

#[component]
fn Locked(opening: Opening, lock: Lock, anew: Callback<()>) -> impl IntoView {
    let Opening {
        store,
        language,
        enter,
        entering,
    } = opening;
    let opens = RwSignal::new(false);
    let busy = move || opens.get() || entering.get();
    let refused = RwSignal::new(match lock.is_shut() {
        true => Some(Refused::Shut),
        false => wait(&lock),
    });
    let left = RwSignal::new(lock.left());
    let forgotten = RwSignal::new(link_here().is_some());
    let done = move |pin: String| {
        opens.set(true);
        spawn_local(async move {
            let store = store.get_value();
            // The key takes its time, which the disk needs as well. Should it not answer now, it is
            // asked again by whoever needs it.
            let opening = vault::open(&store, &pin, now::device_ms());
            let (opened, _) = join(opening, store.read_ahead()).await;
            match opened {
                Ok((seal, loose)) => {
                    store.unlock(seal, loose);
                    enter.run(());
                }
                Err(why) => {
                    if let Ok(Some(lock)) = vault::held(&store).await {
                        left.set(lock.left());
                        refused.set(wait(&lock).filter(|_| !lock.is_shut()).or(Some(why)));
                    }
                }
            }
            opens.set(false);
        });
    };
    // While one has to wait, the seconds are seen to go.
    let tick = set_interval_with_handle(
        move || {
            if let Some(Refused::Wait(ms)) = refused.get_untracked() {
                refused.set((ms > 1000).then(|| Refused::Wait(ms - 1000)));
            }
        },
        std::time::Duration::from_secs(1),
    );
    on_cleanup(move || {
        if let Ok(tick) = tick {
            tick.clear();
        }
    });
    let waits = move || matches!(refused.get(), Some(Refused::Wait(_)));
    // Whatever else is said, the pad stays the same one, with the digits that were typed.
    let shut = Memo::new(move |_| refused.get() == Some(Refused::Shut));
    let problem = move || {
        let language = language.get();
        let left = left.get().to_string();
        Some(match refused.get()? {
            Refused::Wrong => language.fill("lock.wrong", &[("left", &left)]),
            Refused::Wait(ms) => {
                language.fill("lock.wait", &[("time", &clock(ms)), ("left", &left)])
            }
            Refused::Shut => language.label("lock.shut"),
            Refused::Storage => language.label("trouble.storage"),
        })
    };
    let prompt = move || {
        if busy() { "lock.opening" } else { "lock.enter" }
    };
    let t = move |key: &'static str| language.get().label(key);
    view! {
        {move || (!shut.get()).then(|| view! {
            <Pad language prompt=Signal::derive(prompt) problem=Signal::derive(problem)
                busy=Signal::derive(move || busy() || waits()) done=Callback::new(done)/>
        })}
        {move || (shut.get() || forgotten.get()).then(|| view! {
            <Anew store language anew shut=shut.get()/>
        })}
        {move || (!shut.get() && !forgotten.get()).then(|| view! {
            <button type="button" class="button quiet" on:click=move |_| forgotten.set(true)>
                {move || t("lock.forgotten")}
            </button>
        })}
    }
}

/// What to do without the PIN: a new link from the administrator, and nothing is lost.
#[component]
fn Anew(
    store: StoredValue<Rc<Store>, LocalStorage>,
    language: RwSignal<Language>,
    anew: Callback<()>,
    shut: bool,
) -> impl IntoView {
    let t = move |key: &'static str| language.get().label(key);
    let fate = LocalResource::new(move || async move { fate(&store.get_value()).await });
    let told = move |fate: Fate| match fate {
        Fate::Nothing => t("lock.anew_nothing"),
        Fate::Comes(_) => t("lock.anew"),
        Fate::Lost(count) => {
            let count = count.to_string();
            language.get().fill("lock.anew_lost", &[("count", &count)])
        }
    };
    // The button comes with what it does: it is not pushed away from under a finger.
    move || {
        fate.get().map(|fate| {
            view! {
                <section class="card door-anew" role=shut.then_some("alert")>
                    {shut.then(|| view! { <p>{move || t("lock.shut")}</p> })}
                    <p>{move || fate.map(told)}</p>
                    <button type="button" class="button" on:click=move |_| anew.run(())>
                        {move || t(match link_here() {
                            Some(_) => "lock.anew_link",
                            None => "lock.anew_start",
                        })}
                    </button>
                </section>
            }
        })
    }
}

/// What becomes of what was not sent, if somebody begins anew.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fate {
    Nothing,
    Comes(usize),
    /// The device has not met its server since there are PINs: nobody can open what it holds.
    Lost(usize),
}

async fn fate(store: &Store) -> Option<Fate> {
    let unsent = store.unsent().await.ok()?;
    let envelope = store.setting(ENVELOPE).await.ok()?;
    Some(match (unsent, envelope) {
        (0, _) => Fate::Nothing,
        (count, Some(_)) => Fate::Comes(count),
        (count, None) => Fate::Lost(count),
    })
}

#[component]
fn Unsealed(opening: Opening) -> impl IntoView {
    let Opening {
        store,
        language,
        enter,
        entering,
    } = opening;
    let seals = RwSignal::new(false);
    let busy = Signal::derive(move || seals.get() || entering.get());
    let failed = RwSignal::new(false);
    let done = move |pin: String| {
        seals.set(true);
        spawn_local(async move {
            let store = store.get_value();
            let sealed = match vault::make(&pin).await {
                Ok(made) => store.seal_all(&made).await.is_ok(),
                Err(_) => false,
            };
            match sealed {
                true => enter.run(()),
                false => failed.set(true),
            }
            seals.set(false);
        });
    };
    let t = move |key: &'static str| language.get().label(key);
    view! {
        <p>{move || t("lock.first")}</p>
        <Choose language busy done=Callback::new(done)/>
        <p class="problem" role="alert">{move || failed.get().then(|| t("trouble.storage"))}</p>
    }
}

fn wait(lock: &Lock) -> Option<Refused> {
    let pause = lock.pause(now::device_ms());
    (pause > 0).then_some(Refused::Wait(pause))
}

/// Minutes and seconds: 4:59.
fn clock(ms: i64) -> String {
    let seconds = (ms + 999) / 1000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}
