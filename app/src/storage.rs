//! The room on the device: said before it runs out, with what can go.

use crate::desk::{Desk, desk};
use crate::picture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use store::room::{Reserve, Room};
use wasm_bindgen_futures::JsFuture;

/// How much room is used, of how much.
pub fn words(room: Room, desk: Desk) -> String {
    let (used, quota) = (megabytes(room.used), megabytes(room.quota));
    let key = match room.reserve {
        Reserve::Stands => "me.used",
        // Whatever the browser says is left is not.
        Reserve::GivenUp => "me.used_full",
    };
    desk.fill(key, &[("used", &used), ("quota", &quota)])
}

/// Sets the reserve aside if there is room for it, and measures.
pub async fn prepare(desk: Desk) {
    let _ = desk.store().set_aside().await;
    measure(desk).await;
}

/// Measures the room anew.
pub async fn measure(desk: Desk) {
    let reserve = match desk.store().has_reserve().await {
        Ok(true) => Reserve::Stands,
        _ => Reserve::GivenUp,
    };
    if let Some(room) = estimate(reserve).await {
        desk.room.set(Some(room));
    }
}

async fn estimate(reserve: Reserve) -> Option<Room> {
    let manager = web_sys::window()?.navigator().storage();
    let estimate = JsFuture::from(manager.estimate().ok()?).await.ok()?;
    let number = |name: &str| js_sys::Reflect::get(&estimate, &name.into()).ok()?.as_f64();
    Some(Room {
        used: number("usage")?,
        quota: number("quota")?,
        reserve,
    })
}

/// When the room is short: how much is left, what is waiting to be sent, and what can go.
#[component]
pub fn Notice() -> impl IntoView {
    let desk = desk();
    let short = Memo::new(move |_| desk.room.get().filter(Room::is_short));
    let spare = LocalResource::new(move || {
        let short = short.get().is_some();
        async move {
            match short {
                true => desk.store().spare_thumbs().await.unwrap_or_default(),
                false => Default::default(),
            }
        }
    });
    let spare = move || spare.get().unwrap_or_default();
    let free = move |_| {
        spawn_local(async move {
            if desk.store().drop_thumbs(spare()).await.is_ok() {
                prepare(desk).await;
                desk.say(desk.language.get_untracked().label("storage.freed"), None);
            }
        });
    };
    move || {
        short.get()?;
        let (count, waiting) = (spare().len(), picture::waiting(desk).len());
        let said = |key, count: usize| {
            (count > 0).then(|| desk.fill(key, &[("count", &count.to_string())]))
        };
        let waits = said("storage.waiting", waiting);
        let can_go = said("storage.can_go", count);
        Some(view! {
            <div class="notice warning" role="status">
                <p>{desk.t("storage.short")}</p>
                {waits.map(|text| view! { <p>{text}</p> })}
                {can_go.map(|text| view! {
                    <p>{text}</p>
                    <button type="button" class="button" on:click=free>
                        {desk.t("storage.free")}
                    </button>
                })}
            </div>
        })
    }
}

fn megabytes(bytes: f64) -> String {
    if bytes >= 1e9 {
        return format!("{:.1} GB", bytes / 1e9);
    }
    format!("{:.1} MB", bytes / 1e6)
}
