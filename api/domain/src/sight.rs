//! What grants show of packed records, looked at one after another. Most are shown whole, as the bytes
//! that they are; and most are like one before: of its kind, with the names of its cells, at its place.

use crate::atom::{Reader, put_number};
use crate::grant::{Role, is_placement, sensitivity};
use crate::pack::{self, Damaged};
use crate::{Grants, Kind, Sensitivity};
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::ops::Range;

/// What grants show, and what was found out about it so far.
#[derive(Debug)]
pub struct Sight<'g> {
    grants: &'g Grants,
    /// Some of the grants show a record by its id.
    by_id: bool,
    /// By kind and names.
    shapes: FxHashMap<Vec<u8>, Shape>,
    /// How much is shown, by a shape's number and all that grants look at.
    levels: FxHashMap<Vec<u8>, Option<Sensitivity>>,
    /// Of the record that is looked at: kind and names, and where in it each value stands.
    names: Vec<u8>,
    values: Vec<Range<usize>>,
    place: Vec<u8>,
}

#[derive(Debug)]
struct Shape {
    number: u64,
    /// Which of the cells grants look at.
    placing: Vec<usize>,
    /// The most sensitive of the cells.
    most: Option<Sensitivity>,
}

impl<'g> Sight<'g> {
    pub fn new(grants: &'g Grants) -> Self {
        Self {
            grants,
            by_id: grants.has(Role::StationVolunteer),
            shapes: FxHashMap::default(),
            levels: FxHashMap::default(),
            names: Vec::new(),
            values: Vec::new(),
            place: Vec::new(),
        }
    }

    /// The same as [`Grants::view`], packed before and after. Of a record that is shown whole it is not
    /// looked at whether its texts are UTF-8.
    ///
    /// # Errors
    /// [`Damaged`] if the bytes are no record.
    pub fn show<'p>(&mut self, packed: &'p [u8]) -> Result<Option<Cow<'p, [u8]>>, Damaged> {
        self.look(packed)?;
        if !self.shapes.contains_key(&self.names) {
            let shape = Shape::of(packed, self.shapes.len() as u64)?;
            self.shapes.insert(self.names.clone(), shape);
        }
        let shape = &self.shapes[&self.names];
        self.place.clear();
        put_number(&mut self.place, shape.number);
        if self.by_id {
            self.place.extend_from_slice(&packed[1..17]);
        }
        for cell in &shape.placing {
            self.place
                .extend_from_slice(&packed[self.values[*cell].clone()]);
        }
        let level = match self.levels.get(&self.place) {
            Some(level) => *level,
            None => {
                let (placement, _) = pack::outline(packed, is_placement)?;
                let kind = Kind::find(&placement.kind);
                let level = kind.and_then(|kind| self.grants.level_of(kind, &placement));
                self.levels.insert(self.place.clone(), level);
                level
            }
        };
        if level.is_none() {
            return Ok(None);
        }
        if shape.most <= level {
            return Ok(Some(Cow::Borrowed(packed)));
        }
        let seen = self.grants.narrow(pack::unpack(packed)?);
        Ok(seen.map(|seen| Cow::Owned(pack::pack(&seen))))
    }

    /// Goes through a record once.
    fn look(&mut self, packed: &[u8]) -> Result<(), Damaged> {
        self.names.clear();
        self.values.clear();
        let mut from = Reader { bytes: packed };
        let mut name = |name: &[u8]| {
            put_number(&mut self.names, name.len() as u64);
            self.names.extend_from_slice(name);
        };
        name(from.head()?.1.as_bytes());
        for _ in 0..from.length()? {
            name(from.raw()?.0);
            if from.byte()? != 0 {
                from.stamp()?;
            }
            let at = packed.len() - from.bytes.len();
            from.skip()?;
            self.values.push(at..packed.len() - from.bytes.len());
        }
        match from.bytes.is_empty() {
            true => Ok(()),
            false => Err(Damaged::Form),
        }
    }
}

