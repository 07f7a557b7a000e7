//! `/admin/sheet`: many people at once. A pasted list becomes a sheet of QR codes to print, each
//! good once, for 48 hours.

use super::area::roots_of;
use super::asked::{label, post};
use super::grants::{Half, ROLES, editor};
use super::invite::page;
use super::parts::{heading, said, trouble};
use crate::desk::{Desk, desk};
use crate::language::Language;
use crate::qr;
use crate::ui::icon;
use domain::invite::{self, Line, Words};
use domain::wire::{Invitation, InviteAnswer, SHEET_LIMIT, SheetAnswer, SheetAsk};
use domain::{Department, Grants};
use leptos::prelude::*;
use leptos::task::spawn_local;

#[component]
pub fn Sheet() -> impl IntoView {
    let desk = desk();
    let half = Half::new(desk);
    let text = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let made = RwSignal::new(None::<Vec<(Invitation, InviteAnswer)>>);
    let lines = Memo::new(move |_| read(desk, half, &text.get()));
    let make = move |_| {
        let invitations = lines.with_untracked(|lines| invitations(lines));
        let invitations = match invitations {
            Ok(invitations) => invitations,
            Err(key) => return problem.set(Some(key.to_owned())),
        };
        problem.set(None);
        busy.set(true);
        spawn_local(async move {
            let ask = SheetAsk { invitations };
            match post::<SheetAnswer>(desk, "/api/invite/sheet", &ask).await {
                Ok(answer) => {
                    let pairs = ask.invitations.into_iter().zip(answer.links);
                    made.set(Some(pairs.collect()));
                }
                Err(error) => problem.set(Some(label(&error))),
            }
            busy.set(false);
        });
    };
    view! {
        {heading(desk, "admin.sheet")}
        {move || made.get().map(|codes| printed(desk, codes))}
        <div class="card admin-form" hidden=move || made.with(Option::is_some)>
            <p class="hint">{move || desk.t("admin.sheet_usual")}</p>
            {editor(desk, half)}
            <div class="field">
                <label class="label" for="sheet-list">{move || desk.t("admin.sheet_list")}</label>
                <p class="hint" id="sheet-hint">{move || desk.t("admin.sheet_how")}</p>
                <textarea id="sheet-list" rows="8" aria-describedby="sheet-hint" prop:value=text
                    on:input:target=move |e| text.set(e.target().value())></textarea>
            </div>
            {move || preview(desk, &lines.get())}
            {trouble(desk, problem)}
            <button type="button" class="button primary wide" on:click=make
                disabled=move || busy.get() || lines.with(Vec::is_empty)>
                {move || desk.fill("admin.sheet_make", &[("count", &lines.with(Vec::len).to_string())])}
            </button>
        </div>
    }
}

fn read(desk: Desk, half: Half, text: &str) -> Vec<Line> {
    let Some(usual) = half.grant() else {
        return Vec::new();
    };
    let called = |key: &str, word: &str| {
        let languages = [Language::Zh, Language::En];
        word == key
            || languages
                .iter()
                .any(|language| language.find(key) == Some(word))
    };
    let role = |word: &str| {
        let mut roles = ROLES.into_iter();
        roles.find(|role| called(&format!("role.{}", role.key()), word))
    };
    let department = |word: &str| {
        let mut all = Department::ALL.iter().copied();
        all.find(|department| called(&format!("department.{}", department.key()), word))
    };
    let villages = desk.villages.get();
    let words = Words {
        usual,
        role: &role,
        department: &department,
        villages: &villages,
        roots: &roots_of(desk),
    };
    invite::read(text, &words)
}

/// All of a list's people, or what has to be mended first.
fn invitations(lines: &[Line]) -> Result<Vec<Invitation>, &'static str> {
    if lines.is_empty() {
        return Err("admin.roster.empty");
    }
    if lines.len() > SHEET_LIMIT {
        return Err("admin.roster.too_many");
    }
    let invitation = |line: &Line| {
        let grant = line.grant.clone().map_err(|_| "admin.roster.mend")?;
        Ok(Invitation {
            name: line.name.clone(),
            grants: Grants(vec![grant]),
            person: None,
        })
    };
    lines.iter().map(invitation).collect()
}

fn preview(desk: Desk, lines: &[Line]) -> impl IntoView + use<> {
    let row = |(at, line): (usize, &Line)| {
        let told = match &line.grant {
            Ok(grant) => view! { <span class="row-sub">{said(desk, grant)}</span> }.into_any(),
            Err(key) => view! { <span class="problem">{desk.t(key)}</span> }.into_any(),
        };
        view! {
            <li class="row">
                <span class="count">{at + 1}</span>
                <span class="row-main"><span class="row-title">{line.name.clone()}</span>{told}</span>
            </li>
        }
    };
    let rows: Vec<_> = lines.iter().enumerate().map(row).collect();
    view! { <ol class="list admin-preview" aria-label=desk.t("admin.sheet_preview")>{rows}</ol> }
}

/// Shown once: the server keeps only what a link's hash is.
fn printed(desk: Desk, codes: Vec<(Invitation, InviteAnswer)>) -> impl IntoView {
    let until = codes.first().map(|(_, answer)| desk.moment(answer.expires));
    let until = desk.fill("admin.expires", &[("when", &until.unwrap_or_default())]);
    let card = move |(invitation, answer): &(Invitation, InviteAnswer)| {
        let label = desk.fill("admin.code_of", &[("name", &invitation.name)]);
        let held = invitation.grants.0.first().map(|grant| said(desk, grant));
        view! {
            <li class="code-card">
                {qr::picture(&page(&answer.link), label)}
                <p><strong>{invitation.name.clone()}</strong></p>
                <p>{held}</p>
            </li>
        }
    };
    view! {
        <p class="notice code-print" role="status">{desk.t("admin.sheet_once")}</p>
        <button type="button" class="button primary wide code-print" on:click=move |_| crate::ui::print()>
            {icon("print")}{desk.t("code.print")}
        </button>
        <p>{desk.t("admin.sheet_scan")}</p>
        <p class="hint">{until}</p>
        <ul class="code-sheet admin-codes">{codes.iter().map(card).collect_view()}</ul>
    }
}
