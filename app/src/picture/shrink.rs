//! Makes pictures small. The browser decodes the file and draws it anew, so that nothing of it is
//! left but what one sees: no place, no camera, no date.

use js_sys::{Promise, Uint8Array};
use std::fmt::Write as _;
use store::key::subtle;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, CanvasRenderingContext2d, File, HtmlCanvasElement, ImageBitmap, ImageBitmapOptions,
    ImageOrientation,
};

/// The long side of a picture, in pixels, and the sides tried when it is still too large.
const SIDES: [f64; 4] = [1280.0, 1024.0, 800.0, 640.0];
/// How faithful the JPEG is; lower as long as it has too many bytes.
const QUALITIES: [f64; 6] = [0.85, 0.75, 0.65, 0.55, 0.45, 0.35];
/// A picture has at most about so many bytes, or the least that can be reached.
const BYTES: usize = 150_000;
/// The long side of the small picture that lists and forms show.
const SMALL_SIDE: f64 = 160.0;
const SMALL_QUALITY: f64 = 0.7;
/// A file of more bytes than this which cannot be decoded is likely too large for the device.
const HUGE: f64 = 8e6;

/// A picture as it is kept and sent, and the small one beside it.
#[derive(Clone, Debug)]
pub struct Shrunk {
    /// The SHA-256 of the whole one, in hex.
    pub name: String,
    pub whole: Vec<u8>,
    pub small: Vec<u8>,
}

/// Why a file did not become a picture.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unfit {
    NotAPicture,
    TooLarge,
}

/// A photo of any size, made small.
///
/// # Errors
/// If the browser cannot decode it.
pub async fn photo(file: &File) -> Result<Shrunk, Unfit> {
    let unfit = |_| {
        if file.size() > HUGE {
            Unfit::TooLarge
        } else {
            Unfit::NotAPicture
        }
    };
    let image = decoded(file).await.map_err(unfit)?;
    let whole = fitting(&image).await.map_err(unfit);
    image.close();
    of_bytes(whole?).await.map_err(unfit)
}

/// What was drawn, as a PNG: few colours make few bytes.
///
/// # Errors
/// If the browser cannot encode it.
pub async fn drawing(canvas: &HtmlCanvasElement) -> Result<Shrunk, Unfit> {
    let whole = encoded(canvas, "image/png", 1.0).await;
    let made = match whole {
        Ok(whole) => of_bytes(whole).await,
        Err(error) => Err(error),
    };
    made.map_err(|_| Unfit::NotAPicture)
}

/// The small picture that stands for a whole one.
///
/// # Errors
/// If the bytes are no picture.
pub async fn small(whole: &[u8]) -> Result<Vec<u8>, JsValue> {
    let image = decoded(&blob(whole)?).await?;
    let canvas = drawn(&image, SMALL_SIDE)?;
    image.close();
    encoded(&canvas, "image/jpeg", SMALL_QUALITY).await
}

/// An empty canvas in white: pictures without a ground of their own are seen on paper.
pub fn paper(width: f64, height: f64) -> Result<HtmlCanvasElement, JsValue> {
    let document = web_sys::window().and_then(|w| w.document());
    let document = document.ok_or(JsValue::NULL)?;
    let canvas: HtmlCanvasElement = document.create_element("canvas")?.dyn_into()?;
    canvas.set_width(width.round().max(1.0) as u32);
    canvas.set_height(height.round().max(1.0) as u32);
    whiten(&canvas)?;
    Ok(canvas)
}

pub fn whiten(canvas: &HtmlCanvasElement) -> Result<(), JsValue> {
    let pen = pen(canvas)?;
    pen.set_fill_style_str("white");
    pen.fill_rect(0.0, 0.0, canvas.width().into(), canvas.height().into());
    Ok(())
}

pub fn pen(canvas: &HtmlCanvasElement) -> Result<CanvasRenderingContext2d, JsValue> {
    let pen = canvas.get_context("2d")?.ok_or(JsValue::NULL)?;
    Ok(pen.dyn_into::<CanvasRenderingContext2d>()?)
}

pub fn blob(bytes: &[u8]) -> Result<Blob, JsValue> {
    let parts = js_sys::Array::of1(&Uint8Array::from(bytes));
    Blob::new_with_u8_array_sequence(&parts)
}

async fn of_bytes(whole: Vec<u8>) -> Result<Shrunk, JsValue> {
    Ok(Shrunk {
        name: name_of(&whole).await?,
        small: small(&whole).await?,
        whole,
    })
}

/// The picture's pixels, the right way up.
async fn decoded(file: &Blob) -> Result<ImageBitmap, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let upright = ImageBitmapOptions::new();
    upright.set_image_orientation(ImageOrientation::FromImage);
    let asked = window.create_image_bitmap_with_blob_and_image_bitmap_options(file, &upright)?;
    let image = match JsFuture::from(asked).await {
        // Older browsers turn it by themselves and do not know the word.
        Err(error) if error.is_instance_of::<js_sys::TypeError>() => {
            JsFuture::from(window.create_image_bitmap_with_blob(file)?).await
        }
        image => image,
    };
    image?.dyn_into()
}

fn drawn(image: &ImageBitmap, side: f64) -> Result<HtmlCanvasElement, JsValue> {
    let (width, height) = (f64::from(image.width()), f64::from(image.height()));
    let scale = (side / width.max(height)).min(1.0);
    let canvas = paper(width * scale, height * scale)?;
    let pen = pen(&canvas)?;
    let _ = js_sys::Reflect::set(&pen, &"imageSmoothingQuality".into(), &"high".into());
    let (width, height) = (canvas.width().into(), canvas.height().into());
    pen.draw_image_with_image_bitmap_and_dw_and_dh(image, 0.0, 0.0, width, height)?;
    Ok(canvas)
}

/// The largest and most faithful form that has few enough bytes.
async fn fitting(image: &ImageBitmap) -> Result<Vec<u8>, JsValue> {
    let mut last = Vec::new();
    for side in SIDES {
        let canvas = drawn(image, side)?;
        for quality in QUALITIES {
            last = encoded(&canvas, "image/jpeg", quality).await?;
            if last.len() <= BYTES {
                return Ok(last);
            }
        }
    }
    Ok(last)
}

async fn encoded(canvas: &HtmlCanvasElement, form: &str, quality: f64) -> Result<Vec<u8>, JsValue> {
    let asked = Promise::new(&mut |done, failed| {
        let begun = canvas.to_blob_with_type_and_encoder_options(&done, form, &quality.into());
        if let Err(error) = begun {
            let _ = failed.call1(&JsValue::NULL, &error);
        }
    });
    let blob: Blob = JsFuture::from(asked).await?.dyn_into()?;
    let buffer = JsFuture::from(blob.array_buffer()).await?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

async fn name_of(bytes: &[u8]) -> Result<String, JsValue> {
    let digest = subtle()?.digest_with_str_and_u8_array("SHA-256", bytes)?;
    let digest = Uint8Array::new(&JsFuture::from(digest).await?).to_vec();
    Ok(digest.iter().fold(String::new(), |mut name, byte| {
        let _ = write!(name, "{byte:02x}");
        name
    }))
}