impl Shape {
    fn of(packed: &[u8], number: u64) -> Result<Self, Damaged> {
        let (placement, names) = pack::outline(packed, |_| false)?;
        let placing = names
            .iter()
            .enumerate()
            .filter(|(_, name)| is_placement(name));
        let placing = placing.map(|(at, _)| at).collect();
        // Of a kind that nobody here knows nothing is shown.
        let kind = Kind::find(&placement.kind);
        let of = |kind| names.iter().map(|name| sensitivity(kind, name)).max();
        Ok(Self {
            number,
            placing,
            most: kind.and_then(of),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grant::Grant;
    use crate::kinds::KINDS;
    use crate::{Area, Department, Device, Id, Record, Stamp, Value};
    use proptest::prelude::*;

    fn cell() -> impl Strategy<Value = (String, Value)> {
        let names = KINDS.iter().flat_map(|kind| kind.fields.iter());
        let mut names: Vec<String> = names.map(|field| field.name.to_string()).collect();
        names.extend(["from_a_newer_app", "own_o_abcdefgh", "own_s_abcdefgh?"].map(str::to_owned));
        let place = Id::new(1, [0; 10]).to_string();
        let values = ["371721001001", "371722", "3717", "济南", &place].map(Value::from);
        (
            proptest::sample::select(names),
            proptest::sample::select(values.to_vec()),
        )
    }

    fn record() -> impl Strategy<Value = Record> {
        let areas = ["371721001001", "371721", "3717", "371722001"];
        let kinds: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
        (
            proptest::sample::select(kinds),
            proptest::option::of(proptest::sample::select(areas.to_vec())),
            proptest::collection::vec((cell(), 1u64..4), 0..8),
            1..3i64,
        )
            .prop_map(|(kind, area, cells, number)| {
                let stamp = |time| Stamp {
                    time,
                    counter: 0,
                    device: Device(7),
                };
                let mut record = Record::new(Id::new(number, [0; 10]), kind);
                for ((name, value), time) in cells {
                    record.put(&name, value, stamp(time));
                }
                if let Some(area) = area {
                    record.put("area", area.into(), stamp(9));
                }
                record
            })
    }

    fn grants() -> impl Strategy<Value = Grants> {
        let grant = (0..5usize, 0..3usize).prop_map(|(role, area)| {
            let roles = [
                Role::FieldWorker,
                Role::StationVolunteer,
                Role::DepartmentOfficer,
                Role::Coordinator,
                Role::Administrator,
            ];
            let area = Area::parse(["371721", "371721001", "37"][area]).unwrap();
            let mut grant = Grant::new(roles[role], area);
            grant.department = Some(Department::Culture);
            grant.place = Some(Id::new(1, [0; 10]));
            grant
        });
        proptest::collection::vec(grant, 1..3).prop_map(Grants)
    }

    proptest! {
        #[test]
        fn a_packed_record_shows_the_same_as_an_unpacked_one(
            records in proptest::collection::vec(record(), 1..6),
            order in proptest::collection::vec(0..6usize, 12),
            grants in grants(),
        ) {
            let mut sight = Sight::new(&grants);
            for record in order.iter().filter_map(|nth| records.get(*nth)) {
                let packed = pack::pack(record);
                let shown = sight.show(&packed).unwrap().map(Cow::into_owned);
                prop_assert_eq!(shown, grants.view(record).as_ref().map(pack::pack));
            }
        }

        #[test]
        fn what_is_cut_is_refused(record in record(), at in 0.0..1.0f64) {
            let grants = Grants(vec![Grant::new(Role::FieldWorker, Area::parse("37").unwrap())]);
            let packed = pack::pack(&record);
            let cut = (packed.len() as f64 * at) as usize;
            prop_assert!(Sight::new(&grants).show(&packed[..cut]).is_err());
        }
    }

    #[test]
    fn what_is_shown_by_its_id_is_not_taken_for_another_like_it() {
        let (own, other) = (Id::new(1, [0; 10]), Id::new(2, [0; 10]));
        let mut grant = Grant::new(Role::StationVolunteer, Area::parse("371721").unwrap());
        grant.place = Some(own);
        let grants = Grants(vec![grant]);
        let mut sight = Sight::new(&grants);
        let shift = |id| {
            let mut record = Record::new(id, "shift");
            record.put("area", "371721".into(), Stamp::default());
            pack::pack(&record)
        };
        assert!(sight.show(&shift(own)).unwrap().is_some());
        assert!(sight.show(&shift(other)).unwrap().is_none());
        assert!(sight.show(&shift(own)).unwrap().is_some());
    }
}
