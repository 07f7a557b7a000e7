//! Pictures of records: photos and signatures. Their names stand in cells, their bytes are kept
//! beside the records; who may see or write the cell may get or send the picture.

pub mod parts;

use crate::field::{PHOTO_LIMIT, is_picture_name};
use crate::grant::sensitivity;
use crate::record::field_of;
use crate::{Change, FieldSpec, Grants, Input, Kind, Record, Value};

/// A picture has at most so many bytes. The app makes them smaller than half of this.
pub const BYTES_LIMIT: usize = 400_000;

/// The forms in which pictures are kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    Jpeg,
    Png,
    Webp,
}

impl Form {
    /// The form that the bytes' beginning shows; `None` if it is none of these.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [
                b'R',
                b'I',
                b'F',
                b'F',
                _,
                _,
                _,
                _,
                b'W',
                b'E',
                b'B',
                b'P',
                ..,
            ] => Some(Self::Webp),
            _ => None,
        }
    }

    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
        }
    }
}

/// The pictures that a record names: (cell, picture). The mark of an overtaken value names its
/// pictures, too: somebody may still choose them.
pub fn named(record: &Record) -> Vec<(&str, &str)> {
    let cells = record.cells.iter();
    of_cells(&record.kind, cells.map(|(name, cell)| (name, &cell.value)))
}

/// Those that a change names.
pub fn named_by(change: &Change) -> Vec<(&str, &str)> {
    of_cells(&change.kind, change.cells.iter())
}

fn of_cells<'r>(
    kind: &str,
    cells: impl Iterator<Item = (&'r String, &'r Value)>,
) -> Vec<(&'r str, &'r str)> {
    let mut found = Vec::new();
    let fields = Kind::find(kind).map(|kind| kind.fields).unwrap_or_default();
    let fields: Vec<&str> = fields
        .iter()
        .filter(|field| holds_pictures(field))
        .map(|field| field.name.as_ref())
        .collect();
    if fields.is_empty() {
        return found;
    }
    for (cell, value) in cells {
        if fields.contains(&field_of(cell)) {
            names_in(value, &mut |name| found.push((cell.as_str(), name)));
        }
    }
    found
}

/// True of a field whose values are names of pictures.
pub fn holds_pictures(field: &FieldSpec) -> bool {
    matches!(field.input, Input::Photos | Input::Signature)
}

fn names_in<'v>(value: &'v Value, found: &mut impl FnMut(&'v str)) {
    match value {
        Value::Text(name) if is_picture_name(name) => found(name),
        Value::List(items) => items.iter().for_each(|item| names_in(item, found)),
        _ => {}
    }
}

/// What keeps the photos of two people who did not see each other's; `None` where one must choose.
pub fn both(field: &FieldSpec, one: &Value, other: &Value) -> Option<Value> {
    let (Input::Photos, Value::List(one), Value::List(other)) = (&field.input, one, other) else {
        return None;
    };
    let mut all = one.clone();
    all.extend(other.iter().filter(|name| !one.contains(name)).cloned());
    (all.len() > one.len() && all.len() <= PHOTO_LIMIT).then_some(Value::List(all))
}

/// True if these grants show a cell of the record that names the picture.
pub fn is_shown(grants: &Grants, record: &Record, picture: &str) -> bool {
    grants.view(record).is_some_and(|seen| {
        let mut names = named(&seen).into_iter();
        names.any(|(_, name)| name == picture)
    })
}

