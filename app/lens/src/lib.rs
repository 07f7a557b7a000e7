//! Reads QR codes from the camera's pictures. A module of its own: the first download is without
//! it, and browsers that read codes themselves never fetch it.

use wasm_bindgen::prelude::wasm_bindgen;

/// The text of a code in a picture of red, green, blue and opacity bytes; `None` if no code is
/// seen, or none that can be read.
#[wasm_bindgen]
pub fn read(width: usize, height: usize, colours: &[u8]) -> Option<String> {
    let grey = |x: usize, y: usize| {
        let at = (y * width + x) * 4;
        colours.get(at..at + 3).map_or(0, brightness)
    };
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(width, height, grey);
    let codes = picture.detect_grids();
    codes
        .iter()
        .find_map(|code| code.decode().ok())
        .map(|(_, text)| text)
}

/// Rec. 601 luma, in whole numbers.
fn brightness(pixel: &[u8]) -> u8 {
    let [red, green, blue] = [pixel[0], pixel[1], pixel[2]].map(u32::from);
    ((red * 77 + green * 150 + blue * 29) >> 8) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A code as a phone shows it, `scale` pixels a square, photographed on a grey table.
    fn picture(text: &str, scale: usize) -> (usize, Vec<u8>) {
        let code = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::M).unwrap();
        let (squares, margin) = (code.width(), 4);
        let side = (squares + 2 * margin) * scale + 80;
        let mut colours = vec![120; side * side * 4];
        let dark = code.to_colors();
        for y in 0..side - 80 {
            for x in 0..side - 80 {
                let (column, row) = (x / scale, y / scale);
                let within = |n: usize| (margin..margin + squares).contains(&n);
                let black = within(column)
                    && within(row)
                    && dark[(row - margin) * squares + column - margin] == qrcode::Color::Dark;
                let at = ((y + 40) * side + x + 40) * 4;
                colours[at..at + 3].fill(if black { 30 } else { 225 });
            }
        }
        (side, colours)
    }

    #[test]
    fn a_passengers_code_is_read_from_far_and_near() {
        let text = "CN1:P:01K79A0Z00FAY8VVR14D2PF2DBZ";
        for scale in [3, 5, 12] {
            let (side, colours) = picture(text, scale);
            assert_eq!(read(side, side, &colours).as_deref(), Some(text), "{scale}");
        }
    }

    #[test]
    fn a_picture_without_a_code_and_one_that_was_cut_off_give_nothing() {
        assert_eq!(read(64, 64, &[90; 64 * 64 * 4]), None);
        let (side, colours) = picture("CN1:P:01K79A0Z00FAY8VVR14D2PF2DBZ", 5);
        assert_eq!(read(side, side, &colours[..colours.len() / 2]), None);
    }
}
