//! Rules that the tree itself has to keep; a failure names the rule and the place.

use std::path::{Path, PathBuf};

struct Tree {
    root: PathBuf,
}

impl Tree {
    fn here() -> Self {
        Self {
            root: host::tools::root(),
        }
    }

    /// Files below a folder with an ending: (path from the root, text).
    fn files(&self, folder: &str, ending: &str) -> Vec<(String, String)> {
        let mut found = Vec::new();
        walk(&self.root.join(folder), &mut |path| {
            let name = path
                .strip_prefix(&self.root)
                .unwrap_or(path)
                .display()
                .to_string();
            if name.ends_with(ending) && !name.contains("node_modules") {
                found.push((name, std::fs::read_to_string(path).unwrap_or_default()));
            }
        });
        assert!(
            !found.is_empty(),
            "no {ending} in {folder}: the check looks at nothing"
        );
        found
    }
}

fn walk(folder: &Path, with: &mut impl FnMut(&Path)) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, with);
        } else {
            with(&path);
        }
    }
}

fn all_sources() -> Vec<(String, String)> {
    let tree = Tree::here();
    ["api", "app", "tests"]
        .iter()
        .flat_map(|folder| tree.files(folder, ".rs"))
        .collect()
}

fn hold(rule: &str, broken: &[String]) {
    assert!(
        broken.is_empty(),
        "{rule}; broken in:\n  {}",
        broken.join("\n  ")
    );
}

fn without_purpose(files: &[(String, String)]) -> Vec<String> {
    let lacks = |(_, text): &&(String, String)| !text.starts_with("//! ");
    files
        .iter()
        .filter(lacks)
        .map(|(name, _)| name.clone())
        .collect()
}

fn naming(files: &[(String, String)], words: &[&str]) -> Vec<String> {
    let mut broken = Vec::new();
    for (name, text) in files {
        let code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        for (number, line) in code.enumerate() {
            if let Some(word) = words.iter().find(|word| line.contains(**word)) {
                broken.push(format!("{name} (code line {}): {word}", number + 1));
            }
        }
    }
    broken
}

fn longer_than(files: &[(String, String)], limit: usize) -> Vec<String> {
    let long = files
        .iter()
        .filter(|(_, text)| text.lines().count() > limit);
    long.map(|(name, text)| format!("{name}: {} lines", text.lines().count()))
        .collect()
}

#[test]
fn every_file_begins_with_a_sentence_on_its_purpose() {
    hold(
        "every .rs file begins with //! and its purpose",
        &without_purpose(&all_sources()),
    );
}

#[test]
fn domain_names_no_clock_no_randomness_and_no_web_type() {
    let words = [
        "SystemTime",
        "Instant::",
        "Zoned::now",
        "Timestamp::now",
        "getrandom",
        "rand::",
        "web_sys",
        "js_sys",
        "wasm_bindgen",
        "worker::Env",
        "leptos",
        "std::fs",
        "std::net",
    ];
    let files = Tree::here().files("api/domain/src", ".rs");
    hold(
        "domain has no clock, no randomness, no I/O and no web type",
        &naming(&files, &words),
    );
}

#[test]
fn the_server_has_no_rule_of_its_own() {
    // Kinds, fields and roles are domain's; the Worker only decodes, asks, keeps and encodes.
    let words = [
        "kinds::",
        "\"worker\"",
        "\"visit\"",
        "\"household\"",
        "FieldWorker",
        "Sensitivity",
    ];
    let files = Tree::here().files("api/src", ".rs");
    hold(
        "api/src names no kind, no role and no sensitivity",
        &naming(&files, &words),
    );
}

#[test]
fn files_stay_small() {
    let tree = Tree::here();
    let mut files = tree.files("app", ".rs");
    files.extend(tree.files("api", ".rs"));
    hold(
        "no file is longer than 450 lines",
        &longer_than(&files, 450),
    );
}

#[test]
fn colours_are_named_in_tokens_and_styles_are_in_style() {
    let tree = Tree::here();
    let sheets = tree.files("style", ".css");
    let others: Vec<_> = sheets
        .into_iter()
        .filter(|(name, _)| !name.ends_with("tokens.css"))
        .collect();
    hold(
        "only tokens.css names a colour",
        &naming(&others, &[": #", " rgb(", "hsl("]),
    );
    let views = tree.files("app/src", ".rs");
    hold(
        "no inline styles: the policy forbids them",
        &naming(&views, &[" style=", "style:"]),
    );
}

