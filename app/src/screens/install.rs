//! Putting the app on the home screen: offered once, calmly, after the first saved record.

use crate::desk::{Desk, desk};
use crate::ui::icon;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Names among the settings: that the offer was answered, and that a record was ever saved here.
const ANSWERED: &str = "install";
const SAVED: &str = "saved";

/// What this browser can do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Way {
    /// It has the app on its home screen already.
    There,
    /// It installs at a tap.
    Tap,
    /// The person has to do it: on an iPhone by the share menu, elsewhere by the browser's.
    Hint(&'static str),
}

#[derive(Clone, Copy)]
struct Install {
    way: RwSignal<Way>,
    answered: RwSignal<bool>,
    saved: Memo<bool>,
}

/// Listens for the browser's offer, which `start.js` keeps; to be called once, in the app's root.
pub fn start(desk: Desk) {
    let way = RwSignal::new(way());
    for event in ["chunnuan-install", "appinstalled"] {
        let told = window_event_listener_untyped(event, move |_| way.set(self::way()));
        on_cleanup(move || told.remove());
    }
    let answered = RwSignal::new(true);
    let before = RwSignal::new(false);
    spawn_local(async move {
        let kept = async |name| desk.store().setting(name).await.ok().flatten().is_some();
        before.set(kept(SAVED).await);
        answered.set(kept(ANSWERED).await);
    });
    let saved = Memo::new(move |was: Option<&bool>| {
        let waits = desk.read(|shelf| shelf.outbox().next().is_some());
        was.copied().unwrap_or(false) || before.get() || waits
    });
    Effect::new(move || {
        if saved.get() && !before.get_untracked() {
            remember(desk, SAVED);
        }
    });
    provide_context(Install {
        way,
        answered,
        saved,
    });
}

fn remember(desk: Desk, name: &'static str) {
    spawn_local(async move {
        let _ = desk.store().set(name, &JsValue::from_str("1")).await;
    });
}

fn way() -> Way {
    let Some(window) = web_sys::window() else {
        return Way::There;
    };
    let standalone = window
        .match_media("(display-mode: standalone)")
        .ok()
        .flatten();
    let navigator = window.navigator();
    let apples_own = js_sys::Reflect::get(&navigator, &"standalone".into());
    if standalone.is_some_and(|query| query.matches()) || apples_own == Ok(JsValue::TRUE) {
        return Way::There;
    }
    if offer().is_some() {
        return Way::Tap;
    }
    let agent = navigator.user_agent().unwrap_or_default();
    let apple = ["iPhone", "iPad", "iPod"]
        .iter()
        .any(|name| agent.contains(name));
    Way::Hint(if apple {
        "install.iphone"
    } else {
        "install.browser"
    })
}

/// The browser's offer, as `start.js` keeps it.
fn offer() -> Option<JsValue> {
    let window = web_sys::window()?;
    let offer = js_sys::Reflect::get(&window, &"chunnuanInstall".into()).ok()?;
    (!offer.is_undefined() && !offer.is_null()).then_some(offer)
}

/// Shows the browser's own question; it can be asked once.
async fn ask(way: RwSignal<Way>) -> Option<()> {
    let offer = offer()?;
    let prompt = js_sys::Reflect::get(&offer, &"prompt".into()).ok()?;
    let shown = prompt.dyn_ref::<js_sys::Function>()?.call0(&offer).ok()?;
    let _ = JsFuture::from(js_sys::Promise::resolve(&shown)).await;
    let window = web_sys::window()?;
    let _ = js_sys::Reflect::set(&window, &"chunnuanInstall".into(), &JsValue::UNDEFINED);
    way.set(self::way());
    Some(())
}

/// On the day's list: once, when something has been saved here.
#[component]
pub fn Card() -> impl IntoView {
    let desk = desk();
    let install = expect_context::<Install>();
    let answer = move |_| {
        install.answered.set(true);
        remember(desk, ANSWERED);
    };
    let later = move || {
        view! {
            <button type="button" class="button quiet" on:click=answer>
                {desk.t("install.later")}
            </button>
        }
    };
    move || {
        let on_phone = matches!(install.way.get(), Way::Tap | Way::Hint("install.iphone"));
        let wanted = on_phone && install.saved.get() && !install.answered.get();
        wanted.then(|| offer_card(desk, install, later()))
    }
}

/// On 我: as long as the app is not on the home screen.
#[component]
pub fn Standing() -> impl IntoView {
    let desk = desk();
    let install = expect_context::<Install>();
    move || (install.way.get() != Way::There).then(|| offer_card(desk, install, ()))
}

fn offer_card(desk: Desk, install: Install, more: impl IntoView) -> impl IntoView {
    let way = install.way.get();
    let tap = move |_| {
        spawn_local(async move {
            ask(install.way).await;
            install.answered.set(true);
            remember(desk, ANSWERED);
        });
    };
    let hint = match way {
        Way::Hint(key) => desk.t(key),
        _ => desk.t("install.why"),
    };
    view! {
        <section class="card install">
            <h2>{desk.t("install.title")}</h2>
            <p>{hint}</p>
            <div class="buttons">
                {(way == Way::Tap).then(|| view! {
                    <button type="button" class="button primary" on:click=tap>
                        {icon("plus")}{desk.t("install.now")}
                    </button>
                })}
                {more}
            </div>
        </section>
    }
}
