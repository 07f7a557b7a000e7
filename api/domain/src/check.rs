//! Checks with exact rules, and the cleaning of what tired people type.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Why a value does not fit its field; each has a sentence `problem.<key>` in every language.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    #[error("this is needed")]
    Required,
    #[error("this is not of the kind that the field takes")]
    Shape,
    #[error("a resident ID number has 18 characters: 17 digits, then a digit or X")]
    IdLength,
    #[error("the birth date in the ID number is not a real one, or lies in the future")]
    IdBirthDate,
    #[error("the ID number's last character does not fit the others: please compare it")]
    IdCheck,
    #[error(
        "a mobile number has 11 digits and begins with 13 to 19; a landline with its area code"
    )]
    Phone,
    #[error("the credit code's length or last character is wrong: please compare it")]
    CreditCode,
    #[error("a number plate is a province's character, a letter and 5 or 6 characters")]
    Plate,
    #[error("this date is not a real one")]
    Date,
    #[error("this date lies in the future")]
    Future,
    #[error("this date is too long ago or too far ahead: please check the year")]
    Year,
    #[error("this is not one of the options")]
    Option,
    #[error("this number is too small or too large")]
    Range,
    #[error("this text is too long")]
    TooLong,
    #[error("this area is not in the list of areas")]
    Area,
    #[error("this lies before what it should come after: please compare the two")]
    Order,
}

impl Problem {
    pub const ALL: &'static [Problem] = &[
        Self::Required,
        Self::Shape,
        Self::IdLength,
        Self::IdBirthDate,
        Self::IdCheck,
        Self::Phone,
        Self::CreditCode,
        Self::Plate,
        Self::Date,
        Self::Future,
        Self::Year,
        Self::Option,
        Self::Range,
        Self::TooLong,
        Self::Area,
        Self::Order,
    ];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Shape => "shape",
            Self::IdLength => "id_length",
            Self::IdBirthDate => "id_birth_date",
            Self::IdCheck => "id_check",
            Self::Phone => "phone",
            Self::CreditCode => "credit_code",
            Self::Plate => "plate",
            Self::Date => "date",
            Self::Future => "future",
            Self::Year => "year",
            Self::Option => "option",
            Self::Range => "range",
            Self::TooLong => "too_long",
            Self::Area => "area",
            Self::Order => "order",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sex {
    Female,
    Male,
}

/// What a resident ID number says of its holder.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ResidentId {
    pub birth: Date,
    pub sex: Sex,
}

/// Reads a cleaned resident ID number (GB 11643-1999, ISO 7064 MOD 11-2).
///
/// # Errors
/// `IdLength`, `IdBirthDate` (not real, or after `today`) or `IdCheck`.
pub fn resident_id(text: &str, today: Date) -> Result<ResidentId, Problem> {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: &[u8; 11] = b"10X98765432";
    let bytes = text.as_bytes();
    if bytes.len() != 18 || !bytes[..17].iter().all(u8::is_ascii_digit) {
        return Err(Problem::IdLength);
    }
    let number = |from: usize, to: usize| text[from..to].parse::<i16>().unwrap_or(0);
    let birth = Date::new(number(6, 10), number(10, 12) as i8, number(12, 14) as i8)
        .map_err(|_| Problem::IdBirthDate)?;
    if birth > today || birth.year() < 1850 {
        return Err(Problem::IdBirthDate);
    }
    let sum: u32 = bytes
        .iter()
        .zip(WEIGHTS)
        .map(|(c, weight)| u32::from(c - b'0') * weight)
        .sum();
    if CHECKS[(sum % 11) as usize] != bytes[17] {
        return Err(Problem::IdCheck);
    }
    let sex = if (bytes[16] - b'0') % 2 == 1 {
        Sex::Male
    } else {
        Sex::Female
    };
    Ok(ResidentId { birth, sex })
}

/// The check character of 17 digits; for made-up people in training and tests.
pub fn resident_id_check(seventeen: &str) -> Option<char> {
    let far = jiff::civil::date(9999, 1, 1);
    "0123456789X"
        .chars()
        .find(|c| resident_id(&format!("{seventeen}{c}"), far).is_ok())
}