#[test]
fn both_languages_have_the_same_labels_and_none_is_empty() {
    let read = |code: &str| -> std::collections::BTreeMap<String, String> {
        let file = Tree::here().root.join(format!("app/language/{code}.json"));
        serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
    };
    let (zh, en) = (read("zh"), read("en"));
    assert_eq!(zh.keys().collect::<Vec<_>>(), en.keys().collect::<Vec<_>>());
    let blank = |table: &std::collections::BTreeMap<String, String>| {
        table
            .iter()
            .filter(|(_, text)| text.trim().is_empty())
            .map(|(key, _)| key.clone())
            .collect::<Vec<_>>()
    };
    let empty: Vec<String> = [blank(&zh), blank(&en)].concat();
    hold("no label is empty", &empty);
}

#[test]
fn every_label_that_the_code_asks_for_is_there() {
    let zh = std::fs::read_to_string(Tree::here().root.join("app/language/zh.json")).unwrap();
    let zh: std::collections::BTreeMap<String, String> = serde_json::from_str(&zh).unwrap();
    let mut missing = Vec::new();
    for (name, text) in Tree::here().files("app/src", ".rs") {
        for call in [".t(\"", ".fill(\"", ".label(\"", "empty(\""] {
            for rest in text.split(call).skip(1) {
                let key = rest.split('"').next().unwrap_or_default();
                if !key.contains('{') && !zh.contains_key(key) {
                    missing.push(format!("{name}: {key}"));
                }
            }
        }
    }
    hold("every label has its words", &missing);
}

/// The labels that nothing asks for: neither a text in the code, nor the beginning of one that is
/// put together, nor a kind's fields and options.
fn unused(labels: &[String], sources: &[(String, String)]) -> Vec<String> {
    let of_key = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._".contains(c);
    let texts = sources.iter().flat_map(|(_, text)| text.split('"'));
    let texts: std::collections::BTreeSet<&str> = texts.collect();
    let begun = texts.iter().filter_map(|text| text.split_once('{'));
    let begun: Vec<&str> = begun
        .map(|(start, _)| start)
        .filter(|start| start.contains('.') && start.chars().all(of_key))
        .chain(domain::kinds::KINDS.iter().map(|kind| kind.name))
        .collect();
    let is_asked = |label: &&String| {
        texts.contains(label.as_str()) || begun.iter().any(|start| label.starts_with(start))
    };
    let unused = labels.iter().filter(|label| !is_asked(label));
    unused.cloned().collect()
}

#[test]
fn no_label_is_left_that_nothing_asks_for() {
    let zh = std::fs::read_to_string(Tree::here().root.join("app/language/zh.json")).unwrap();
    let zh: std::collections::BTreeMap<String, String> = serde_json::from_str(&zh).unwrap();
    let labels: Vec<String> = zh.into_keys().collect();
    let sources = ["api", "app"].map(|folder| Tree::here().files(folder, ".rs"));
    let sources = sources.concat();
    hold("every label is asked for", &unused(&labels, &sources));
    let planted = ["lock.never_said".to_owned(), "lock.enter".to_owned()];
    assert_eq!(unused(&planted, &sources), planted[..1]);
}

#[test]
fn the_top_of_the_tree_is_as_designed() {
    let allowed = [
        "Cargo.toml",
        "Cargo.lock",
        "LICENSE",
        "README.md",
        "api",
        "app",
        "style",
        "tests",
        "target",
    ];
    let root = Tree::here().root;
    let names = std::fs::read_dir(root).unwrap().flatten();
    let names = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let strange: Vec<String> = names
        .filter(|name| !name.starts_with('.') && !allowed.contains(&name.as_str()))
        .collect();
    hold("nothing else stands at the top of the tree", &strange);
}

#[test]
fn each_check_notices_a_planted_breach() {
    let file = |text: &str| vec![("planted.rs".to_owned(), text.to_owned())];
    assert_eq!(without_purpose(&file("fn main() {}")).len(), 1);
    assert_eq!(without_purpose(&file("//! What it is for.\n")).len(), 0);
    assert_eq!(
        naming(&file("let now = SystemTime::now();"), &["SystemTime"]).len(),
        1
    );
    assert_eq!(
        naming(&file("// SystemTime is not read here"), &["SystemTime"]).len(),
        0
    );
    assert_eq!(longer_than(&file("a\nb\nc\n"), 2).len(), 1);
}
