//! QR codes as paths of squares.

use qrcode::{Color, EcLevel, QrCode};

/// A text's code, drawn: so many squares wide, and high, without the quiet zone, and the dark ones as one path.
/// `None` if the text is too long for a code.
pub fn squares(text: &str) -> Option<(i32, String)> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    Some((i32::try_from(code.width()).ok()?, dark(&code)))
}

/// The dark squares, row by row, each run of them as one rectangle.
fn dark(code: &QrCode) -> String {
    let (width, colours) = (code.width(), code.to_colors());
    let mut path = String::new();
    for (y, row) in colours.chunks(width).enumerate() {
        let mut x = 0;
        while x < width {
            let run = row[x..].iter().take_while(|c| **c == Color::Dark).count();
            if run > 0 {
                path.push_str(&format!("M{x} {y}h{run}v1h-{run}z"));
            }
            x += run.max(1);
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Id;
    use domain::code::Code;

    #[test]
    fn a_passengers_code_is_small_enough_for_large_squares() {
        let id = Id::new(1_800_000_000_000, [0xA5; 10]);
        let text = Code::of("passenger", id).unwrap().text();
        let (width, path) = squares(&text).unwrap();
        assert_eq!(width, 25);
        // The corner's seven dark squares, and every rectangle closed.
        assert!(path.starts_with("M0 0h7v1h-7z"));
        assert_eq!(path.matches('M').count(), path.matches('z').count());
    }
}
