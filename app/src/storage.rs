//! The room on the device: said before it runs out, with what can go.

use crate::desk::{Desk, desk};
use crate::picture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;

/// Bytes used and bytes there are, as the browser estimates, and whether the reserve still stands.
/// Newer browsers always say that much is left: there the reserve tells.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Room {
    pub used: f64,
    pub quota: f64,
    pub reserve: Reserve,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reserve {
    Stands,
    GivenUp,
}

/// With less than this left, in bytes, the room is short: some hundred visits with photos.
const LITTLE: f64 = 50e6;
/// With more than this share used, the room is short.
const MUCH: f64 = 0.8;

impl Room {
    pub fn is_short(&self) -> bool {
        self.reserve == Reserve::GivenUp
            || self.used > self.quota * MUCH
            || self.quota - self.used < LITTLE
    }

    pub fn words(&self, desk: Desk) -> String {
        let (used, quota) = (megabytes(self.used), megabytes(self.quota));
        let key = match self.reserve {
            Reserve::Stands => "me.used",
            // Whatever the browser says is left is not.
            Reserve::GivenUp => "me.used_full",
        };
        desk.fill(key, &[("used", &used), ("quota", &quota)])
    }
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

#[cfg(test)]
mod tests {
    use super::{Reserve, Room};

    #[test]
    fn the_room_is_short_before_it_runs_out() {
        let short = |used, quota, reserve| {
            let room = Room {
                used,
                quota,
                reserve,
            };
            room.is_short()
        };
        assert!(!short(10e6, 2e9, Reserve::Stands));
        assert!(
            short(1.7e9, 2e9, Reserve::Stands),
            "more than four fifths are used"
        );
        assert!(
            short(60e6, 100e6, Reserve::Stands),
            "forty megabytes are left"
        );
        assert!(
            short(10e6, 2e9, Reserve::GivenUp),
            "whatever the browser says"
        );
    }
}
