//! What a phone's camera sees: a film of codes, as Chromium's pretended camera plays it.

use std::path::Path;

/// The film's side, in pixels.
const SIDE: usize = 480;
/// Each code is held before the camera for so many pictures, at ten a second.
const PICTURES: usize = 20;
const DARK: u8 = 30;
const LIGHT: u8 = 225;

/// Writes a film in which codes are shown one after another, as `app` draws them: paths of
/// rectangles (`M0 0h7v1h-7z`) in squares.
///
/// # Panics
/// If the file cannot be written.
pub fn film(codes: &[String], file: &Path) {
    let mut film = format!("YUV4MPEG2 W{SIDE} H{SIDE} F10:1 Ip A1:1 C420jpeg\n").into_bytes();
    for path in codes {
        let picture = picture(path);
        for _ in 0..PICTURES {
            film.extend_from_slice(b"FRAME\n");
            film.extend_from_slice(&picture);
            // No colour.
            film.extend(std::iter::repeat_n(128, SIDE * SIDE / 2));
        }
    }
    std::fs::write(file, film).expect("the film is written");
}

/// Brightness by pixel: the code with its quiet zone, in the middle.
fn picture(path: &str) -> Vec<u8> {
    let runs: Vec<[usize; 3]> = path.split('M').filter_map(run).collect();
    let squares = runs
        .iter()
        .map(|[x, _, length]| x + length)
        .max()
        .unwrap_or(1);
    let scale = SIDE / (squares + 8);
    let edge = (SIDE - squares * scale) / 2;
    let mut picture = vec![LIGHT; SIDE * SIDE];
    for [x, y, length] in runs {
        for line in 0..scale {
            let start = (edge + y * scale + line) * SIDE + edge + x * scale;
            picture[start..start + length * scale].fill(DARK);
        }
    }
    picture
}

/// `3 4h5v1h-5z`: five dark squares from column 3 of row 4.
fn run(text: &str) -> Option<[usize; 3]> {
    let (place, rest) = text.split_once('h')?;
    let (x, y) = place.split_once(' ')?;
    let (length, _) = rest.split_once('v')?;
    Some([x.parse().ok()?, y.parse().ok()?, length.parse().ok()?])
}
