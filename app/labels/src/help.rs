//! Which sentences of help belong to a screen.

/// The screen that an address shows, as the labels `help.<screen>.<number>` name it.
pub fn screen(path: &str, opens: bool, home: &'static str) -> &'static str {
    let mut parts = path.trim_matches('/').split('/');
    match (parts.next().unwrap_or_default(), parts.next()) {
        ("bulletins", _) if opens => "bulletin",
        ("", _) if !opens => home,
        ("new", None) => "new",
        ("new" | "edit", Some(_)) => "form",
        ("me", _) => "me",
        ("same", _) => "same",
        ("trip", _) => "trip",
        ("code", _) => "code",
        ("scan", _) => "scan",
        ("departures", _) if !opens => "departures",
        _ if opens => "record",
        ("today", _) => "today",
        ("overview", _) => "overview",
        ("boards", _) => "boards",
        ("publish", _) => "publish",
        ("assign", _) => "assign",
        ("people", _) => "people",
        ("work", _) => "work",
        ("progress", _) => "progress",
        ("bulletins", _) => "bulletins",
        ("contacts", _) => "contacts",
        _ => "app",
    }
}

#[cfg(test)]
mod tests {
    use super::screen;
    use crate::language::Language;

    #[test]
    fn every_screen_has_from_three_to_five_sentences_in_each_language() {
        crate::language::learn();
        let paths = [
            ("/", false),
            ("/today", false),
            ("/today", true),
            ("/people", false),
            ("/work", false),
            ("/progress", false),
            ("/overview", false),
            ("/boards", false),
            ("/publish", false),
            ("/assign", false),
            ("/new", false),
            ("/new/visit", false),
            ("/edit/1", false),
            ("/me", false),
            ("/bulletins", false),
            ("/bulletins", true),
            ("/contacts", false),
            ("/same", false),
            ("/trip/1", false),
            ("/trip/1/sheet", false),
            ("/code/1", false),
            ("/scan", false),
            ("/departures", false),
            ("/elsewhere", false),
        ];
        for (path, opens) in paths {
            let screen = screen(path, opens, "today");
            for language in [Language::Zh, Language::En] {
                let said = |number: usize| language.find(&format!("help.{screen}.{number}"));
                let count = (1..).map_while(said).count();
                assert!(
                    (3..=5).contains(&count),
                    "{path}: help.{screen} has {count}"
                );
            }
        }
    }
}
