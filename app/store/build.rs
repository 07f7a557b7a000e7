//! Makes the pinyin table: one line for each syllable with the characters that are read so.
//!
//! The `pinyin` crate knows every character of Unicode; a phone's search needs those of GB 2312,
//! in which names are written, so only these go into the download.

use pinyin::ToPinyin;
use std::collections::BTreeMap;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let mut syllables: BTreeMap<&str, String> = BTreeMap::new();
    for lead in 0xB0..=0xF7u8 {
        for trail in 0xA1..=0xFEu8 {
            let bytes = [lead, trail];
            let (text, _, wrong) = encoding_rs::GBK.decode(&bytes);
            let Some(c) = text.chars().next().filter(|_| !wrong) else {
                continue;
            };
            if let Some(read) = c.to_pinyin() {
                syllables.entry(read.plain()).or_default().push(c);
            }
        }
    }
    let lines = syllables.iter().map(|(syllable, characters)| {
        let plain = syllable.replace('ü', "v");
        format!("{plain}{characters}\n")
    });
    let out = std::env::var("OUT_DIR").expect("cargo names a folder");
    let table: String = lines.collect();
    std::fs::write(format!("{out}/pinyin.txt"), table).expect("the folder can be written");
}
