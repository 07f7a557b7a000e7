//! How Chinese characters are spelled: the table is made when the app is built (see `build.rs`).

use std::sync::OnceLock;

/// A line for each syllable: `zhang张章…`.
const TABLE: &str = include_str!(concat!(env!("OUT_DIR"), "/pinyin.txt"));

/// Surnames that are read otherwise than the character is.
const SURNAMES: [(char, &str); 20] = [
    ('单', "shan"),
    ('曾', "zeng"),
    ('解', "xie"),
    ('仇', "qiu"),
    ('查', "zha"),
    ('区', "ou"),
    ('朴', "piao"),
    ('盖', "ge"),
    ('任', "ren"),
    ('乐', "yue"),
    ('缪', "miao"),
    ('翟', "zhai"),
    ('种', "chong"),
    ('召', "shao"),
    ('员', "yun"),
    ('覃', "qin"),
    ('冼', "xian"),
    ('宓', "fu"),
    ('尹', "yin"),
    ('繁', "po"),
];

/// The syllables, and for each character from the first one on the number of its own, from 1.
struct Spelled {
    first: u32,
    numbers: Vec<u16>,
    syllables: Vec<&'static str>,
}

impl Spelled {
    fn read() -> Self {
        let lines = TABLE.lines().map(|line| {
            let end = line.find(|c: char| !c.is_ascii_lowercase());
            line.split_at(end.unwrap_or(line.len()))
        });
        let all = lines.clone().flat_map(|(_, characters)| characters.chars());
        let (first, last) = all.map(u32::from).fold((u32::MAX, 0), |(first, last), c| {
            (first.min(c), last.max(c))
        });
        let count = last.checked_sub(first).map_or(0, |count| count + 1);
        let mut spelled = Self {
            first,
            numbers: vec![0; count as usize],
            syllables: Vec::new(),
        };
        for (syllable, characters) in lines {
            spelled.syllables.push(syllable);
            for c in characters.chars() {
                spelled.numbers[(u32::from(c) - first) as usize] = spelled.syllables.len() as u16;
            }
        }
        spelled
    }
}

fn syllable(c: char) -> Option<&'static str> {
    static SPELLED: OnceLock<Spelled> = OnceLock::new();
    let spelled = SPELLED.get_or_init(Spelled::read);
    let place = u32::from(c).checked_sub(spelled.first)?;
    let number = spelled.numbers.get(place as usize)?;
    spelled
        .syllables
        .get(usize::from(*number).checked_sub(1)?)
        .copied()
}

/// Appends a text's full spelling and its initials, each with a line break; nothing if no
/// character of it is Chinese. A surname with a reading of its own is spelled both ways.
pub fn spell(text: &str, out: &mut Vec<u8>) {
    if text.chars().all(|c| c.is_ascii() || syllable(c).is_none()) {
        return;
    }
    spell_as(text, None, out);
    let first = text.chars().next().unwrap_or_default();
    let other = SURNAMES.iter().find(|(c, _)| *c == first);
    if let Some((_, reading)) = other.filter(|(_, reading)| syllable(first) != Some(reading)) {
        spell_as(text, Some(reading), out);
    }
}

fn spell_as(text: &str, surname: Option<&str>, out: &mut Vec<u8>) {
    for length in [usize::MAX, 1] {
        for (at, c) in text.chars().enumerate() {
            match surname.filter(|_| at == 0).or_else(|| syllable(c)) {
                Some(said) => out.extend(said.bytes().take(length)),
                None if c.is_ascii_alphanumeric() => out.push(c as u8),
                None => {}
            }
        }
        out.push(b'\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(text: &str) -> String {
        let mut out = Vec::new();
        spell(text, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn names_are_spelled_in_full_and_by_their_initials() {
        assert_eq!(spelled("张春生"), "zhangchunsheng\nzcs\n");
        assert_eq!(spelled("单淼"), "danmiao\ndm\nshanmiao\nsm\n");
        assert_eq!(spelled("Smith"), "");
    }
}
