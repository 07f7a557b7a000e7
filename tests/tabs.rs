//! Two tabs of one browser: one syncs, the other follows, and nothing is lost between them.

use crate::journeys::{edit, phone, village};
use domain::grant::Role;
use domain::history::History;
use domain::{Id, Value};
use host::device::{Device, new_id};
use tests::World;
use tests::browser::{Browser, Tab};
use tests::world::{area, county};

const VILLAGE: &str = "371721101004";

fn registers(device: &mut Device, head: &str) {
    let cells: [(&str, Value); 2] = [("head", head.into()), ("address", "1号".into())];
    let made = device.makes(new_id(), "household", area(VILLAGE), &cells);
    device.push(county(), &[made]).unwrap();
}

/// A field worker's browser with the app in two tabs; it is turned to the second.
fn two_tabs(world: &World) -> (Browser, Tab, Tab) {
    let lin = phone(world, "林晓梅");
    let first = lin.tab();
    let second = lin.new_tab();
    lin.open(world.url());
    lin.see("张建国");
    (lin, first, second)
}

/// How often this page has asked the server for what is new, or sent something.
const SYNCS: &str = "performance.getEntriesByType('resource')
    .filter((entry) => entry.name.includes('/api/sync/')).length";

fn syncs(phone: &Browser) -> i64 {
    phone.js(&format!("return {SYNCS}")).as_i64().unwrap()
}

fn held(device: &Device, name: &str) -> domain::Record {
    let records = device.pull(county()).unwrap().into_values();
    let mut named = records.filter(|record| record.text("name") == name);
    named.next().unwrap()
}

fn changes(device: &Device, id: Id) -> History {
    let path = format!("/api/history/371721/{id}");
    device.get(&path).unwrap().json(&path).unwrap()
}

#[test]
fn a_visit_saved_in_one_tab_stands_in_the_other_without_a_network() {
    let mut world = World::new();
    village(&world);
    let (mut lin, first, second) = two_tabs(&world);
    world.stop_server();
    lin.tap("走访慰问 张建国");
    lin.tap("有困难");
    lin.tap("保存");
    lin.see("今天没有待办");
    lin.turn_to(&first);
    lin.see("今天没有待办");
    lin.see("条待传");
    lin.tap("人员");
    lin.tap("张建国");
    lin.see("有困难");
    // Whichever of them sends it, both say that it was sent.
    world.start_server();
    lin.see("已上传");
    lin.turn_to(&second);
    lin.see("已上传");
}

#[test]
fn what_was_sent_is_not_pulled_back_and_every_tab_is_as_far() {
    let world = World::new();
    village(&world);
    let (mut lin, first, second) = two_tabs(&world);
    leads(&lin, &second);
    for seen in ["平安", "有困难"] {
        lin.go("/people");
        lin.tap("张建国");
        lin.tap("走访慰问");
        lin.tap(seen);
        lin.tap("保存");
        let left = "!location.pathname.startsWith('/new')";
        lin.wait_until("the visit is on disk", left);
        lin.see("已上传");
    }
    // Whoever asks after a push asks for what comes after it.
    let asked = "(() => {
        const all = performance.getEntriesByType('resource')
            .map((one) => ({ one, url: new URL(one.name) }))
            .filter(({ url }) => url.pathname === '/api/sync/371721');
        const asks = ({ url }) => url.searchParams.has('after');
        const sent = all.filter((each) => !asks(each)).map(({ one }) => one.responseEnd);
        return all.filter((each) => asks(each) && each.one.startTime > Math.max(...sent))
            .map(({ url }) => Number(url.searchParams.get('after')));
    })()";
    lin.wait_until("it asks after a push", &format!("{asked}.length"));
    let other = world.device("林晓梅", Role::FieldWorker, "371721101");
    let last = other.pull_page(county(), 0, "").unwrap().head.cursor;
    for after in lin.js(&format!("return {asked}")).as_array().unwrap() {
        assert_eq!(after.as_u64(), Some(last));
    }
    for tab in [&first, &second] {
        lin.turn_to(tab);
        lin.go("/people");
        lin.tap("张建国");
        lin.see("有困难");
    }
}

/// From here on the page remembers when this text first stood on it.
fn notes_when_it_shows(phone: &Browser, text: &str) {
    phone.call(
        "const [text] = arguments;
         const watch = new MutationObserver(() => {
           if (!window.shown && document.body.textContent.includes(text)) {
             window.shown = Date.now();
           }
         });
         watch.observe(document.body, { childList: true, characterData: true, subtree: true });",
        serde_json::json!([text]),
    );
}

/// Turns to a tab and waits until it is the one that syncs: the one that is looked at does.
fn leads(phone: &Browser, tab: &Tab) {
    phone.turn_to(tab);
    let before = syncs(phone);
    phone.wait_until("this tab syncs", &format!("{SYNCS} > {before}"));
}

