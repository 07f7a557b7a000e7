//! What a QR code holds: which kind of record and which id, and nothing of the person.
//!
//! The text is `CN1:P:` with the id's 26 digits in Crockford's base 32 and a check character
//! (ISO 7064, MOD 37-2), all of it in QR's alphanumeric set, so that the code is small and its
//! squares are large.

use crate::Id;

/// What a code names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Code {
    pub kind: &'static str,
    pub id: Id,
}

/// Why a text is no code; the app shows `code.<key>`.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CodeError {
    #[error("this is not a Chunnuan code: {0}")]
    NotOurs(String),
    #[error("this code was made by a newer version; update the app")]
    Newer,
    #[error("this code is damaged; scan it again or choose from the list")]
    Damaged,
}

impl CodeError {
    pub const KEYS: &'static [&'static str] = &["not_ours", "newer", "damaged"];

    pub const fn key(&self) -> &'static str {
        match self {
            Self::NotOurs(_) => "not_ours",
            Self::Newer => "newer",
            Self::Damaged => "damaged",
        }
    }
}

/// The kinds that have codes, each with its letter.
pub const LETTERS: &[(char, &str)] = &[('P', "passenger"), ('T', "ticket"), ('W', "worker")];

const VERSION: &str = "CN1:";
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Base-32 digits of an id.
const ID_DIGITS: usize = 26;
/// So many of an id's last digits tell the people of one trip or place apart: 30 random bits.
pub const SHORT_DIGITS: usize = 6;
/// A foreign code is shown to this many characters.
const SHOWN: usize = 40;

impl Code {
    /// The code of a record, if its kind has codes.
    pub fn of(kind: &str, id: Id) -> Option<Self> {
        let (_, kind) = LETTERS.iter().find(|(_, name)| *name == kind)?;
        Some(Self { kind, id })
    }

    /// The text that the QR code holds.
    pub fn text(&self) -> String {
        let named = LETTERS.iter().find(|(_, kind)| *kind == self.kind);
        let letter = named.map_or('?', |(letter, _)| *letter);
        let digits = digits(self.id);
        let check = check(&format!("{letter}{digits}"));
        format!("{VERSION}{letter}:{digits}{check}")
    }

    /// Reads what a scanner saw.
    ///
    /// # Errors
    /// What to tell the person who scanned.
    pub fn parse(seen: &str) -> Result<Self, CodeError> {
        let text = seen.trim().to_ascii_uppercase();
        let Some(rest) = text.strip_prefix(VERSION) else {
            return Err(if is_newer(&text) {
                CodeError::Newer
            } else {
                CodeError::NotOurs(seen.trim().chars().take(SHOWN).collect())
            });
        };
        let (letter, body) = rest.split_once(':').ok_or(CodeError::Damaged)?;
        let (digits, checked) = body
            .char_indices()
            .next_back()
            .map(|(last, _)| body.split_at(last))
            .ok_or(CodeError::Damaged)?;
        if !checked.chars().eq([check(&format!("{letter}{digits}"))]) {
            return Err(CodeError::Damaged);
        }
        let id = id(digits).ok_or(CodeError::Damaged)?;
        let known = LETTERS.iter().find(|(own, _)| letter.chars().eq([*own]));
        let (_, kind) = known.ok_or(CodeError::Newer)?;
        Ok(Self { kind, id })
    }
}

/// What stands below the code, to be read out or typed: the id's last digits, in two groups.
pub fn short(id: Id) -> String {
    let digits = digits(id);
    let tail = &digits[ID_DIGITS - SHORT_DIGITS..];
    format!(
        "{}-{}",
        &tail[..SHORT_DIGITS / 2],
        &tail[SHORT_DIGITS / 2..]
    )
}

/// True if somebody typed this record's short form, however they wrote it.
pub fn is_short_of(typed: &str, id: Id) -> bool {
    let typed = spelled(typed);
    typed.len() == SHORT_DIGITS && digits(id).ends_with(&typed)
}

/// A later version's code, which this program cannot read.
fn is_newer(text: &str) -> bool {
    let rest = text
        .strip_prefix("CN")
        .and_then(|rest| rest.split_once(':'));
    rest.is_some_and(|(number, _)| number.parse::<u32>().is_ok_and(|number| number > 1))
}

fn digits(id: Id) -> String {
    let number = u128::from_be_bytes(*id.as_bytes());
    let digit = |place: usize| {
        let value = number >> (5 * (ID_DIGITS - 1 - place)) & 31;
        char::from(DIGITS[value as usize])
    };
    (0..ID_DIGITS).map(digit).collect()
}

