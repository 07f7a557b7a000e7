//! Plain HTTP requests to the server on this machine.

use crate::error::HostError;
use serde::{Serialize, de::DeserializeOwned};
use std::time::Duration;
use ureq::Agent;

/// Any answer, 4xx and 5xx included.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// # Errors
    /// `Refused` if the answer is not a success or is not of this form.
    pub fn json<T: DeserializeOwned>(&self, path: &str) -> Result<T, HostError> {
        let refused = |said| HostError::Refused {
            path: path.to_owned(),
            status: self.status,
            said,
        };
        if self.status >= 300 {
            return Err(refused(self.text()));
        }
        serde_json::from_slice(&self.body).map_err(|error| refused(error.to_string()))
    }
}

fn agent() -> Agent {
    let limits = Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(60)));
    Agent::new_with_config(limits.build())
}

/// # Errors
/// `Unreachable` if there is no answer at all.
pub fn get(url: &str) -> Result<Answer, HostError> {
    get_as(url, &[])
}

/// # Errors
/// `Unreachable` if there is no answer at all.
pub fn get_as(url: &str, headers: &[(&str, &str)]) -> Result<Answer, HostError> {
    let mut request = agent().get(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    answered(url, request.call())
}

/// Sends bytes as they are.
///
/// # Errors
/// `Unreachable` if there is no answer at all.
pub fn post(url: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<Answer, HostError> {
    let mut request = agent().post(url).header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    answered(url, request.send(body))
}

/// Puts bytes as they are; the headers say what they are.
///
/// # Errors
/// `Unreachable` if there is no answer at all.
pub fn put(url: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<Answer, HostError> {
    let mut request = agent().put(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    answered(url, request.send(body))
}

/// # Errors
/// `Unreachable`, or `Refused` if the answer is no success.
pub fn ask<T: DeserializeOwned>(
    url: &str,
    authorization: &str,
    body: &impl Serialize,
) -> Result<T, HostError> {
    let body = serde_json::to_vec(body).map_err(|e| HostError::Tool {
        step: "writing a request",
        said: e.to_string(),
    })?;
    post(url, &[("authorization", authorization)], &body)?.json(url)
}

fn answered(
    url: &str,
    answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
) -> Result<Answer, HostError> {
    let unreachable = |said: String| HostError::Unreachable {
        url: url.to_owned(),
        said,
    };
    let answer = answer.map_err(|error| unreachable(error.to_string()))?;
    let status = answer.status().as_u16();
    let header = |(name, value): (&ureq::http::HeaderName, &ureq::http::HeaderValue)| {
        (
            name.to_string(),
            value.to_str().unwrap_or_default().to_owned(),
        )
    };
    let headers = answer.headers().iter().map(header).collect();
    let mut body = answer.into_body();
    let body = body.with_config().limit(256 * 1024 * 1024).read_to_vec();
    Ok(Answer {
        status,
        headers,
        body: body.map_err(|error| unreachable(error.to_string()))?,
    })
}