/// True if these grants may write a cell of the record that names the picture.
pub fn may_be_sent(grants: &Grants, record: &Record, picture: &str) -> bool {
    let Some(kind) = Kind::find(&record.kind) else {
        return false;
    };
    let Some(level) = grants.writes(kind, record) else {
        return false;
    };
    let own = |(cell, name): (&str, &str)| name == picture && sensitivity(kind, cell) <= level;
    named(record).into_iter().any(own)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grant::{Grant, Role};
    use crate::kinds::visit;
    use crate::record::AREA;
    use crate::{Area, Change, Device, Id, Stamp};

    const ONE: &str = "1111111111111111111111111111111111111111111111111111111111111111";
    const TWO: &str = "2222222222222222222222222222222222222222222222222222222222222222";

    fn stamp(time: u64) -> Stamp {
        Stamp {
            time,
            counter: 0,
            device: Device(1),
        }
    }

    fn names(pictures: &[&str]) -> Vec<String> {
        pictures.iter().map(|name| (*name).to_owned()).collect()
    }

    fn visit(pictures: &[&str]) -> Record {
        let mut record = Record::new(Id::new(1, [0; 10]), "visit");
        let area = Area::parse("371721101004").unwrap();
        record.set(&AREA, area, stamp(1));
        record.set(&visit::NOTE, ONE.to_owned(), stamp(1));
        record.set(&visit::PHOTOS, names(pictures), stamp(1));
        record
    }

    fn grants(role: Role, code: &str) -> Grants {
        Grants(vec![Grant::new(role, Area::parse(code).unwrap())])
    }

    #[test]
    fn only_picture_fields_name_pictures_and_nothing_else_is_taken_for_a_name() {
        assert_eq!(
            named(&visit(&[TWO, "x", ONE])),
            [("photos", TWO), ("photos", ONE)]
        );
        assert_eq!(named(&Record::new(Id::new(1, [0; 10]), "spaceship")), []);
    }

    #[test]
    fn a_picture_that_was_overtaken_is_still_named() {
        let mut record = visit(&[ONE]);
        let loser = record.cells["photos"].clone();
        record.set(&visit::PHOTOS, names(&[TWO]), stamp(2));
        record.mark_overtaken("photos", loser);
        assert_eq!(named(&record), [("photos", TWO), ("photos?", ONE)]);
    }

    #[test]
    fn two_peoples_photos_can_be_kept_together() {
        let list = |names: &[&str]| Value::List(names.iter().map(|n| (*n).into()).collect());
        let field = visit::VISIT.field("photos").unwrap();
        let (mine, yours) = (list(&[ONE]), list(&[TWO, ONE]));
        assert_eq!(both(field, &mine, &yours), Some(list(&[ONE, TWO])));
        assert_eq!(both(field, &yours, &mine), None, "nothing is added");
        assert_eq!(both(field, &mine, &Value::Null), None);
        let many: Vec<String> = (0..PHOTO_LIMIT).map(|n| format!("{n:064x}")).collect();
        let many = Value::List(many.iter().map(|n| n.as_str().into()).collect());
        assert_eq!(both(field, &many, &mine), None, "more than a record takes");
        let note = visit::VISIT.field("note").unwrap();
        assert_eq!(both(note, &mine, &yours), None);
    }

    #[test]
    fn a_change_names_what_it_writes() {
        let cells = [("photos".to_owned(), Value::List(vec![TWO.into()]))].into();
        let change = Change::of(&visit(&[ONE]), cells, stamp(2));
        assert_eq!(named(&change.delta()), [("photos", TWO)]);
    }

    #[test]
    fn a_picture_follows_the_rights_of_the_cell_that_names_it() {
        let record = visit(&[ONE]);
        let own = grants(Role::FieldWorker, "371721101");
        assert!(is_shown(&own, &record, ONE) && may_be_sent(&own, &record, ONE));
        assert!(!is_shown(&own, &record, TWO) && !may_be_sent(&own, &record, TWO));
        for (role, code) in [
            (Role::FieldWorker, "371721102"),
            (Role::Administrator, "37"),
            (Role::StationVolunteer, "371721101"),
        ] {
            let other = grants(role, code);
            assert!(!is_shown(&other, &record, ONE), "{role:?}");
            assert!(!may_be_sent(&other, &record, ONE), "{role:?}");
        }
    }

    #[test]
    fn the_beginning_of_the_bytes_tells_the_form() {
        let webp = b"RIFF\x10\0\0\0WEBPVP8 ";
        assert_eq!(Form::of(b"\xff\xd8\xff\xe0"), Some(Form::Jpeg));
        assert_eq!(Form::of(b"\x89PNG\r\n\x1a\n\0"), Some(Form::Png));
        assert_eq!(Form::of(webp), Some(Form::Webp));
        for other in [
            &b"GIF89a"[..],
            b"",
            b"\xff\xd8",
            b"<svg>",
            b"RIFF\0\0\0\0WAVE",
        ] {
            assert_eq!(Form::of(other), None);
        }
    }
}
