//! The setup address answers nobody but who holds the server's key.

use domain::grant::Role;
use domain::wire::SetupWhen;
use host::{http, links};
use tests::World;
use tests::world::county;

#[test]
fn without_the_setup_key_nothing_is_set_up() {
    let world = World::new();
    let url = format!("{}/api/setup", world.url());
    for key in ["", "Setup ", "Setup wrong", "Bearer x"] {
        let answer = http::post(&url, &[("authorization", key)], b"{}").unwrap();
        assert_eq!(answer.status, 401, "{key}");
    }
}

#[test]
fn the_first_administrators_link_is_given_only_while_nobody_is_enrolled() {
    let world = World::new();
    let first = || vec![links::invitation("管理员", Role::Administrator, county())];
    let before = links::setup(world.server(), None, first(), SetupWhen::Empty).unwrap();
    assert_eq!(before.links.len(), 1);
    world.device("林晓梅", Role::FieldWorker, "371721101");
    let after = links::setup(world.server(), None, first(), SetupWhen::Empty).unwrap();
    assert_eq!((after.links.len(), after.devices), (0, 1));
}
