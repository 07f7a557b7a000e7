//! The app's static files, when no other server gives them: on an own server the Worker does, with
//! the headers of `app/public/_headers`. On Cloudflare the platform reads the same file.

use worker::{EncodeBody, Env, Headers, Method, Request, Response, Result};

const HEADERS: &str = include_str!("../../app/public/_headers");

pub async fn serve(request: &Request, env: &Env) -> Result<Response> {
    if !matches!(request.method(), Method::Get | Method::Head) {
        return Response::error("405", 405);
    }
    let path = request.path();
    let hidden = path
        .split('/')
        .any(|part| part.starts_with('.') || part == "_headers");
    // A path without an extension is a screen of the app: the page finds it.
    let screen = !path.rsplit('/').next().unwrap_or_default().contains('.');
    let file = if screen { "/index.html" } else { path.as_str() };
    let accepts = request
        .headers()
        .get("accept-encoding")?
        .unwrap_or_default();
    let site = env.service("ASSETS")?;
    if !hidden && accepts.split(',').any(|kind| kind.trim().starts_with("br")) {
        let packed = site.fetch(format!("http://site{file}.br"), None).await?;
        if packed.status_code() == 200 {
            let response = answer(packed, &path, file)?;
            response.headers().set("content-encoding", "br")?;
            return Ok(response.with_encode_body(EncodeBody::Manual));
        }
    }
    if !hidden {
        let plain = site.fetch(format!("http://site{file}"), None).await?;
        if plain.status_code() == 200 {
            return answer(plain, &path, file);
        }
    }
    Response::error("404", 404)
}

/// The headers of every answer of the API: nothing of it is ever shown as a page, kept by a cache,
/// or read by another site.
const OF_THE_API: &[(&str, &str)] = &[
    (
        "content-security-policy",
        "default-src 'none'; frame-ancestors 'none'; sandbox",
    ),
    ("strict-transport-security", "max-age=31536000"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cache-control", "no-store"),
];

/// An object's answer comes with headers that cannot be changed; so it gets a copy of them.
pub fn guarded(response: Response) -> Result<Response> {
    let headers: Headers = response.headers().entries().collect();
    for (name, value) in OF_THE_API {
        headers.set(name, value)?;
    }
    Ok(response.with_headers(headers))
}

fn answer(mut found: Response, path: &str, file: &str) -> Result<Response> {
    let headers = Headers::new();
    headers.set("content-type", content_type(file))?;
    headers.set("vary", "accept-encoding")?;
    for (name, value) in headers_of(HEADERS, path) {
        headers.set(name, value)?;
    }
    let body = found.stream()?;
    Ok(Response::from_stream(body)?.with_headers(headers))
}

fn content_type(file: &str) -> &'static str {
    match file.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webmanifest" => "application/manifest+json",
        "csv" => "text/csv; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// The headers of every rule that fits a path; later rules override earlier ones.
fn headers_of<'a>(rules: &'a str, path: &str) -> Vec<(&'a str, &'a str)> {
    let mut fits = false;
    let mut found: Vec<(&str, &str)> = Vec::new();
    for line in rules
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'))
    {
        if line.starts_with([' ', '\t']) {
            if let Some((name, value)) = line.split_once(':').filter(|_| fits) {
                let name = name.trim();
                found.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
                found.push((name, value.trim()));
            }
        } else {
            fits = matches(line.trim(), path);
        }
    }
    found
}

fn matches(pattern: &str, path: &str) -> bool {
    match pattern.split_once('*') {
        Some((head, tail)) => {
            path.len() >= head.len() + tail.len() && path.starts_with(head) && path.ends_with(tail)
        }
        None => pattern == path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_a_strict_content_security_policy_and_hashed_files_last() {
        let of = |path, name| {
            let found = headers_of(HEADERS, path);
            found
                .iter()
                .find(|(n, _)| n.eq_ignore_ascii_case(name))
                .map(|(_, v)| (*v).to_owned())
        };
        let policy = of("/", "content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe-inline"));
        assert!(
            !policy
                .replace("'wasm-unsafe-eval'", "")
                .contains("unsafe-eval")
        );
        assert!(
            of("/app-0123.js", "cache-control")
                .unwrap()
                .contains("immutable")
        );
        assert!(of("/sw.js", "cache-control").unwrap().contains("no-cache"));
    }

    #[test]
    fn a_later_rule_overrides_an_earlier_one() {
        let rules = "/*\n  A: 1\n  B: 2\n/x-*.js\n  a: 3\n";
        assert_eq!(headers_of(rules, "/x-1.js"), [("B", "2"), ("a", "3")]);
        assert_eq!(headers_of(rules, "/y"), [("A", "1"), ("B", "2")]);
    }
}
