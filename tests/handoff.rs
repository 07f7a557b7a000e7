//! A worker goes from one county to another: both sides see the handoff, nobody else does.

use domain::grant::{Grant, Role};
use domain::wire::Answer;
use domain::{Area, Grants};
use host::device::{Device, new_id};
use tests::World;
use tests::world::area;

const CAO: &str = "371721";
const QINGDAO: &str = "370202";

fn coordinator(world: &World, name: &str, code: &str) -> Device {
    world.device(name, Role::Coordinator, code)
}

/// The ledger in which a matter between two areas is kept.
fn between() -> Area {
    area(CAO).common(area(QINGDAO)).unwrap().ledger()
}

fn offer(device: &mut Device, worker: &str, to: &str, kept_in: Area) -> domain::Change {
    device.makes(
        new_id(),
        "handoff",
        kept_in,
        &[
            ("worker", worker.into()),
            ("name", "张春生".into()),
            ("phone", "19900000002".into()),
            ("from_area", CAO.into()),
            ("to_area", to.into()),
            ("why", "job".into()),
        ],
    )
}

#[test]
fn heze_offers_qingdao_accepts_and_weihai_sees_nothing() {
    let world = World::new();
    let mut cao = coordinator(&world, "魏国强", CAO);
    let mut qingdao = coordinator(&world, "高永刚", QINGDAO);
    let weihai = coordinator(&world, "许晓燕", "371002");
    let worker = new_id().to_string();
    let offered = offer(&mut cao, &worker, QINGDAO, between());
    let answer = cao.push(between(), std::slice::from_ref(&offered)).unwrap();
    assert!(
        matches!(answer.answers[0], Answer::Accepted(_)),
        "{answer:?}"
    );

    // Whoever has a grant in Qingdao pulls from the ledger that both lie in.
    let grants = Grants(vec![Grant::new(Role::Coordinator, area(QINGDAO))]);
    assert!(grants.ledgers().contains(&between()));
    let seen = qingdao.pull(between()).unwrap();
    let record = &seen[&offered.id];
    assert_eq!(record.text("phone"), "19900000002");
    assert!(weihai.pull(between()).unwrap().is_empty());

    let accepted = qingdao.edits(record, &[("step", "accepted".into())]);
    let answer = qingdao.push(between(), &[accepted]).unwrap();
    assert!(
        matches!(answer.answers[0], Answer::Accepted(_)),
        "{answer:?}"
    );
    assert_eq!(
        cao.pull(between()).unwrap()[&offered.id].text("step"),
        "accepted"
    );
}

#[test]
fn a_handoff_is_kept_only_where_both_sides_see_it_and_made_only_by_one_of_them() {
    let world = World::new();
    let mut cao = coordinator(&world, "魏国强", CAO);
    let mut weihai = coordinator(&world, "许晓燕", "371002");
    let worker = new_id().to_string();
    let hidden = offer(&mut cao, &worker, QINGDAO, area(CAO));
    let answer = cao.push(area(CAO), &[hidden]).unwrap();
    assert!(matches!(&answer.answers[0], Answer::Refused(r) if r.refusal.code() == "wrong_ledger"));
    let meddling = offer(&mut weihai, &worker, QINGDAO, between());
    let answer = weihai.push(between(), &[meddling]).unwrap();
    assert!(matches!(&answer.answers[0], Answer::Refused(r) if r.refusal.code() == "not_allowed"));
    assert_eq!(cao.pull(between()).unwrap().len(), 0);
}
