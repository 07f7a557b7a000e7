//! The lock of a device: a PIN that is chosen, forgotten, guessed and changed.

use crate::import::until;
use crate::journeys::{phone, village};
use domain::grant::Role;
use serde_json::{Value, json};
use tests::browser::{Browser, PIN};
use tests::world::{World, county};

/// Which of these texts stand in the clear, in whatever the browser keeps for the app.
fn in_the_clear(phone: &Browser, words: &[&str]) -> Vec<String> {
    let found = phone.call(
        "const [words] = arguments;
         return new Promise((done, failed) => {
           const opening = indexedDB.open('chunnuan');
           opening.onerror = () => failed(opening.error);
           opening.onsuccess = async () => {
             const database = opening.result;
             const texts = [JSON.stringify({ ...localStorage, ...sessionStorage })];
             for (const name of database.objectStoreNames) {
               const store = database.transaction(name).objectStore(name);
               for (const asked of [store.getAll(), store.getAllKeys()]) {
                 await new Promise((then) => { asked.onsuccess = then; });
                 for (const value of asked.result) {
                   texts.push(value instanceof Uint8Array
                     ? new TextDecoder().decode(value) : JSON.stringify(value) ?? '');
                 }
               }
             }
             database.close();
             done(texts.length > 20 ? words.filter((w) => texts.some((t) => t.includes(w)))
                                    : ['too little is kept to tell']);
           };
         });",
        json!([words]),
    );
    serde_json::from_value(found).unwrap()
}

/// Lin's phone with the village on it; she types her PIN where the story says so.
fn lin_with(world: &World) -> Browser {
    village(world);
    let lin = phone(world, "林晓梅");
    lin.minds_the_pad();
    lin
}

/// Puts the phone away.
fn put_away(lin: &mut Browser) {
    lin.go("/me");
    lin.tap("现在上锁");
    lin.see("输入6位密码");
}

/// So many minutes pass on the device's clock, on this page and those that come after it here.
fn later(phone: &Browser, minutes: u32) {
    let shift = format!(
        "{{ const now = Date.now.bind(Date); Date.now = () => now() + {minutes} * 60000; }}"
    );
    phone.before_each_page(&shift);
    phone.js(&shift);
}

#[test]
fn a_locked_phone_shows_nothing_and_opens_with_its_pin_without_a_network() {
    let mut world = World::new();
    village(&world);
    let mut lin = world.browser("林晓梅");
    lin.minds_the_pad();
    lin.open(&world.enrolment_page("林晓梅", Role::FieldWorker, "371721101"));
    lin.tap("开始使用");
    lin.see("设一个6位数字密码");
    lin.type_pin("123456");
    lin.see("太容易猜");
    lin.type_pin(PIN);
    lin.see("再输入一次");
    lin.type_pin("250127");
    lin.see("两次输入不一样");
    lin.type_pin(PIN);
    lin.see("再输入一次");
    lin.type_pin(PIN);
    lin.see("张建国");
    lin.see("已上传");
    lin.wait_until(
        "the app's files are kept",
        "navigator.serviceWorker.controller",
    );

    // She is in the middle of a visit, and puts the phone away.
    world.stop_server();
    lin.tap("走访慰问 张建国");
    lin.tap("有困难");
    lin.tap("更多");
    lin.type_into("备注", "老人摔伤，需要轮椅");
    put_away(&mut lin);
    assert!(!lin.sees("张建国") && !lin.sees("林晓梅"));
    let words = [
        "张建国",
        "林晓梅",
        "轮椅",
        "371721197",
        "situation",
        "\"cells\"",
    ];
    assert_eq!(in_the_clear(&lin, &words), [""; 0]);

    lin.type_pin("250127");
    lin.see("密码不对，还可以试 9 次");
    lin.type_pin(PIN);
    lin.see("密码和上锁");
    lin.tap("今日");
    lin.see("未保存的草稿");
}

#[test]
fn who_types_slowly_with_gloves_is_let_in() {
    let world = World::new();
    let mut lin = lin_with(&world);
    put_away(&mut lin);
    lin.type_pin("250127");
    lin.see("密码不对，还可以试 9 次");
    lin.type_pin(&PIN[..3]);
    lin.js("window.begun = performance.now()");
    lin.wait_until("3 seconds later", "performance.now() > window.begun + 3000");
    for digit in PIN[3..].chars() {
        lin.tap(&digit.to_string());
    }
    lin.see("密码和上锁");
}