#[test]
fn one_tab_hears_from_the_other_and_takes_over_when_that_closes() {
    let world = World::new();
    let mut office = village(&world);
    let (mut lin, first, second) = two_tabs(&world);
    lin.tap("人员");
    notes_when_it_shows(&lin, "钱一");
    leads(&lin, &first);
    lin.tap("人员");
    let registered = host::show::now_ms();
    registers(&mut office, "钱一");
    lin.see("钱一");
    // The other one has heard it meanwhile, without asking the server.
    lin.turn_to(&second);
    lin.see("钱一");
    let asked = lin.call(
        "const [from] = arguments;
         return performance.getEntriesByType('resource').filter((entry) => {
           const begun = performance.timeOrigin + entry.startTime;
           return entry.name.includes('/api/sync/') && begun > from && begun < window.shown;
         }).length",
        serde_json::json!([registered]),
    );
    assert_eq!(asked, 0, "the second tab followed");
    let before = syncs(&lin);
    leads(&lin, &first);
    lin.leave_for(&second);
    registers(&mut office, "孙二");
    lin.see("孙二");
    assert!(syncs(&lin) > before, "the second tab took over");
    // What is saved here now is sent by this very tab.
    edit(&mut lin, &[("手机号码", "19900000041")]);
    lin.see("已上传");
    assert_eq!(held(&office, "张春生").text("phone"), "19900000041");
}

#[test]
fn both_tabs_edit_one_record_and_nothing_is_lost() {
    let mut world = World::new();
    let office = village(&world);
    let (mut lin, first, second) = two_tabs(&world);
    let before = held(&office, "张春生");
    world.stop_server();
    edit(
        &mut lin,
        &[("手机号码", "19900000051"), ("务工地", "青岛市")],
    );
    lin.turn_to(&first);
    lin.tap("人员");
    lin.tap("张春生");
    lin.see("19900000051");
    edit(
        &mut lin,
        &[("手机号码", "19900000052"), ("备注", "腊月回来")],
    );
    lin.turn_to(&second);
    lin.see("19900000052");
    lin.see("腊月回来");
    edit(&mut lin, &[("手机号码", "19900000053")]);
    world.start_server();
    lin.see("已上传");
    let after = held(&office, "张春生");
    let said = ["phone", "workplace", "note"].map(|name| after.text(name).to_owned());
    assert_eq!(said[0], "19900000053", "{after:?}");
    // Each had seen what the other wrote: nobody is asked anything.
    assert_eq!(after.to_confirm().count(), 0, "{after:?}");
    assert_eq!(changes(&office, before.id).changes.len(), 4);
    lin.turn_to(&first);
    lin.see("19900000053");
    lin.see("腊月回来");
    lin.see("青岛市");
    lin.see("已上传");
}

#[test]
fn a_tab_in_the_background_gives_way_to_the_one_that_is_looked_at() {
    let world = World::new();
    village(&world);
    let (lin, first, second) = two_tabs(&world);
    for tab in [&first, &second, &first] {
        leads(&lin, tab);
        let held = "navigator.locks.query().then((locks) => locks.held.length)";
        assert_eq!(lin.isolated(held), 1);
    }
}

#[test]
fn a_tab_that_missed_a_page_finds_it_on_disk() {
    let world = World::new();
    let mut office = village(&world);
    let lin = phone(&world, "林晓梅");
    let first = lin.tab();
    let second = lin.new_tab();
    lin.before_each_page(
        "const heard = Object.getOwnPropertyDescriptor(BroadcastChannel.prototype, 'onmessage');
         Object.defineProperty(BroadcastChannel.prototype, 'onmessage', { set(hear) {
           heard.set.call(this, (word) => {
             if (window.deaf && word.data[0].includes('Page')) window.missed = true;
             else hear(word);
           });
         } });",
    );
    lin.open(&format!("{}/people", world.url()));
    lin.see("张建国");
    lin.js("window.deaf = true");
    leads(&lin, &first);
    lin.go("/people");
    registers(&mut office, "钱一");
    lin.see("钱一");
    lin.turn_to(&second);
    lin.js("window.deaf = false");
    registers(&mut office, "孙二");
    lin.see("孙二");
    lin.see("钱一");
}

#[test]
fn tabs_of_a_browser_without_locks_and_channels_sync_each_for_itself() {
    let mut world = World::new();
    let office = village(&world);
    let older = "delete Navigator.prototype.locks; delete window.BroadcastChannel;";
    let mut lin = phone(&world, "林晓梅");
    lin.before_each_page(older);
    lin.open(world.url());
    lin.see("张建国");
    let first = lin.tab();
    lin.new_tab();
    lin.before_each_page(older);
    lin.open(world.url());
    lin.see("张建国");
    assert_eq!(
        lin.js("return 'locks' in navigator || 'BroadcastChannel' in window"),
        false
    );
    world.stop_server();
    edit(&mut lin, &[("手机号码", "19900000061")]);
    lin.turn_to(&first);
    edit(&mut lin, &[("备注", "腊月回来")]);
    world.start_server();
    lin.see("已上传");
    lin.see("19900000061");
    let after = held(&office, "张春生");
    assert_eq!(after.text("phone"), "19900000061");
    assert_eq!(changes(&office, after.id).changes.len(), 3);
}
