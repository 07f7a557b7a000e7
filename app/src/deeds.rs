//! What an administrator must be able to read afterwards: who uncovered whose number. It is kept as
//! everything else that is not sent yet, and told with the next sync.

use crate::api::{self, ApiError};
use crate::desk::Desk;
use crate::own;
use domain::audit::Deed;
use domain::field::{FieldSpec, Sensitivity};
use domain::wire::{AuditAnswer, AuditAsk, DEEDS_LIMIT, Reported};
use domain::{Id, Kind, Record};
use leptos::prelude::*;
use leptos::task::spawn_local;
use store::database::StoreError;

/// Covers what identifies somebody, or uncovers it and takes note.
pub fn turn(desk: Desk, covered: RwSignal<bool>, records: Vec<Id>, field: &'static str) {
    if !covered.get_untracked() {
        covered.set(true);
        return;
    }
    spawn_local(async move {
        for record in records {
            note(desk, record, field).await;
        }
        covered.set(false);
    });
}

/// Takes note of the covered fields that a form shows open, since who edits must see them.
pub fn opened(desk: Desk, kind: &'static Kind, record: &Record) {
    let filled = |field: &&'static FieldSpec| {
        let secret = field.sensitivity == Sensitivity::Sensitive;
        secret
            && record
                .value(&field.name)
                .is_some_and(|value| !value.is_empty())
    };
    let names: Vec<&'static str> = own::fields(desk, kind)
        .into_iter()
        .filter(filled)
        .map(|field| field.name.as_ref())
        .collect();
    let record = record.id;
    spawn_local(async move {
        for name in names {
            note(desk, record, name).await;
        }
    });
}

/// Takes note that records leave the app as a file.
///
/// # Errors
/// If the device cannot keep it: then nothing is to leave.
pub async fn exported(desk: Desk, what: &str, rows: u64) -> Result<(), StoreError> {
    let what = what.to_owned();
    let deed = Deed::Exported { what, rows };
    let stamp = desk.tick();
    desk.store().note_deed(&Reported { stamp, deed }).await?;
    desk.nudge();
    Ok(())
}

async fn note(desk: Desk, record: Id, field: &'static str) {
    let field = field.to_owned();
    let deed = Deed::Unmasked { record, field };
    let stamp = desk.tick();
    // On a full device nobody is kept from working.
    let _ = desk.store().note_deed(&Reported { stamp, deed }).await;
}

/// Tells the server what was done here.
///
/// # Errors
/// `Offline`, or a refusal of this device; it is told next time.
pub async fn send(desk: Desk, token: &str) -> Result<(), ApiError> {
    let Ok(deeds) = desk.store().deeds().await else {
        return Ok(());
    };
    for part in deeds.chunks(DEEDS_LIMIT) {
        let ask = AuditAsk {
            deeds: part.to_vec(),
        };
        let _: AuditAnswer = api::post("/api/audit", Some(token), &ask).await?;
        // What stays on a full device is told again, which has no effect.
        let _ = desk.store().drop_deeds(part).await;
    }
    Ok(())
}
