//! What the server is asked on these screens: waiting, told, or why not, with a way to ask again.

use crate::api::{self, ApiError};
use crate::desk::Desk;
use crate::session;
use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Something that was asked; it can be asked again.
pub struct Asked<T: 'static> {
    told: LocalResource<Option<Result<T, ApiError>>>,
    round: RwSignal<u32>,
}

impl<T> Clone for Asked<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Asked<T> {}

impl<T: Clone + 'static> Asked<T> {
    /// What the server told last; `None` while it has not answered or nothing is asked.
    pub fn get(self) -> Option<Result<T, ApiError>> {
        self.told.get().flatten()
    }

    pub fn value(self) -> Option<T> {
        self.get().and_then(Result::ok)
    }

    pub fn again(self) {
        self.round.update(|round| *round += 1);
    }
}

/// Asks for what is at a path, again whenever the path changes.
pub fn asked<T: DeserializeOwned + Clone + 'static>(
    desk: Desk,
    path: impl Fn() -> Option<String> + 'static,
) -> Asked<T> {
    let round = RwSignal::new(0);
    let told = LocalResource::new(move || {
        round.track();
        let path = path();
        async move {
            let path = path?;
            Some(signed(desk, async |token| api::get(&path, &token).await).await)
        }
    });
    Asked { told, round }
}

/// Reads what is at a path, once.
///
/// # Errors
/// `Offline`, or the server's refusal.
pub async fn read<T: DeserializeOwned>(desk: Desk, path: &str) -> Result<T, ApiError> {
    signed(desk, async |token| api::get(path, &token).await).await
}

/// Posts something to a path.
///
/// # Errors
/// `Offline`, or the server's refusal.
pub async fn post<T: DeserializeOwned>(
    desk: Desk,
    path: &str,
    body: &impl Serialize,
) -> Result<T, ApiError> {
    signed(desk, async |token| {
        api::post(path, Some(&token), body).await
    })
    .await
}

/// Puts something at a path.
///
/// # Errors
/// `Offline`, or the server's refusal.
pub async fn put<T: DeserializeOwned>(
    desk: Desk,
    path: &str,
    body: &impl Serialize,
) -> Result<T, ApiError> {
    signed(desk, async |token| api::put(path, &token, body).await).await
}

/// A token that was stopped because grants changed is renewed once.
async fn signed<T>(
    desk: Desk,
    ask: impl AsyncFn(String) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    let answer = ask(session::token(desk).await?).await;
    match answer {
        Err(ApiError::Refused { status: 401, .. }) => {
            session::forget();
            ask(session::token(desk).await?).await
        }
        answer => answer,
    }
}

/// Shows what was told, or that it is waited for, or why it is not there. What is shown is made once
/// for each answer, so that nothing that somebody began on it is lost when a name arrives: words
/// that may change are closures.
pub fn told<T: Clone + 'static>(
    desk: Desk,
    asked: Asked<T>,
    show: impl Fn(T) -> AnyView + Send + 'static,
) -> impl IntoView {
    move || match asked.get() {
        None => view! { <p class="hint" role="status">{desk.t("admin.asking")}</p> }.into_any(),
        Some(Ok(value)) => untrack(|| show(value)),
        Some(Err(error)) => view! {
            <section class="card" role="alert">
                <p class="problem">{desk.t(&label(&error))}</p>
                <button type="button" class="button" on:click=move |_| asked.again()>
                    {desk.t("admin.again")}
                </button>
            </section>
        }
        .into_any(),
    }
}

/// The label of what went wrong; without a network nothing can be administered.
pub fn label(error: &ApiError) -> String {
    match error {
        ApiError::Offline => "admin.offline".to_owned(),
        refused => refused.label(),
    }
}
