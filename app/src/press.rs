//! A press of the mouse that was begun on something that was drawn anew before it ended, by what the
//! server sent, say: browsers give no click then, so it is given here. A finger's tap is only told of
//! when it ends, and needs none of this.

use leptos::prelude::window_event_listener_untyped;
use std::cell::RefCell;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, Event, HtmlElement, PointerEvent};

/// What can be pressed.
const PRESSED: &str = "a, button, label, summary, [role=button]";

/// What a press was begun on, and what that looked like.
struct Begun {
    target: Element,
    face: Face,
}

/// What tells one thing to press from another: where it leads, else what it says.
#[derive(PartialEq, Eq)]
struct Face(String, String);

impl Face {
    fn of(element: &Element) -> Self {
        let mut said = ["href", "aria-label"].iter();
        let said = said.find_map(|name| element.get_attribute(name));
        let said = said.or_else(|| element.text_content());
        Self(element.tag_name(), said.unwrap_or_default())
    }
}

thread_local! {
    static BEGUN: RefCell<Option<Begun>> = const { RefCell::new(None) };
}

/// Watches presses as long as the page is open.
pub fn start() {
    for (event, then) in [
        ("pointerdown", begins as fn(&Event)),
        ("pointerup", ends as fn(&Event)),
        // It has become something else: what is dragged is not pressed.
        ("dragstart", is_none as fn(&Event)),
        ("pointercancel", is_none as fn(&Event)),
    ] {
        let watched = window_event_listener_untyped(event, move |event| then(&event));
        // The page's whole life long.
        std::mem::forget(watched);
    }
}

fn target(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

fn begins(event: &Event) {
    let pointer = event.dyn_ref::<PointerEvent>();
    let clicks = pointer.is_some_and(|p| p.pointer_type() == "mouse" && p.button() == 0);
    let begun = target(event).filter(|_| clicks).and_then(|target| {
        let face = Face::of(&target.closest(PRESSED).ok()??);
        Some(Begun { target, face })
    });
    BEGUN.set(begun);
}

fn is_none(_: &Event) {
    BEGUN.set(None);
}

fn ends(event: &Event) {
    let Some(begun) = BEGUN.take().filter(|begun| !begun.target.is_connected()) else {
        return;
    };
    let now = target(event).and_then(|target| target.closest(PRESSED).ok()?);
    let same = now.filter(|now| Face::of(now) == begun.face);
    if let Some(element) = same.and_then(|now| now.dyn_into::<HtmlElement>().ok()) {
        element.click();
    }
}
