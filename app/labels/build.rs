//! Cuts the labels into those of the door, which stand on the first screen, and all others.

use std::collections::BTreeMap;

/// What the keys of the door's labels begin with.
const DOOR: [&str; 6] = [
    "app.name",
    "enrol.",
    "lock.",
    "me.other_language",
    "piece.",
    "trouble.",
];

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let out = std::env::var("OUT_DIR").expect("cargo names a folder");
    let [zh, en] = ["zh", "en"].map(table);
    let of_door = |key: &&String| DOOR.iter().any(|start| key.starts_with(start));
    let (door, rest): (Vec<_>, Vec<_>) = zh.keys().partition(of_door);
    for (part, keys) in [("door", door), ("rest", rest)] {
        let said = |table: &Table| lines(keys.iter().map(|key| &table[*key]));
        let parts = [
            ("keys", lines(keys.iter().copied())),
            ("zh", said(&zh)),
            ("en", said(&en)),
        ];
        for (what, text) in parts {
            std::fs::write(format!("{out}/{part}.{what}"), text)
                .expect("the folder can be written");
        }
    }
}

type Table = BTreeMap<String, String>;

fn table(language: &str) -> Table {
    let file = format!("../language/{language}.json");
    println!("cargo:rerun-if-changed={file}");
    let text = std::fs::read_to_string(&file).expect("the labels are there");
    serde_json::from_str(&text).expect("the labels are an object of texts")
}

fn lines<'a>(texts: impl Iterator<Item = &'a String>) -> String {
    let texts: Vec<&str> = texts.map(String::as_str).collect();
    assert!(
        texts.iter().all(|text| !text.contains('\n')),
        "a label is one line"
    );
    texts.join("\n")
}