fn id(digits: &str) -> Option<Id> {
    let digits = spelled(digits);
    // Two bits more than an id has: the first digit is at most 7.
    if digits.len() != ID_DIGITS || digits.as_bytes()[0] > b'7' {
        return None;
    }
    let value = |number: u128, digit: u8| {
        let place = DIGITS.iter().position(|own| *own == digit)?;
        Some(number << 5 | place as u128)
    };
    let number = digits.bytes().try_fold(0, value)?;
    Some(Id::from_bytes(number.to_be_bytes()))
}

/// As the digits are written: what one takes for a one or a nought is one.
fn spelled(typed: &str) -> String {
    let spell = |c: char| match c.to_ascii_uppercase() {
        'I' | 'L' => Some('1'),
        'O' => Some('0'),
        '-' | ' ' => None,
        other => Some(other),
    };
    typed.chars().filter_map(spell).collect()
}

/// ISO 7064, MOD 37-2: finds every single wrong character and every swap of two neighbours.
fn check(text: &str) -> char {
    let value = |c: char| c.to_digit(36).unwrap_or(36);
    let sum = text.chars().fold(0, |sum, c| (sum + value(c)) * 2 % 37);
    match (38 - sum) % 37 {
        36 => '*',
        rest => char::from_digit(rest, 36)
            .unwrap_or('*')
            .to_ascii_uppercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::KINDS;

    fn zhang() -> Code {
        let id = Id::parse("0199d2a0-7c00-7abc-8def-0123456789ab").unwrap();
        Code::of("passenger", id).unwrap()
    }

    #[test]
    fn a_code_is_read_back_also_in_small_letters_and_holds_only_what_qr_codes_pack_tightly() {
        let text = zhang().text();
        assert_eq!(text, "CN1:P:01K79A0Z00FAY8VVR14D2PF2DBZ");
        assert_eq!(Code::parse(&text), Ok(zhang()));
        assert_eq!(
            Code::parse(&format!(" {} ", text.to_lowercase())),
            Ok(zhang())
        );
        let tight =
            |c: char| c.is_ascii_digit() || c.is_ascii_uppercase() || "$%*+-./: ".contains(c);
        assert!(text.chars().all(tight));
        assert!(
            text.len() <= 38,
            "more than a small code with 15 % spare holds"
        );
    }

    #[test]
    fn the_check_character_is_that_of_the_standard() {
        // The example of ISBT 128, which uses the same one.
        assert_eq!(check("G123498654321"), 'H');
    }

    #[test]
    fn one_wrong_character_or_two_swapped_ones_are_noticed() {
        let text = zhang().text();
        for place in VERSION.len()..text.len() {
            for wrong in "0A7Z*".chars() {
                let mut seen: Vec<char> = text.chars().collect();
                if seen[place] != wrong {
                    seen[place] = wrong;
                    let seen: String = seen.into_iter().collect();
                    assert_eq!(Code::parse(&seen), Err(CodeError::Damaged), "{seen}");
                }
            }
            let mut seen: Vec<char> = text.chars().collect();
            if place + 1 < seen.len() && seen[place] != seen[place + 1] {
                seen.swap(place, place + 1);
                let seen: String = seen.into_iter().collect();
                assert_eq!(Code::parse(&seen), Err(CodeError::Damaged), "{seen}");
            }
        }
    }

    #[test]
    fn another_systems_code_is_shown_and_a_newer_one_asks_for_an_update() {
        let foreign = "https://pay.example/qr?amount=1";
        let told = Code::parse(foreign).unwrap_err();
        assert_eq!(
            told.to_string(),
            format!("this is not a Chunnuan code: {foreign}")
        );
        assert_eq!(Code::parse("CN2:P:ABC"), Err(CodeError::Newer));
        let digits = digits(zhang().id);
        let unknown = format!("CN1:X:{digits}{}", check(&format!("X{digits}")));
        assert_eq!(Code::parse(&unknown), Err(CodeError::Newer));
        for cut in ["CN1:", "CN1:P", "CN1:P:", "CN1:P:ü"] {
            assert_eq!(Code::parse(cut), Err(CodeError::Damaged), "{cut}");
        }
        assert_eq!(Code::parse(""), Err(CodeError::NotOurs(String::new())));
    }

    #[test]
    fn what_is_typed_by_hand_may_be_spelled_as_people_spell() {
        let id = zhang().id;
        assert_eq!(short(id), "2PF-2DB");
        for typed in ["2PF-2DB", "2pf2db", " 2pf 2db "] {
            assert!(is_short_of(typed, id), "{typed}");
        }
        let other = Id::from_bytes([0; 16]);
        assert!(is_short_of("ooo-OOO", other));
        for typed in ["", "2PF", "2PF-2DC", "F2DB2PF"] {
            assert!(!is_short_of(typed, id), "{typed}");
        }
    }

    #[test]
    fn every_kind_with_a_code_is_a_kind() {
        for (_, name) in LETTERS {
            assert!(KINDS.iter().any(|kind| kind.name == *name), "{name}");
        }
    }
}