/// Checks a cleaned phone number: mobile, or landline with its area code (`0531-12345678`).
///
/// # Errors
/// `Phone`.
pub fn phone(text: &str) -> Result<(), Problem> {
    let digits: Vec<u8> = text.bytes().filter(|c| *c != b'-').collect();
    if !digits.iter().all(u8::is_ascii_digit) {
        return Err(Problem::Phone);
    }
    let mobile = digits.len() == 11 && digits[0] == b'1' && digits[1] >= b'3';
    let landline = (10..=12).contains(&digits.len()) && digits[0] == b'0' && digits[1] != b'0';
    if mobile || landline {
        Ok(())
    } else {
        Err(Problem::Phone)
    }
}

/// Checks a cleaned unified social credit code (GB 32100-2015).
///
/// # Errors
/// `CreditCode`.
pub fn credit_code(text: &str) -> Result<(), Problem> {
    const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    const WEIGHTS: [usize; 17] = [
        1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28,
    ];
    let worth = |c: u8| ALPHABET.iter().position(|a| *a == c);
    let values: Option<Vec<usize>> = text.bytes().map(worth).collect();
    let values = values
        .filter(|v| v.len() == 18)
        .ok_or(Problem::CreditCode)?;
    let sum: usize = values
        .iter()
        .zip(WEIGHTS)
        .map(|(value, weight)| value * weight)
        .sum();
    if values[17] == (31 - sum % 31) % 31 {
        Ok(())
    } else {
        Err(Problem::CreditCode)
    }
}

/// Checks a cleaned number plate: province character, letter, 5 or (new energy) 6 characters.
///
/// # Errors
/// `Plate`.
pub fn plate(text: &str) -> Result<(), Problem> {
    const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
    let characters: Vec<char> = text.chars().collect();
    let fits = matches!(characters.len(), 7 | 8)
        && PROVINCES.contains(characters[0])
        && characters[1].is_ascii_uppercase()
        && characters[2..]
            .iter()
            .all(|c| c.is_ascii_digit() || c.is_ascii_uppercase());
    if fits { Ok(()) } else { Err(Problem::Plate) }
}

/// A full-width letter or digit as the plain one; an odd space as a plain one.
pub fn half_width(c: char) -> char {
    match c {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => {
            char::from_u32(c as u32 - 0xFEE0).unwrap_or(c)
        }
        '\u{3000}' | '\u{a0}' | '\t' | '\r' | '\n' => ' ',
        c => c,
    }
}

/// Full-width letters, digits and signs become plain ones; odd spaces become plain ones; the
/// ends are trimmed.
pub fn clean_text(text: &str) -> String {
    let seen = |c: &char| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}');
    let cleaned: String = text.chars().map(half_width).filter(seen).collect();
    cleaned.trim().to_owned()
}

/// Cleans numbers and codes: also no spaces or separators, and letters in upper case.
pub fn clean_code(text: &str) -> String {
    let keep = |c: &char| !c.is_whitespace() && !matches!(c, '-' | '－' | '—' | '.' | '·' | '\'');
    clean_text(text)
        .chars()
        .filter(keep)
        .flat_map(char::to_uppercase)
        .collect()
}

/// Cleans an amount or a count: no thousands separators, units or signs of money.
pub fn clean_number(text: &str) -> String {
    let plain = |c: char| match c {
        '．' | '。' => '.',
        '－' | '—' | '−' => '-',
        c => c,
    };
    let cleaned: String = clean_text(text).chars().map(plain).collect();
    let kept = cleaned.trim_end_matches(['元', '人', '个', '件', '次', '℃', '度', '户']);
    kept.trim_start_matches(['¥', '￥'])
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, ',' | '，'))
        .collect()
}

