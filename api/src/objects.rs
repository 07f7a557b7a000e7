//! How the Worker speaks to its Durable Objects: requests of its own making, never the client's,
//! so that no header of a client reaches an object.

use crate::error::ApiError;
use domain::Area;
use domain::wire::headed;
use futures_util::StreamExt as _;
use js_sys::Uint8Array;
use serde::Serialize;
use serde::de::DeserializeOwned;
use worker::{Env, Headers, Method, Request, RequestInit, Response, Stub};

pub struct Object(Stub);

/// The header with what is asked, where there is no body.
const ASKED: &str = "asked";

/// The header with the head of a message whose rest is the body.
const HEAD: &str = "head";

/// What an object was asked: the body, with its head if that comes by itself; for a WebSocket the
/// header.
///
/// # Errors
/// If the runtime cannot read it.
pub async fn asked(request: &mut Request) -> worker::Result<Vec<u8>> {
    let headers = request.headers();
    if let Some(asked) = headers.get(ASKED)? {
        return Ok(asked.into_bytes());
    }
    let head = headers.get(HEAD)?;
    let body = request.bytes().await?;
    Ok(match head {
        Some(head) => headed(head.as_bytes(), &body),
        None => body,
    })
}

/// People, devices, links, the campaign.
pub fn registry(env: &Env) -> Result<Object, ApiError> {
    Ok(Object(
        env.durable_object("REGISTRY")?.get_by_name("registry")?,
    ))
}

/// The records of one county, city or province.
pub fn ledger(env: &Env, area: Area) -> Result<Object, ApiError> {
    Ok(Object(
        env.durable_object("LEDGER")?
            .get_by_name(&area.to_string())?,
    ))
}

impl Object {
    /// Posts bytes and hands the object's answer on.
    ///
    /// # Errors
    /// `Internal` if the object cannot be reached.
    pub async fn post(&self, path: &str, body: &[u8]) -> Result<Response, ApiError> {
        let mut init = RequestInit::new();
        init.with_method(Method::Post)
            .with_body(Some(Uint8Array::from(body).into()));
        let request = Request::new_with_init(&format!("http://object{path}"), &init)?;
        Ok(self.0.fetch_with_request(request).await?)
    }

    /// Hands a request's body on as it comes, after a head, which is JSON of plain letters; and the
    /// object's answer.
    ///
    /// # Errors
    /// `Internal` if the object cannot be reached.
    pub async fn stream(
        &self,
        path: &str,
        head: &impl Serialize,
        body: &Request,
    ) -> Result<Response, ApiError> {
        let headers = header(HEAD, head)?;
        let mut init = RequestInit::new();
        init.with_method(Method::Post)
            .with_headers(headers)
            .with_body(body.inner().body().map(Into::into));
        let request = Request::new_with_init(&format!("http://object{path}"), &init)?;
        Ok(self.0.fetch_with_request(request).await?)
    }

    /// Posts a value as JSON and hands the object's answer on.
    ///
    /// # Errors
    /// `Internal` if the object cannot be reached.
    pub async fn pass(&self, path: &str, value: &impl Serialize) -> Result<Response, ApiError> {
        self.post(path, &json(value)?).await
    }

    /// Asks for a WebSocket; such a request has no body, so the value goes in a header, as JSON.
    ///
    /// # Errors
    /// `Internal` if the object cannot be reached.
    pub async fn upgrade(&self, path: &str, value: &impl Serialize) -> Result<Response, ApiError> {
        let headers = header(ASKED, value)?;
        headers.set("upgrade", "websocket")?;
        let mut init = RequestInit::new();
        init.with_method(Method::Get).with_headers(headers);
        let request = Request::new_with_init(&format!("http://object{path}"), &init)?;
        Ok(self.0.fetch_with_request(request).await?)
    }

    /// # Errors
    /// `Internal` if the object cannot be reached or answers with an error.
    pub async fn ask<T: DeserializeOwned>(&self, path: &str) -> Result<T, ApiError> {
        Ok(self.post(path, &[]).await?.json().await?)
    }

    /// # Errors
    /// `Internal` if the object cannot be reached.
    pub async fn ask_bytes(&self, path: &str) -> Result<Vec<u8>, ApiError> {
        Ok(self.post(path, &[]).await?.bytes().await?)
    }
}

/// A value as JSON in a header: of plain letters, as claims are.
fn header(name: &str, value: &impl Serialize) -> Result<Headers, ApiError> {
    let headers = Headers::new();
    headers.set(name, &String::from_utf8_lossy(&json(value)?))?;
    Ok(headers)
}

pub fn json(value: &impl Serialize) -> Result<Vec<u8>, ApiError> {
    serde_json::to_vec(value).map_err(|e| ApiError::Internal(worker::Error::from(e)))
}

/// Reads what is left of a body and throws it away, up to a limit: who is refused before all was
/// read would be cut off in the middle of sending, and not hear why.
pub async fn drain(request: &mut Request) {
    // It cannot be read a second time; a client that has gone hears nothing anyway.
    let _ = body(request, 0).await;
}

/// Reads a body of at most `limit` bytes. A larger one is read on for a while and thrown away: who
/// is cut off in the middle of sending would not hear why.
///
/// # Errors
/// `TooLarge`.
pub async fn body(request: &mut Request, limit: usize) -> Result<Vec<u8>, ApiError> {
    // In one piece if it says how long it is: part by part takes many times as long.
    if is_at_most(request, limit)? {
        return Ok(request.bytes().await?);
    }
    let Ok(mut stream) = request.stream() else {
        return Ok(Vec::new());
    };
    let (mut body, mut length) = (Vec::new(), 0);
    while let Some(part) = stream.next().await {
        let part = part?;
        length += part.len();
        if length <= limit {
            body.extend(part);
        } else if length > limit + DRAINED {
            break;
        }
    }
    if length > limit {
        Err(ApiError::TooLarge(limit))
    } else {
        Ok(body)
    }
}

/// True if a body says how long it is, and it is no longer.
///
/// # Errors
/// If the runtime cannot read it.
pub fn is_at_most(request: &Request, limit: usize) -> Result<bool, ApiError> {
    let length = request.headers().get("content-length")?;
    let length = length.and_then(|length| length.parse::<usize>().ok());
    Ok(length.is_some_and(|length| length <= limit))
}

/// So much of a body that is too large is read before the answer.
const DRAINED: usize = 16 * 1024 * 1024;

/// Reads a small JSON body.
///
/// # Errors
/// `TooLarge`, or `Malformed` with what does not fit.
pub async fn read<T: DeserializeOwned>(request: &mut Request) -> Result<T, ApiError> {
    parse(&body(request, 64 * 1024).await?)
}

/// # Errors
/// `Malformed` with what does not fit.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(body).map_err(|error| ApiError::Malformed(error.to_string()))
}
