//! QR codes as pictures, on the screen and on paper.

use leptos::prelude::*;
use qrcode::{Color, EcLevel, QrCode};

/// The quiet zone that the standard asks for, in squares.
const MARGIN: i32 = 4;

/// The code as one path of dark squares on a light ground, in the dark theme, too: scanners
/// expect it so.
pub fn picture(text: &str, label: String) -> impl IntoView + use<> {
    let drawn = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let squares = i32::try_from(drawn.width()).ok()?;
    let side = squares + 2 * MARGIN;
    let outline = format!("{} {} {side} {side}", -MARGIN, -MARGIN);
    Some(view! {
        <svg class="code-picture" viewBox=outline role="img" aria-label=label
            shape-rendering="crispEdges">
            <rect class="code-paper" x=-MARGIN y=-MARGIN width=side height=side></rect>
            <path class="code-ink" d=dark(&drawn)></path>
        </svg>
    })
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
        let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
        assert_eq!(code.width(), 25);
        let path = dark(&code);
        // The corner's seven dark squares, and every rectangle closed.
        assert!(path.starts_with("M0 0h7v1h-7z"));
        assert_eq!(path.matches('M').count(), path.matches('z').count());
    }
}
