//! Invitations: the address that opens one, and a pasted list of people to be invited: one a line,
//! with the name, and where it differs the role and the area, as they are called or by their codes.

use crate::grant::Role;
use crate::{Area, Department, Grant};
use std::collections::HashMap;

/// Where an invitation's token is opened. It stands after `#`, so that no server or proxy logs it.
pub fn page(origin: &str, token: &str) -> String {
    format!("{origin}/#enrol={token}")
}

/// The token in a whole link, or in the part after `#`.
pub fn token_in(link: &str) -> Option<String> {
    let token = link.trim().split("enrol=").nth(1)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (token.len() >= 16 && token.chars().all(plain)).then(|| token.to_owned())
}

/// What is known when a list is read.
pub struct Words<'a> {
    /// What is meant where a line says nothing else.
    pub usual: Grant,
    /// How roles and departments are called, in every language.
    pub role: &'a dyn Fn(&str) -> Option<Role>,
    pub department: &'a dyn Fn(&str) -> Option<Department>,
    /// The villages that are known by name.
    pub villages: &'a HashMap<Area, String>,
    /// The areas within which people may be invited.
    pub roots: &'a [Area],
}

/// One line, read: whom it names and what they would hold, or a label that says what is wrong.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    pub name: String,
    pub grant: Result<Grant, &'static str>,
}

pub fn read(text: &str, words: &Words) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for line in text.lines() {
        let mut parts = line
            .split(['\t', ',', '，', ';', '；'])
            .map(str::trim)
            .filter(|part| !part.is_empty());
        let Some(name) = parts.next() else {
            continue;
        };
        let grant = grant(parts, words);
        let twice = lines
            .iter()
            .any(|one| one.name == name && one.grant == grant);
        lines.push(Line {
            name: name.to_owned(),
            grant: if twice {
                Err("admin.roster.twice")
            } else {
                grant
            },
        });
    }
    lines
}

fn grant<'a>(parts: impl Iterator<Item = &'a str>, words: &Words) -> Result<Grant, &'static str> {
    let mut grant = words.usual.clone();
    for part in parts {
        if let Some(role) = (words.role)(part) {
            grant.role = role;
        } else if let Some(department) = (words.department)(part) {
            grant.department = Some(department);
        } else {
            grant.area = area(part, words)?;
        }
    }
    if grant.role != Role::DepartmentOfficer {
        grant.department = None;
    }
    if grant.role == Role::StationVolunteer && grant.place.is_none() {
        return Err("admin.roster.volunteer");
    }
    if grant.role != Role::StationVolunteer {
        grant.place = None;
    }
    if grant.is_whole() {
        Ok(grant)
    } else {
        Err("admin.roster.department")
    }
}

/// An area by its code or its name; a name that two areas have is told apart by the one above:
/// 曹县庄寨镇.
fn area(text: &str, words: &Words) -> Result<Area, &'static str> {
    let within = |area: &Area| words.roots.iter().any(|root| root.contains(*area));
    if text.bytes().all(|c| c.is_ascii_digit()) {
        let known = Area::parse(text).filter(|area| area.is_known());
        return match known {
            Some(area) if within(&area) => Ok(area),
            Some(_) => Err("trouble.outside_area"),
            None => Err("trouble.unknown_area"),
        };
    }
    let is_meant = |area: Area, name: &str| {
        let above = area.parent().and_then(Area::name).unwrap_or_default();
        name == text || text.strip_prefix(above) == Some(name)
    };
    let known = crate::area::all().filter(|(area, name)| is_meant(*area, name));
    let villages = words.villages.iter();
    let villages = villages.filter(|(area, name)| is_meant(**area, name));
    let named = known
        .map(|(area, _)| area)
        .chain(villages.map(|(area, _)| *area));
    let mut found: Vec<Area> = named.filter(within).collect();
    found.sort_unstable();
    found.dedup();
    match found[..] {
        [area] => Ok(area),
        [] => Err("admin.roster.area"),
        _ => Err("admin.roster.areas"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(code: &str) -> Area {
        Area::parse(code).unwrap()
    }

    fn lines(text: &str) -> Vec<Line> {
        let villages = HashMap::from([(area("371721101004"), "大杨口村".to_owned())]);
        let role = |word: &str| (word == "协调机构").then_some(Role::Coordinator);
        let department = |word: &str| (word == "民政").then_some(Department::Civil);
        let words = Words {
            usual: Grant::new(Role::FieldWorker, area("371721101")),
            role: &role,
            department: &department,
            villages: &villages,
            roots: &[area("3717")],
        };
        read(text, &words)
    }

    #[test]
    fn a_list_is_read_with_what_each_line_says_and_the_rest_as_usual() {
        let read = lines("林晓梅\n\n 王强，协调机构，曹县 \n赵敏\t大杨口村\n李娜,371721102");
        let said: Vec<(String, String)> = read
            .iter()
            .map(|line| {
                let grant = line.grant.as_ref().unwrap();
                (
                    line.name.clone(),
                    format!("{} {}", grant.role.key(), grant.area),
                )
            })
            .collect();
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(
            said,
            [
                pair("林晓梅", "field_worker 371721101"),
                pair("王强", "coordinator 371721"),
                pair("赵敏", "field_worker 371721101004"),
                pair("李娜", "field_worker 371721102"),
            ]
        );
    }

    #[test]
    fn what_cannot_be_read_is_said_of_the_line_and_never_guessed() {
        let wrong = |text: &str| lines(text).pop().unwrap().grant.unwrap_err();
        assert_eq!(wrong("王强，济南市"), "admin.roster.area");
        assert_eq!(wrong("王强，370102"), "trouble.outside_area");
        assert_eq!(wrong("王强，999999"), "trouble.unknown_area");
        assert_eq!(wrong("林晓梅\n林晓梅"), "admin.roster.twice");
    }

    #[test]
    fn a_link_is_read_whole_or_in_part_and_nothing_else_is() {
        let token = "abcdefghijklmnop-_09";
        assert_eq!(token_in(&format!("#enrol={token}")).as_deref(), Some(token));
        let whole = format!(" {} ", page("http://localhost:8787", token));
        assert_eq!(token_in(&whole).as_deref(), Some(token));
        assert_eq!(token_in("#enrol=short"), None);
        assert_eq!(token_in("#enrol=abcdefghijklmnop<script>"), None);
        assert_eq!(token_in(""), None);
    }
}
