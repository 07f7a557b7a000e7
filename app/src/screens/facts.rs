//! What a record says, field by field, in words.

use super::photos;
use super::record::Shown;
use super::words::spoken;
use crate::desk::Desk;
use crate::lines::lines;
use crate::{deeds, own};
use domain::field::{FieldSpec, Input, Sensitivity};
use domain::{Area, Id, Kind, Value, spot};
use leptos::prelude::*;

/// A field, and what is in it.
type Fact = (&'static FieldSpec, Value);

/// The filled fields. What was uncovered stays so until somebody covers it or leaves the page.
pub fn facts(desk: Desk, kind: &'static Kind, id: Id, record: Shown) -> impl IntoView {
    let filled = move || {
        record.with(|record| {
            let fact = |field: &'static FieldSpec| {
                let value = record.as_ref()?.value(&field.name)?.clone();
                let is_title = kind.title.is_some_and(|title| title == field.name);
                (!is_title).then_some((field, value))
            };
            let fields = own::fields(desk, kind).into_iter();
            fields.filter_map(fact).collect::<Vec<Fact>>()
        })
    };
    let ledger =
        Memo::new(move |_| record.with(|record| record.as_ref()?.area().map(Area::ledger)));
    lines(
        filled,
        |(field, _)| std::ptr::from_ref::<FieldSpec>(field).addr(),
        move |one| fact(desk, kind, id, ledger, one),
    )
}

/// A filled field in words; one that covers what identifies until it is asked for.
fn fact(
    desk: Desk,
    kind: &'static Kind,
    id: Id,
    ledger: Memo<Option<Area>>,
    one: Memo<Fact>,
) -> AnyView {
    let field = one.with_untracked(|(field, _)| *field);
    if domain::picture::holds_pictures(field) {
        let value = Signal::derive(move || one.with(|(_, value)| value.clone()));
        return photos::fact(desk, kind, field, ledger, value);
    }
    let label = move || desk.t(&format!("{}.{}", kind.name, field.name));
    let shown = Memo::new(move |_| one.with(|(_, value)| spoken(desk, kind, field, value)));
    let link = move || one.with(|(_, value)| spot::link(value));
    let map = move || {
        let link = link().filter(|_| field.input == Input::Spot);
        link.map(|link| {
            view! {
                <a class="button quiet small" href=link>{move || desk.t("spot.map")}</a>
            }
        })
    };
    let secret = field.sensitivity == Sensitivity::Sensitive;
    let covered = RwSignal::new(secret);
    let text = move || match covered.get() {
        true => domain::person::cover(field, &shown.get()),
        false => shown.get(),
    };
    let cover = secret.then(|| {
        view! {
            <button type="button" class="button quiet small"
                aria-pressed=move || (!covered.get()).to_string()
                on:click=move |_| deeds::turn(desk, covered, vec![id], &field.name)>
                {move || desk.t(if covered.get() { "record.show" } else { "record.cover" })}
            </button>
        }
    });
    view! {
        <div class="fact">
            <dt>{label}</dt>
            <dd>{text}{map}{cover}</dd>
        </div>
    }
    .into_any()
}
