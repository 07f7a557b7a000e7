//! `/admin/campaign`: the campaign's settings, checked by the same rules as on the server before
//! they are sent; and next year's campaign from this one's settings.

use super::asked::{Asked, asked, label, put, told};
use super::parts::{heading, tell};
use super::settings;
use crate::desk::{Desk, desk};
use crate::save::new_id;
use crate::session;
use domain::Campaign;
use domain::wire::CampaignAnswer;
use leptos::prelude::*;
use leptos::task::spawn_local;

#[component]
pub fn Settings() -> impl IntoView {
    let desk = desk();
    let campaign = asked::<CampaignAnswer>(desk, || Some("/api/campaign".to_owned()));
    view! {
        {heading(desk, "admin.campaign")}
        {told(desk, campaign, move |told| form(desk, campaign, told).into_any())}
    }
}

fn form(desk: Desk, source: Asked<CampaignAnswer>, told: CampaignAnswer) -> impl IntoView {
    let before = StoredValue::new(told.campaign.clone());
    let draft = RwSignal::new(told.campaign);
    let failure = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let is_new = Memo::new(move |_| draft.with(|now| now.id != before.with_value(|b| b.id)));
    let changed =
        Memo::new(move |_| draft.with(|now| before.with_value(|before| now.changes(before).len())));
    let fault = Memo::new(move |_| {
        let checked = draft.with(|now| before.with_value(|before| now.check(before)));
        checked
            .err()
            .map(|fault| format!("trouble.{}", fault.code()))
    });
    let save = move |_| {
        let next = draft.get_untracked();
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            match put::<CampaignAnswer>(desk, "/api/campaign", &next).await {
                Ok(_) => {
                    tell(desk, "admin.saved");
                    // This device hears of it with its next sign-in, too: now.
                    session::forget();
                    let _ = session::token(desk).await;
                    source.again();
                }
                Err(error) => {
                    failure.try_set(Some(label(&error)));
                }
            }
            busy.try_set(false);
        });
    };
    let copy = move |of: Campaign| {
        let version = before.with_value(|before| before.version);
        if let Some(id) = new_id() {
            draft.set(Campaign {
                version,
                ..of.a_year_on(id)
            });
        }
    };
    let past = told.past;
    view! {
        {move || is_new.get().then(|| view! {
            <p class="notice" role="status">{desk.t("admin.copying")}</p>
        })}
        {settings::sections(desk, draft, before)}
        <section class="card">
            <h2>{desk.t("admin.next_year")}</h2>
            <p class="hint">{desk.t("admin.next_year_hint")}</p>
            <div class="buttons">
                <button type="button" class="button"
                    on:click=move |_| copy(before.get_value())>{desk.t("admin.copy_this")}</button>
                {past.into_iter().map(|one| earlier(desk, one, copy)).collect_view()}
            </div>
        </section>
        <div class="savebar"><div class="savebar-buttons admin-save">
            <p class="problem" role="alert">
                {move || fault.get().or(failure.get()).map(|key| desk.t(&key))}
            </p>
            {move || failure.get().is_some().then(|| view! {
                <button type="button" class="button" on:click=move |_| source.again()>
                    {desk.t("admin.load_anew")}
                </button>
            })}
            <button type="button" class="button primary" on:click=save
                disabled=move || busy.get() || changed.get() == 0 || fault.get().is_some()>
                {move || match changed.get() {
                    0 => desk.t("admin.save_none"),
                    count => desk.fill("admin.save", &[("count", &count.to_string())]),
                }}
            </button>
        </div></div>
    }
}

fn earlier(
    desk: Desk,
    one: Campaign,
    copy: impl Fn(Campaign) + Copy + Send + 'static,
) -> impl IntoView {
    let year = one.until.year().to_string();
    let words = desk.fill("admin.copy_of", &[("name", &one.name), ("year", &year)]);
    view! {
        <button type="button" class="button" on:click=move |_| copy(one.clone())>{words}</button>
    }
}
