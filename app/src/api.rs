//! Requests to the server, and the two ways in which they fail: no answer, or a refusal.

use domain::wire::Trouble;
use gloo_net::http::{Method, Request};
use gloo_timers::callback::Timeout;
use serde::Serialize;
use serde::de::DeserializeOwned;
use web_sys::{AbortController, AbortSignal};

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
    let body = json(body)?;
    post_bytes(path, token, JSON, &body).await
}

/// The same with a body that is ready, of some type.
pub async fn post_bytes<T: DeserializeOwned>(
    path: &str,
    token: Option<&str>,
    content_type: &str,
    body: &[u8],
) -> Result<T, ApiError> {
    let answer = ask(Method::POST, path, token, Some((content_type, body))).await?;
    // 207 and 422 answer each change of a batch by itself.
    if !answer.is_good() && answer.status != 422 {
        return Err(answer.refusal());
    }
    read(&answer.bytes, answer.status)
}

pub async fn get_bytes(path: &str, token: Option<&str>) -> Result<Vec<u8>, ApiError> {
    Ok(ask(Method::GET, path, token, None).await?.good()?.bytes)
}

/// Puts bytes of some type at a path.
pub async fn put_bytes(
    path: &str,
    token: &str,
    content_type: &str,
    bytes: &[u8],
) -> Result<(), ApiError> {
    let body = Some((content_type, bytes));
    ask(Method::PUT, path, Some(token), body).await?.good()?;
    Ok(())
}

/// Puts a value at a path and reads the answer.
pub async fn put<T: DeserializeOwned>(
    path: &str,
    token: &str,
    body: &impl Serialize,
) -> Result<T, ApiError> {
    let body = json(body)?;
    let answer = ask(Method::PUT, path, Some(token), Some((JSON, &body))).await?;
    read(&answer.good()?.bytes, 200)
}

/// Reads an answer.
pub async fn get<T: DeserializeOwned>(path: &str, token: &str) -> Result<T, ApiError> {
    read(&get_bytes(path, Some(token)).await?, 200)
}

const JSON: &str = "application/json";
/// Of what is packed.
pub const BYTES: &str = "application/octet-stream";

fn json(body: &impl Serialize) -> Result<Vec<u8>, ApiError> {
    serde_json::to_vec(body).map_err(|_| ApiError::Offline)
}

/// An answer that came whole.
struct Answer {
    status: u16,
    bytes: Vec<u8>,
}

impl Answer {
    fn is_good(&self) -> bool {
        (200..300).contains(&self.status)
    }

    fn good(self) -> Result<Self, ApiError> {
        if self.is_good() {
            Ok(self)
        } else {
            Err(self.refusal())
        }
    }

    /// An answer that is not the API's (a hotel's sign-in page, say) counts as no network.
    fn refusal(&self) -> ApiError {
        match serde_json::from_slice::<Trouble>(&self.bytes) {
            Ok(trouble) => ApiError::Refused {
                status: self.status,
                code: trouble.code,
            },
            Err(_) => ApiError::Offline,
        }
    }
}

/// Sends a request, with a body of some type, and waits for the whole answer.
async fn ask(
    method: Method,
    path: &str,
    token: Option<&str>,
    body: Option<(&str, &[u8])>,
) -> Result<Answer, ApiError> {
    let sent = body.map_or(0, |(_, bytes)| bytes.len());
    let mut patience = Patience::new(ANSWER_MS + u32::try_from(sent).unwrap_or(0) / SLOWEST);
    let mut request = match method {
        Method::POST => Request::post(path),
        Method::PUT => Request::put(path),
        _ => Request::get(path),
    };
    if let Some(token) = token {
        request = request.header("authorization", &format!("Bearer {token}"));
    }
    request = request.abort_signal(patience.signal().as_ref());
    let request = match body {
        Some((content_type, bytes)) => request
            .header("content-type", content_type)
            .body(js_sys::Uint8Array::from(bytes)),
        None => request.build(),
    };
    let request = request.map_err(|_| ApiError::Offline)?;
    let response = request.send().await.map_err(|_| ApiError::Offline)?;
    patience.renew(BODY_MS);
    let bytes = response.binary().await.map_err(|_| ApiError::Offline)?;
    let status = response.status();
    Ok(Answer { status, bytes })
}

/// How long an answer may take to begin, in milliseconds, besides what sending takes. A mobile
/// network swallows requests without a word, and a browser waits for minutes.
const ANSWER_MS: u32 = 30_000;
/// An answer that has begun may take this long to come whole.
const BODY_MS: u32 = 300_000;
/// The slowest network that is waited for, in bytes a millisecond.
const SLOWEST: u32 = 2;

/// Gives a request up when its time is over.
struct Patience {
    controller: Option<AbortController>,
    timer: Option<Timeout>,
}

impl Patience {
    fn new(ms: u32) -> Self {
        let mut patience = Self {
            controller: AbortController::new().ok(),
            timer: None,
        };
        patience.renew(ms);
        patience
    }

    fn signal(&self) -> Option<AbortSignal> {
        self.controller.as_ref().map(AbortController::signal)
    }

    fn renew(&mut self, ms: u32) {
        let controller = self.controller.clone();
        self.timer = controller.map(|controller| Timeout::new(ms, move || controller.abort()));
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