#[test]
fn a_phone_left_alone_locks_and_one_in_use_does_not() {
    let world = World::new();
    let mut lin = lin_with(&world);
    lin.tap("人员");
    later(&lin, 4);
    lin.tap("张建国");
    lin.see("相关人员");
    later(&lin, 4);
    lin.look();
    assert!(!lin.sees("输入6位密码"), "she tapped four minutes ago");
    later(&lin, 2);
    lin.see("输入6位密码");
    lin.type_pin(PIN);
    // She is where she was.
    lin.see("相关人员");
}

#[test]
fn whoever_guesses_waits_longer_and_longer_and_shuts_the_device() {
    let world = World::new();
    let mut thief = lin_with(&world);
    thief.close_tab();
    thief.open(world.url());
    for left in ["9", "8", "7"] {
        thief.type_pin("111111");
        thief.see(&format!("还可以试 {left} 次"));
    }
    for round in 1..=6 {
        thief.type_pin("111111");
        thief.see("再试（还可以试");
        assert!(thief.sees("请等"));
        // Closing the app does not shorten the wait.
        thief.js("location.reload()");
        thief.see("请等");
        thief.close_tab();
        later(&thief, 61 * round);
        thief.open(world.url());
    }
    thief.type_pin("111111");
    thief.see("已经锁死");
    thief.close_tab();
    thief.open(world.url());
    thief.see("已经锁死");
    assert!(!thief.sees("输入6位密码"));
    let secret = thief.isolated(
        "new Promise((done) => { const opening = indexedDB.open('chunnuan');
           opening.onsuccess = () => { const asked = opening.result.transaction('setting')
             .objectStore('setting').get('secret');
             asked.onsuccess = () => done(asked.result === undefined); }; })",
    );
    assert_eq!(
        secret,
        Value::Bool(true),
        "what unwrapped the data key is gone"
    );
}

#[test]
fn a_changed_pin_opens_and_the_one_before_does_not() {
    let world = World::new();
    let mut lin = lin_with(&world);
    lin.go("/me");
    lin.tap("更改密码");
    lin.see("先输入现在的密码");
    lin.type_pin("908172");
    lin.see("密码不对");
    lin.type_pin(PIN);
    lin.see("设一个6位数字密码");
    lin.type_pin("908172");
    lin.see("再输入一次");
    lin.type_pin("908172");
    lin.see("密码已更改");
    lin.tap("现在上锁");
    lin.see("输入6位密码");
    lin.type_pin(PIN);
    lin.see("密码不对");
    lin.type_pin("908172");
    lin.see("密码和上锁");
}

#[test]
fn a_row_that_a_worn_phone_damaged_is_told_and_keeps_nothing_else_from_going_up() {
    let mut world = World::new();
    let office = village(&world);
    let held = office.pull(county()).unwrap().into_values();
    let before = held.map(|record| record.changed()).max().unwrap();
    let mut lin = phone(&world, "林晓梅");
    lin.see("已上传");
    world.stop_server();
    lin.tap("张建国");
    lin.tap("走访慰问");
    lin.tap("平安");
    lin.tap("保存");
    lin.see("已保存在本机");
    let damaged = lin.call(
        "return new Promise((done, failed) => {
           const opening = indexedDB.open('chunnuan');
           opening.onerror = () => failed(opening.error);
           opening.onsuccess = async () => {
             const writing = opening.result.transaction('outbox', 'readwrite');
             const store = writing.objectStore('outbox');
             const asked = store.getAllKeys();
             await new Promise((then) => { asked.onsuccess = then; });
             const key = asked.result[0];
             const row = store.get(key);
             await new Promise((then) => { row.onsuccess = then; });
             row.result[row.result.length - 1] ^= 1;
             store.put(row.result, key);
             writing.oncomplete = () => { opening.result.close(); done(asked.result.length); };
           };
         });",
        json!([]),
    );
    assert_eq!(damaged, json!(2));
    lin.open(world.url());
    lin.see("1 条已损坏");
    world.start_server();
    lin.tap("1 条已损坏");
    lin.see("不要清除浏览器数据");
    lin.tap("现在上传");
    lin.tap("关闭");
    lin.go("/people");
    let wei = world.device("魏国强", Role::Coordinator, "371721");
    let changed = || {
        let held = wei.pull(county()).unwrap().into_values();
        held.map(|record| record.changed()).max().unwrap()
    };
    until("the other one is on the server", || changed() > before);
}
