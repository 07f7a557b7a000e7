//! Breaking text into lines: Chinese anywhere but before a closing mark or after an opening one,
//! words and numbers as wholes.

/// Marks that may not begin a line; they hang over its end instead.
const CLOSING: &str = "，。、；：？！…—）》〉」』】〕”’·,.;:?!)]}%％";
/// Marks that may not end a line.
const OPENING: &str = "（《〈「『【〔“‘([{";

/// The lines of a text that are at most so wide, by what `width` measures.
pub fn wrap(text: &str, most: f64, width: &dyn Fn(&str) -> f64) -> Vec<String> {
    let paragraphs = text.lines();
    paragraphs
        .flat_map(|paragraph| lines(paragraph.trim_end(), most, width))
        .collect()
}

fn lines(paragraph: &str, most: f64, width: &dyn Fn(&str) -> f64) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for part in parts(paragraph) {
        // A word that is wider than a line is broken as Chinese is.
        let pieces: Vec<String> = if width(&part) > most {
            part.chars().map(String::from).collect()
        } else {
            vec![part]
        };
        for piece in pieces {
            let closes = piece.chars().all(|c| CLOSING.contains(c));
            if !line.is_empty() && !closes && width(&format!("{line}{piece}")) > most {
                let held = line.trim_end_matches(|c| OPENING.contains(c)).len();
                let carried = line.split_off(held);
                if !line.is_empty() {
                    lines.push(line.trim_end().to_owned());
                }
                line = carried;
            }
            if !(line.is_empty() && piece == " ") {
                line.push_str(&piece);
            }
        }
    }
    lines.push(line.trim_end().to_owned());
    lines
}

/// Words of Latin letters and digits, and every other character for itself.
fn parts(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut in_word = false;
    for c in text.chars() {
        let word = c.is_ascii_alphanumeric() || "-_/@+".contains(c);
        match parts.last_mut() {
            Some(last) if word && in_word => last.push(c),
            _ => parts.push(c.to_string()),
        }
        in_word = word;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::wrap;

    /// Chinese is as wide as two Latin letters.
    fn wide(text: &str) -> f64 {
        text.chars()
            .map(|c| if c.is_ascii() { 1.0 } else { 2.0 })
            .sum()
    }

    fn eight(text: &str) -> Vec<String> {
        wrap(text, 8.0, &wide)
    }

    #[test]
    fn chinese_breaks_after_any_character_but_no_line_begins_with_a_comma() {
        assert_eq!(eight("今晚有大雪预警"), ["今晚有大", "雪预警"]);
        assert_eq!(eight("今晚大雪，请注意"), ["今晚大雪，", "请注意"]);
    }

    #[test]
    fn no_line_ends_with_an_opening_mark() {
        assert_eq!(eight("请看看《通知》"), ["请看看", "《通知》"]);
        assert_eq!(eight("请看《通知》全文"), ["请看《通", "知》全文"]);
    }

    #[test]
    fn words_and_numbers_stay_whole_and_one_that_is_too_wide_does_not() {
        assert_eq!(eight("请拨打12345"), ["请拨打", "12345"]);
        assert_eq!(eight("take the bus"), ["take the", "bus"]);
        assert_eq!(eight("0530-1234567"), ["0530-123", "4567"]);
    }

    #[test]
    fn empty_lines_between_paragraphs_are_kept() {
        assert_eq!(eight("一\n\n二"), ["一", "", "二"]);
        assert_eq!(eight(""), Vec::<String>::new());
    }
}
