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
    // By these, what is only needed later is split off the module after it was linked.
    if std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|target| target == "wasm32") {
        println!("cargo:rustc-link-arg-cdylib=--emit-relocs");
    }
    let out = std::env::var("OUT_DIR").expect("cargo names a folder");
    for language in ["zh", "en"] {
        cut_labels(language, &out);
    }
}

fn cut_labels(language: &str, out: &str) {
    let file = format!("language/{language}.json");
    println!("cargo:rerun-if-changed={file}");
    let text = std::fs::read_to_string(&file).expect("the labels are there");
    let all: BTreeMap<String, String> =
        serde_json::from_str(&text).expect("the labels are an object of texts");
    let of_door = |key: &str| DOOR.iter().any(|start| key.starts_with(start));
    let (door, rest): (BTreeMap<_, _>, BTreeMap<_, _>) =
        all.into_iter().partition(|(key, _)| of_door(key));
    for (part, labels) in [("door", door), ("rest", rest)] {
        let text = serde_json::to_string(&labels).expect("texts can be written");
        std::fs::write(format!("{out}/{language}.{part}.json"), text)
            .expect("the folder can be written");
    }
}