/// Cleans a phone number: no spaces, brackets or `+86`; a landline keeps one hyphen.
pub fn clean_phone(text: &str) -> String {
    let kept: String = clean_text(text)
        .chars()
        .map(|c| if matches!(c, '－' | '—') { '-' } else { c })
        .filter(|c| c.is_ascii_digit() || matches!(c, '-' | '+') || c.is_alphabetic())
        .collect();
    let national = kept
        .strip_prefix("+86")
        .unwrap_or(&kept)
        .trim_start_matches('-');
    let digits: String = national.chars().filter(|c| *c != '-').collect();
    if national.starts_with('0') {
        national.to_owned()
    } else {
        digits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 24);

    #[test]
    fn the_standards_own_id_number_is_right() {
        let read = resident_id("11010519491231002X", TODAY).unwrap();
        assert_eq!((read.birth, read.sex), (date(1949, 12, 31), Sex::Female));
        assert_eq!(resident_id_check("11010519491231002"), Some('X'));
        let man = resident_id("440524188001010014", TODAY).unwrap();
        assert_eq!((man.birth, man.sex), (date(1880, 1, 1), Sex::Male));
    }

    #[test]
    fn wrong_id_numbers_are_told_apart() {
        let problem = |text| resident_id(text, TODAY).unwrap_err();
        assert_eq!(problem("11010519491231002"), Problem::IdLength);
        assert_eq!(problem("1101051949123100XX"), Problem::IdLength);
        assert_eq!(problem("110105194912310021"), Problem::IdCheck);
        assert_eq!(problem("11010519490231002X"), Problem::IdBirthDate);
        assert_eq!(problem("11010529491231002X"), Problem::IdBirthDate);
        assert_eq!(problem("身份证"), Problem::IdLength);
    }

    #[test]
    fn any_single_wrong_digit_in_an_id_number_is_noticed() {
        let right = "11010519491231002X";
        for place in 0..17 {
            for digit in '0'..='9' {
                let mut wrong: Vec<char> = right.chars().collect();
                if wrong[place] == digit {
                    continue;
                }
                wrong[place] = digit;
                let wrong: String = wrong.into_iter().collect();
                assert!(resident_id(&wrong, TODAY).is_err(), "{wrong}");
            }
        }
    }

    #[test]
    fn phones_as_people_type_them() {
        for typed in [
            "13800000000",
            "138 0000 0000",
            "+86 138-0000-0000",
            "１３８００００００００",
        ] {
            let cleaned = clean_phone(typed);
            assert_eq!(cleaned, "13800000000");
            assert_eq!(phone(&cleaned), Ok(()));
        }
        assert_eq!(phone(&clean_phone("0531-8860 1234")), Ok(()));
        for wrong in [
            "12800000000",
            "1380000000",
            "138000000000",
            "",
            "1",
            "一三八",
        ] {
            assert_eq!(phone(&clean_phone(wrong)), Err(Problem::Phone), "{wrong}");
        }
    }

    #[test]
    fn numbers_as_people_type_them() {
        for (typed, cleaned) in [
            ("１２", "12"),
            (" 1,200.50元", "1200.50"),
            ("￥800", "800"),
            ("36．5℃", "36.5"),
            ("很多", "很多"),
        ] {
            assert_eq!(clean_number(typed), cleaned);
        }
    }

    #[test]
    fn id_numbers_as_people_type_them() {
        assert_eq!(clean_code(" 110105 19491231 002x"), "11010519491231002X");
        assert_eq!(
            clean_code("１１０１０５１９４９１２３１００２ｘ"),
            "11010519491231002X"
        );
    }

    #[test]
    fn credit_codes_and_plates() {
        assert_eq!(credit_code("91350100M000100Y43"), Ok(()));
        assert_eq!(credit_code("91350100M000100Y44"), Err(Problem::CreditCode));
        assert_eq!(credit_code("91350100I000100Y43"), Err(Problem::CreditCode));
        assert_eq!(plate("鲁A12345"), Ok(()));
        assert_eq!(plate("鲁AD12345"), Ok(()));
        assert_eq!(plate("A12345"), Err(Problem::Plate));
        assert_eq!(plate(""), Err(Problem::Plate));
    }
}
