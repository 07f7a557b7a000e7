//! `/admin/invite`: one person, one link, as a QR code and as text; good once, for 48 hours.

use super::asked::{label, post};
use super::grants::{Half, editor};
use super::parts::{heading, line, said_all, trouble};
use crate::desk::{Desk, desk};
use crate::qr;
use crate::ui::icon;
use domain::Grants;
use domain::wire::{Invitation, InviteAnswer};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;

#[component]
pub fn Invite() -> impl IntoView {
    let desk = desk();
    let name = RwSignal::new(String::new());
    let half = Half::new(desk);
    let problem = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let made = RwSignal::new(None::<(Invitation, InviteAnswer)>);
    let make = move |_| {
        let invitation = match asked_for(&name.get_untracked(), half) {
            Ok(invitation) => invitation,
            Err(key) => return problem.set(Some(key.to_owned())),
        };
        problem.set(None);
        busy.set(true);
        spawn_local(async move {
            match post::<InviteAnswer>(desk, "/api/invite", &invitation).await {
                Ok(answer) => made.set(Some((invitation, answer))),
                Err(error) => problem.set(Some(label(&error))),
            }
            busy.set(false);
        });
    };
    let next = move |_| {
        made.set(None);
        name.set(String::new());
    };
    view! {
        {heading(desk, "admin.invite")}
        {move || made.get().map(|(invitation, answer)| view! {
            {card(desk, &invitation, &answer)}
            <button type="button" class="button primary wide" on:click=next>
                {desk.t("admin.invite_next")}
            </button>
        })}
        <div class="card admin-form" hidden=move || made.with(Option::is_some)>
            {line(desk, "invite-name", "admin.name", "text", name)}
            {editor(desk, half)}
            {trouble(desk, problem)}
            <button type="button" class="button primary wide" disabled=busy on:click=make>
                {move || desk.t("admin.invite_make")}
            </button>
        </div>
    }
}

fn asked_for(name: &str, half: Half) -> Result<Invitation, &'static str> {
    let name = name.trim().to_owned();
    if name.is_empty() {
        return Err("trouble.no_name");
    }
    let grant = half.grant().filter(domain::Grant::is_whole);
    Ok(Invitation {
        name,
        grants: Grants(vec![grant.ok_or("trouble.not_whole")?]),
        person: None,
    })
}

/// Where a link of this server is opened.
pub fn page(link: &str) -> String {
    let origin = web_sys::window().and_then(|window| window.location().origin().ok());
    domain::invite::page(&origin.unwrap_or_default(), link)
}

/// The link to be scanned, copied or printed. It is shown once: the server keeps only its hash.
pub fn card(desk: Desk, invitation: &Invitation, answer: &InviteAnswer) -> impl IntoView + use<> {
    let address = page(&answer.link);
    let label = desk.fill("admin.code_of", &[("name", &invitation.name)]);
    let until = desk.fill("admin.expires", &[("when", &desk.moment(answer.expires))]);
    let copied = RwSignal::new(None::<&'static str>);
    let held = address.clone();
    let copy = move |_| {
        let text = held.clone();
        spawn_local(async move {
            let done = copy_text(&text).await;
            copied.set(Some(match done {
                Some(()) => "admin.copied",
                None => "admin.copy_by_hand",
            }));
        });
    };
    view! {
        <article class="card admin-code">
            <h2>{invitation.name.clone()}</h2>
            <p class="head-sub">{said_all(desk, &invitation.grants)}</p>
            {qr::picture(&address, label)}
            <label class="hidden" for="invite-link">{desk.t("admin.link")}</label>
            <input id="invite-link" class="code" type="text" readonly prop:value=address/>
            <p class="hint">{until}</p>
            <p role="status">{move || copied.get().map(|key| desk.t(key))}</p>
            <div class="buttons code-print">
                <button type="button" class="button" on:click=copy>{desk.t("admin.copy")}</button>
                <button type="button" class="button" on:click=move |_| crate::ui::print()>
                    {icon("print")}{desk.t("code.print")}
                </button>
            </div>
        </article>
    }
}

pub async fn copy_text(text: &str) -> Option<()> {
    let clipboard = web_sys::window()?.navigator().clipboard();
    let done = JsFuture::from(clipboard.write_text(text)).await;
    done.ok().map(drop)
}
