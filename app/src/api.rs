//! Requests to the server, and the two ways in which they fail: no answer, or a refusal.

use domain::wire::Trouble;
use gloo_net::http::{Method, Request, RequestBuilder, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ApiError {
    /// No answer: no network, or the server is away.
    Offline,
    /// The server's refusal; the person is shown `trouble.<code>`.
    Refused { status: u16, code: String },
}

impl ApiError {
    /// The label that explains it.
    pub fn label(&self) -> String {
        match self {
            Self::Offline => "trouble.offline".to_owned(),
            Self::Refused { code, .. } => format!("trouble.{code}"),
        }
    }
}

pub async fn post<T: DeserializeOwned>(
    path: &str,
    token: Option<&str>,
    body: &impl Serialize,
) -> Result<T, ApiError> {
    let request = signed(Method::POST, path, token)
        .json(body)
        .map_err(|_| ApiError::Offline)?;
    let response = request.send().await.map_err(|_| ApiError::Offline)?;
    // 207 and 422 answer each change of a batch by itself.
    if !response.ok() && response.status() != 422 {
        return Err(refusal(response).await);
    }
    read(
        &response.binary().await.map_err(|_| ApiError::Offline)?,
        response.status(),
    )
}

pub async fn get_bytes(path: &str, token: Option<&str>) -> Result<Vec<u8>, ApiError> {
    let request = signed(Method::GET, path, token)
        .build()
        .map_err(|_| ApiError::Offline)?;
    let response = request.send().await.map_err(|_| ApiError::Offline)?;
    if !response.ok() {
        return Err(refusal(response).await);
    }
    response.binary().await.map_err(|_| ApiError::Offline)
}

/// Puts bytes of some type at a path.
pub async fn put_bytes(
    path: &str,
    token: &str,
    content_type: &str,
    bytes: &[u8],
) -> Result<(), ApiError> {
    let request = signed(Method::PUT, path, Some(token))
        .header("content-type", content_type)
        .body(js_sys::Uint8Array::from(bytes))
        .map_err(|_| ApiError::Offline)?;
    let response = request.send().await.map_err(|_| ApiError::Offline)?;
    if response.ok() {
        Ok(())
    } else {
        Err(refusal(response).await)
    }
}

/// Puts a value at a path and reads the answer.
pub async fn put<T: DeserializeOwned>(
    path: &str,
    token: &str,
    body: &impl Serialize,
) -> Result<T, ApiError> {
    let request = signed(Method::PUT, path, Some(token))
        .json(body)
        .map_err(|_| ApiError::Offline)?;
    let response = request.send().await.map_err(|_| ApiError::Offline)?;
    if !response.ok() {
        return Err(refusal(response).await);
    }
    let body = response.binary().await.map_err(|_| ApiError::Offline)?;
    read(&body, 200)
}

/// Reads an answer.
pub async fn get<T: DeserializeOwned>(path: &str, token: &str) -> Result<T, ApiError> {
    read(&get_bytes(path, Some(token)).await?, 200)
}

fn signed(method: Method, path: &str, token: Option<&str>) -> RequestBuilder {
    let request = match method {
        Method::POST => Request::post(path),
        Method::PUT => Request::put(path),
        _ => Request::get(path),
    };
    match token {
        Some(token) => request.header("authorization", &format!("Bearer {token}")),
        None => request,
    }
}

fn read<T: DeserializeOwned>(body: &[u8], status: u16) -> Result<T, ApiError> {
    serde_json::from_slice(body).map_err(|_| match serde_json::from_slice::<Trouble>(body) {
        Ok(trouble) => ApiError::Refused {
            status,
            code: trouble.code,
        },
        Err(_) => ApiError::Offline,
    })
}

/// An answer that is not the API's (a hotel's sign-in page, say) counts as no network.
async fn refusal(response: Response) -> ApiError {
    match response.json::<Trouble>().await {
        Ok(trouble) => ApiError::Refused {
            status: response.status(),
            code: trouble.code,
        },
        Err(_) => ApiError::Offline,
    }
}
