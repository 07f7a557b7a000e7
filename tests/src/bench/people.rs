//! The people whom all work with: the training campaign's, as many as wanted, the very same for each.

use crate::World;
use crate::world::county;
use domain::change::BATCH_LIMIT;
use domain::grant::Role;
use domain::wire::Answer;
use domain::{Change, Value};
use host::training;
use serde_json::{Map, json};

/// So many people on the server, and how they got there.
pub fn fill(world: &World, count: usize) -> Result<Vec<Change>, String> {
    let failed = |error: host::error::HostError| error.to_string();
    let mut device = world.device("培训资料", Role::FieldWorker, "371721");
    let changes = training::people(&mut device, count).map_err(failed)?;
    for batch in changes.chunks(BATCH_LIMIT) {
        let answers = device.push(county(), batch).map_err(failed)?.answers;
        let refused = |answer: &&Answer| matches!(answer, Answer::Refused(_));
        if let Some(refused) = answers.iter().find(refused) {
            return Err(format!("a person was not taken: {refused:?}"));
        }
    }
    Ok(changes)
}

/// The same person as a plain document, as other stores keep one.
pub fn document(change: &Change) -> serde_json::Value {
    let mut document: Map<String, serde_json::Value> = change
        .cells
        .iter()
        .map(|(name, value)| (name.clone(), json!(value)))
        .collect();
    document.insert("id".to_owned(), json!(change.id.to_string()));
    document.insert("kind".to_owned(), json!(change.kind));
    document.insert("updated".to_owned(), json!(1));
    document.into()
}

/// A roster in which these people have other telephone numbers.
pub fn roster(changes: &[Change], digit: usize) -> String {
    let text = |change: &Change, name: &str| {
        let value = change.cells.get(name).and_then(Value::as_text);
        value.unwrap_or_default().to_owned()
    };
    let mut roster = "姓名,身份证号码,所在村,流向,联系电话\n".to_owned();
    for (number, change) in changes.iter().enumerate() {
        let flow = match text(change, "flow").as_str() {
            "returning" => "返乡",
            "staying" => "留鲁留岗",
            _ => "外出",
        };
        let [name, id, area] = ["name", "id_number", "area"].map(|cell| text(change, cell));
        roster += &format!("{name},{id},{area},{flow},19{digit}{number:08}\n");
    }
    roster
}

/// Those whom an ID number names without doubt.
pub fn distinct(changes: &[Change]) -> Vec<Change> {
    let mut seen = std::collections::BTreeMap::<String, usize>::new();
    let number = |change: &Change| {
        let value = change.cells.get("id_number").and_then(Value::as_text);
        value.unwrap_or_default().to_owned()
    };
    for change in changes {
        *seen.entry(number(change)).or_default() += 1;
    }
    let once = |change: &&Change| seen.get(&number(change)) == Some(&1);
    changes.iter().filter(once).cloned().collect()
}
