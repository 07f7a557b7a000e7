//! QR codes as pictures, on the screen and on paper.

use labels::squares;
use leptos::prelude::*;

/// The quiet zone that the standard asks for, in squares.
const MARGIN: i32 = 4;

/// The code as one path of dark squares on a light ground, in the dark theme, too: scanners
/// expect it so.
pub fn picture(text: &str, label: String) -> impl IntoView + use<> {
    let (squares, dark) = squares(text)?;
    let side = squares + 2 * MARGIN;
    let outline = format!("{} {} {side} {side}", -MARGIN, -MARGIN);
    Some(view! {
        <svg class="code-picture" viewBox=outline role="img" aria-label=label
            shape-rendering="crispEdges">
            <rect class="code-paper" x=-MARGIN y=-MARGIN width=side height=side></rect>
            <path class="code-ink" d=dark></path>
        </svg>
    })
}
