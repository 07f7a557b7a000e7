//! The thread that reads and writes spreadsheets and documents: a module of its own in a worker of
//! the browser, started for one file and ended after it, so that what it held is free again.

use crate::language::Language;
use futures_channel::oneshot;
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Blob, BlobPropertyBag, HtmlAnchorElement, MessageEvent, Url, Worker, WorkerOptions, WorkerType,
};

/// Why it did not do what it was asked; the app shows `office.<key>`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trouble(pub String);

impl Trouble {
    pub fn new(key: &str) -> Self {
        Self(key.to_owned())
    }

    /// What to tell the person.
    pub fn said(&self, language: Language) -> String {
        let known = language.find(&format!("office.{}", self.0));
        let text = known.map_or_else(|| language.label("office.broken"), str::to_owned);
        text.replace("{said}", &self.0)
    }
}

/// The worker; dropping it ends its thread, whatever it does.
#[derive(Debug)]
pub struct Office(Worker);

impl Drop for Office {
    fn drop(&mut self) {
        self.0.terminate();
    }
}

impl Office {
    /// Starts the thread and its module.
    ///
    /// # Errors
    /// `absent` if the module was not fetched yet and there is no network.
    pub async fn open() -> Result<Self, Trouble> {
        let absent = |_| Trouble::new("absent");
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let mut office = Self(Worker::new_with_options("/office.js", &options).map_err(absent)?);
        let begin = Object::new();
        for (name, data) in [("module", "data-office"), ("wasm", "data-office-wasm")] {
            let page = web_sys::window().and_then(|w| w.document()?.document_element());
            let file = page.and_then(|page| page.get_attribute(data));
            let _ = Reflect::set(&begin, &name.into(), &file.unwrap_or_default().into());
        }
        let message = Object::new();
        let _ = Reflect::set(&message, &"begin".into(), &begin);
        office.ask(&message, &Array::new()).await?;
        Ok(office)
    }

    /// Calls one of the module's functions.
    ///
    /// # Errors
    /// What the function says, or `broken` if it did not come back.
    pub async fn call(&mut self, name: &str, values: &[JsValue]) -> Result<JsValue, Trouble> {
        let message = Object::new();
        let all: Array = values.iter().collect();
        let _ = Reflect::set(&message, &"call".into(), &name.into());
        let _ = Reflect::set(&message, &"values".into(), &all);
        self.ask(&message, &Array::new()).await
    }

    async fn ask(&mut self, message: &Object, moved: &Array) -> Result<JsValue, Trouble> {
        let (answered, answer) = oneshot::channel();
        let answered = std::rc::Rc::new(std::cell::Cell::new(Some(answered)));
        let failed = answered.clone();
        let on_answer = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(answered) = answered.take() {
                let _ = answered.send(read(&event.data()));
            }
        });
        // A worker whose script does not load says so here, and nothing else.
        let on_error = Closure::<dyn Fn(JsValue)>::new(move |_| {
            if let Some(failed) = failed.take() {
                let _ = failed.send(Err(Trouble::new("absent")));
            }
        });
        self.0
            .set_onmessage(Some(on_answer.as_ref().unchecked_ref()));
        self.0.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let sent = self.0.post_message_with_transfer(message, moved);
        sent.map_err(|_| Trouble::new("broken"))?;
        let answer = answer.await;
        self.0.set_onmessage(None);
        self.0.set_onerror(None);
        answer.unwrap_or_else(|_| Err(Trouble::new("broken")))
    }
}

fn read(answer: &JsValue) -> Result<JsValue, Trouble> {
    let field = |name: &str| Reflect::get(answer, &name.into()).unwrap_or_default();
    match field("error").as_string() {
        Some(key) => Err(Trouble(key)),
        None => Ok(field("value")),
    }
}

pub const SHEET_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

pub const DOCUMENT_TYPE: &str =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// Hands a file to the browser, which keeps it where it keeps downloads.
///
/// # Errors
/// If the browser cannot keep it.
pub fn download(bytes: &JsValue, content_type: &str, name: &str) -> Result<(), JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let document = window.document().ok_or(JsValue::NULL)?;
    let kind = BlobPropertyBag::new();
    kind.set_type(content_type);
    let blob = Blob::new_with_u8_array_sequence_and_options(&Array::of1(bytes), &kind)?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let link: HtmlAnchorElement = document.create_element("a")?.dyn_into()?;
    link.set_href(&url);
    link.set_download(name);
    link.click();
    // The browser has read it by then; a minute is long for the slowest disk.
    leptos::prelude::set_timeout(
        move || drop(Url::revoke_object_url(&url)),
        std::time::Duration::from_secs(60),
    );
    Ok(())
}
