//! Plain HTTP requests to the server on this machine.

use crate::error::{At, HostError};
use serde::{Serialize, de::DeserializeOwned};
use std::io::Read;
use std::path::Path;
use std::time::Duration;
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

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
    agent_with(&Trust::default())
}

fn agent_with(trust: &Trust) -> Agent {
    let mut limits = Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(60)));
    if let Some(certificate) = &trust.0 {
        let roots = RootCerts::new_with_certs(std::slice::from_ref(certificate));
        limits = limits.tls_config(TlsConfig::builder().root_certs(roots).build());
    }
    Agent::new_with_config(limits.build())
}

/// Whose certificates are believed: the public authorities', or one's own.
#[derive(Clone, Debug, Default)]
pub struct Trust(Option<Certificate<'static>>);

impl Trust {
    /// Only what this certificate (PEM) has signed.
    ///
    /// # Errors
    /// If the file is no certificate.
    pub fn only(file: &Path) -> Result<Self, HostError> {
        let pem = std::fs::read(file).at(file)?;
        let certificate = Certificate::from_pem(&pem).map_err(|e| HostError::Tool {
            step: "reading the certificate",
            said: e.to_string(),
        })?;
        Ok(Self(Some(certificate)))
    }
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

/// # Errors
/// `Unreachable` if there is no answer at all, or none from whom is trusted.
pub fn get_trusting(url: &str, trust: &Trust) -> Result<Answer, HostError> {
    answered(url, agent_with(trust).get(url).call())
}

/// Sends bytes, and hands on what comes while it comes.
///
/// # Errors
/// `Unreachable`, or `Refused` if the answer is no success.
pub fn stream(
    url: &str,
    headers: &[(&str, &str)],
    body: &[u8],
    trust: &Trust,
) -> Result<impl Read + use<>, HostError> {
    let mut request = agent_with(trust).post(url).content_type("application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let unreachable = |error: ureq::Error| HostError::Unreachable {
        url: url.to_owned(),
        said: error.to_string(),
    };
    let answer = request.send(body).map_err(unreachable)?;
    let status = answer.status().as_u16();
    let mut body = answer.into_body();
    if status == 200 {
        return Ok(body.into_reader());
    }
    Err(HostError::Refused {
        path: url.to_owned(),
        status,
        said: body.read_to_string().unwrap_or_default(),
    })
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
