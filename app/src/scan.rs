//! The camera, and what reads codes in its pictures: the browser where it can, else the lens, a
//! module of its own that is not in the first download.

use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    CanvasRenderingContext2d, HtmlCanvasElement, HtmlVideoElement, MediaStream,
    MediaStreamConstraints, MediaStreamTrack,
};

/// Between two looks at the camera's picture, in milliseconds.
const PAUSE_MS: u32 = 100;
/// The side of the square that is looked at, in pixels: a code held into the middle.
const SIDE: u32 = 480;

/// Why nothing can be scanned; the app shows `scan.<key>`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Blind {
    /// No camera, or a page that may not use one.
    NoCamera,
    /// The person, or the system, has said no.
    Refused,
    /// This browser reads no codes, and the lens was not fetched yet.
    NoLens,
}

impl Blind {
    pub const fn key(self) -> &'static str {
        match self {
            Self::NoCamera => "scan.no_camera",
            Self::Refused => "scan.refused",
            Self::NoLens => "scan.no_lens",
        }
    }
}

/// An open camera; dropping it turns it off.
#[derive(Debug)]
pub struct Camera(MediaStream);

impl Drop for Camera {
    fn drop(&mut self) {
        for track in self.0.get_tracks().iter() {
            if let Ok(track) = track.dyn_into::<MediaStreamTrack>() {
                track.stop();
            }
        }
    }
}

/// Opens the camera that looks away from the person, and shows its picture.
///
/// # Errors
/// `NoCamera` or `Refused`.
pub async fn open(video: &HtmlVideoElement) -> Result<Camera, Blind> {
    let window = web_sys::window().ok_or(Blind::NoCamera)?;
    let devices = window.navigator().media_devices();
    let wanted = MediaStreamConstraints::new();
    let back = Object::new();
    let _ = Reflect::set(&back, &"facingMode".into(), &"environment".into());
    wanted.set_video(&back);
    let asked = devices
        .and_then(|devices| devices.get_user_media_with_constraints(&wanted))
        .map_err(|_| Blind::NoCamera)?;
    let stream = JsFuture::from(asked)
        .await
        .map_err(|error| refusal(&error))?;
    let camera = Camera(stream.dyn_into().map_err(|_| Blind::NoCamera)?);
    video.set_src_object(Some(&camera.0));
    if let Ok(playing) = video.play() {
        // A play that is cut short by closing the scanner is none of anybody's trouble.
        let _ = JsFuture::from(playing).await;
    }
    Ok(camera)
}

fn refusal(error: &JsValue) -> Blind {
    let name = Reflect::get(error, &"name".into()).ok();
    match name.and_then(|name| name.as_string()).as_deref() {
        Some("NotAllowedError") => Blind::Refused,
        _ => Blind::NoCamera,
    }
}

/// Looks at the picture until `seen` says that it is enough.
///
/// # Errors
/// `NoLens` if nothing here reads codes.
pub async fn watch(
    video: &HtmlVideoElement,
    mut seen: impl FnMut(Option<String>) -> Goes,
) -> Result<(), Blind> {
    let mut reader = match detector().await {
        Some(detector) => Reader::Browser(detector),
        None => Reader::lens().await?,
    };
    loop {
        let text = match reader.look(video).await {
            Ok(text) => text,
            // Some phones have the interface and nothing behind it.
            Err(_) if matches!(reader, Reader::Browser(_)) => {
                reader = Reader::lens().await?;
                None
            }
            Err(_) => None,
        };
        if seen(text) == Goes::Ends {
            return Ok(());
        }
        TimeoutFuture::new(PAUSE_MS).await;
    }
}

/// Whether one goes on looking.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Goes {
    On,
    Ends,
}

enum Reader {
    /// The browser's own `BarcodeDetector`.
    Browser(JsValue),
    Lens {
        read: Function,
        canvas: HtmlCanvasElement,
        picture: CanvasRenderingContext2d,
    },
}

impl Reader {
    async fn lens() -> Result<Self, Blind> {
        let read = lens().await.map_err(|_| Blind::NoLens)?;
        let made = canvas().ok_or(Blind::NoLens)?;
        Ok(Self::Lens {
            read,
            canvas: made.0,
            picture: made.1,
        })
    }

    async fn look(&self, video: &HtmlVideoElement) -> Result<Option<String>, JsValue> {
        match self {
            Self::Browser(detector) => {
                let detect: Function = Reflect::get(detector, &"detect".into())?.dyn_into()?;
                let asked: Promise = detect.call1(detector, video)?.dyn_into()?;
                let found: Array = JsFuture::from(asked).await?.dyn_into()?;
                let first = found.get(0);
                if first.is_undefined() {
                    return Ok(None);
                }
                Ok(Reflect::get(&first, &"rawValue".into())?.as_string())
            }
            Self::Lens {
                read,
                canvas,
                picture,
            } => {
                let (width, height) = (video.video_width(), video.video_height());
                let side = width.min(height);
                if side == 0 {
                    return Ok(None);
                }
                let seen = side.min(SIDE);
                if canvas.width() != seen {
                    canvas.set_width(seen);
                    canvas.set_height(seen);
                }
                let (x, y) = ((width - side) / 2, (height - side) / 2);
                let [x, y, side, seen] = [x, y, side, seen].map(f64::from);
                picture
                    .draw_image_with_html_video_element_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
                        video, x, y, side, side, 0.0, 0.0, seen, seen,
                    )?;
                let pixels = picture.get_image_data(0.0, 0.0, seen, seen)?;
                // Handed from the browser to the lens without a copy here.
                let colours = Reflect::get(&pixels, &"data".into())?;
                let text = read.call3(&JsValue::NULL, &seen.into(), &seen.into(), &colours)?;
                Ok(text.as_string())
            }
        }
    }
}

/// The browser's own reader, if it reads QR codes: the interface alone says little.
async fn detector() -> Option<JsValue> {
    let window = web_sys::window()?;
    let class: Function = Reflect::get(&window, &"BarcodeDetector".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let formats: Function = Reflect::get(&class, &"getSupportedFormats".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let asked: Promise = formats.call0(&class).ok()?.dyn_into().ok()?;
    let known: Array = JsFuture::from(asked).await.ok()?.dyn_into().ok()?;
    if !known.includes(&"qr_code".into(), 0) {
        return None;
    }
    let wanted = Object::new();
    let only = Array::of1(&"qr_code".into());
    Reflect::set(&wanted, &"formats".into(), &only).ok()?;
    Reflect::construct(&class, &Array::of1(&wanted)).ok()
}

/// The lens's `read`; `start.js` fetches it once.
async fn lens() -> Result<Function, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let fetch: Function = Reflect::get(&window, &"chunnuanLens".into())?.dyn_into()?;
    let asked: Promise = fetch.call0(&window)?.dyn_into()?;
    JsFuture::from(asked).await?.dyn_into()
}

fn canvas() -> Option<(HtmlCanvasElement, CanvasRenderingContext2d)> {
    let document = web_sys::window()?.document()?;
    let canvas: HtmlCanvasElement = document.create_element("canvas").ok()?.dyn_into().ok()?;
    let often = Object::new();
    Reflect::set(&often, &"willReadFrequently".into(), &true.into()).ok()?;
    let picture = canvas
        .get_context_with_context_options("2d", &often)
        .ok()??;
    Some((canvas, picture.dyn_into().ok()?))
}
