//! The API's description: every address that the router has, and no schema that is missing.

use host::http;
use serde_json::Value;
use tests::World;

#[test]
fn the_description_names_every_address_and_every_schema_it_mentions() {
    let world = World::new();
    let answer = http::get(&format!("{}/api/openapi.json", world.url())).unwrap();
    let description: Value = serde_json::from_slice(&answer.body).unwrap();
    let paths = description["paths"].as_object().unwrap();
    let router = std::fs::read_to_string(host::tools::root().join("api/src/lib.rs")).unwrap();
    let routes: Vec<&str> = router
        .lines()
        .filter(|line| line.contains("(Method::"))
        .collect();
    let described: usize = paths
        .values()
        .map(|methods| methods.as_object().unwrap().len())
        .sum();
    assert_eq!(described, routes.len(), "{:?}", paths.keys());
    for route in routes {
        let first = route.split('"').nth(1).unwrap();
        assert!(
            paths.keys().any(|path| path.contains(first)),
            "{first} is not described"
        );
    }
    let mut mentioned = Vec::new();
    references(&description, &mut mentioned);
    assert!(mentioned.len() > 10);
    for reference in mentioned {
        let pointer = reference.trim_start_matches('#');
        assert!(
            description.pointer(pointer).is_some(),
            "{reference} is missing"
        );
    }
}

fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(reference)) = fields.get("$ref") {
                found.push(reference.clone());
            }
            fields.values().for_each(|field| references(field, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}
