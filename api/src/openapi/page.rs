//! `GET /api/docs`: the same description, for people to read. Plain markup without a style or a
//! script, so that it needs no exception from the headers of the API.

use serde_json::{Map, Value};
use std::fmt::Write;

/// The page of a description.
pub fn page(description: &Value) -> String {
    let mut out = String::new();
    let info = &description["info"];
    let (title, about) = (text(&info["title"]), text(&info["description"]));
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{title}</title>\
         <h1>{title} <small>{}</small></h1><p>{about}</p>\
         <p>For programs: <a href=\"/api/openapi.json\">openapi.json</a> (OpenAPI {}).</p><h2>Addresses</h2>",
        text(&info["version"]),
        text(&description["openapi"]),
    );
    for (path, methods) in object(&description["paths"]) {
        for (method, operation) in object(methods) {
            address(&mut out, path, method, operation);
        }
    }
    let _ = write!(out, "<h2>Shapes</h2>");
    for (name, schema) in object(&description["components"]["schemas"]) {
        shape(&mut out, name, schema);
    }
    out.push_str("</html>");
    out
}

fn address(out: &mut String, path: &str, method: &str, operation: &Value) {
    let method = method.to_uppercase();
    let told = text(&operation["description"]);
    let said = text(&operation["summary"]);
    let token = match operation["security"].as_array() {
        Some(needed) if !needed.is_empty() => " · with a token",
        _ => "",
    };
    let _ = write!(
        out,
        "<h3><code>{method} {}</code></h3><p>{said} {told}{token}</p><dl>",
        escaped(path)
    );
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let _ = write!(
            out,
            "<dt><code>{}</code> in {}</dt><dd>{}</dd>",
            text(&parameter["name"]),
            text(&parameter["in"]),
            kind(&parameter["schema"])
        );
    }
    if let Some((form, body)) = object(&operation["requestBody"]["content"]).next() {
        let _ = write!(
            out,
            "<dt>sends {}</dt><dd>{}</dd>",
            escaped(form),
            kind(&body["schema"])
        );
    }
    for (status, answer) in object(&operation["responses"]) {
        let body = object(&answer["content"]).next();
        let body = body.map(|(form, body)| format!("{} {}", escaped(form), kind(&body["schema"])));
        let _ = write!(
            out,
            "<dt>{}</dt><dd>{} {}</dd>",
            escaped(status),
            text(&answer["description"]),
            body.unwrap_or_default()
        );
    }
    out.push_str("</dl>");
}

fn shape(out: &mut String, name: &str, schema: &Value) {
    let name = escaped(name);
    let _ = write!(
        out,
        "<h3 id=\"{name}\">{name}</h3><p>{}</p>",
        text(&schema["description"])
    );
    let required: Vec<&str> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let mut fields = object(&schema["properties"]).peekable();
    if fields.peek().is_none() {
        let _ = write!(out, "<p>{}</p>", kind(schema));
        return;
    }
    out.push_str("<dl>");
    for (field, of) in fields {
        let optional = match required.contains(&field.as_str()) {
            true => "",
            false => ", optional",
        };
        let _ = write!(
            out,
            "<dt><code>{}</code> {}{optional}</dt><dd>{}</dd>",
            escaped(field),
            kind(of),
            text(&of["description"])
        );
    }
    out.push_str("</dl>");
}

/// What a schema is, in a word, with a link to its shape.
fn kind(schema: &Value) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = escaped(reference.rsplit('/').next().unwrap_or(reference));
        return format!("<a href=\"#{name}\">{name}</a>");
    }
    for (word, joint) in [("oneOf", " or "), ("anyOf", " or "), ("allOf", " and ")] {
        if let Some(parts) = schema[word].as_array() {
            let parts: Vec<String> = parts.iter().map(kind).collect();
            return parts.join(joint);
        }
    }
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<String> = values.iter().map(|value| escaped(&plain(value))).collect();
        return format!("one of {}", values.join(", "));
    }
    match &schema["type"] {
        Value::String(name) if name == "array" => format!("list of {}", kind(&schema["items"])),
        Value::String(name) if schema["additionalProperties"].is_object() => {
            format!(
                "{} of {}",
                escaped(name),
                kind(&schema["additionalProperties"])
            )
        }
        Value::String(name) => escaped(name),
        Value::Array(names) => {
            let names: Vec<String> = names.iter().map(plain).collect();
            escaped(&names.join(" or "))
        }
        _ => "anything".to_owned(),
    }
}

fn object(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn text(value: &Value) -> String {
    escaped(value.as_str().unwrap_or_default())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_and_shape_can_be_read_and_followed() {
        let description = serde_json::json!({
            "openapi": "3.1.0",
            "info": { "title": "A <b> & c", "version": "1", "description": "" },
            "paths": { "/api/x/{id}": { "get": {
                "summary": "Gives one.",
                "security": [{ "token": [] }],
                "parameters": [{ "name": "id", "in": "path", "schema": { "type": "string" } }],
                "responses": { "200": { "description": "", "content": {
                    "application/json": { "schema": { "$ref": "#/components/schemas/One" } } } } }
            } } },
            "components": { "schemas": { "One": {
                "type": "object", "required": ["id"],
                "properties": { "id": { "type": "string" },
                                "many": { "type": "array", "items": { "type": "integer" } } }
            } } }
        });
        let page = page(&description);
        assert!(page.contains("A &lt;b&gt; &amp; c"));
        assert!(page.contains("GET /api/x/{id}"));
        assert!(page.contains("<a href=\"#One\">One</a>") && page.contains("<h3 id=\"One\">"));
        assert!(page.contains("list of integer, optional"));
        assert!(page.contains("with a token"));
    }
}
