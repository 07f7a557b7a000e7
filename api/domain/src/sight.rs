//! What grants show of a record that is packed. Most records are shown whole, as the bytes that they
//! are: then only the cells that grants look at are read.

use crate::Grants;
use crate::grant::is_placement;
use crate::pack::{self, Damaged};
use std::borrow::Cow;

impl Grants {
    /// The same as [`Grants::view`], packed before and after.
    ///
    /// # Errors
    /// [`Damaged`] if the bytes are no record.
    pub fn shown<'p>(&self, packed: &'p [u8]) -> Result<Option<Cow<'p, [u8]>>, Damaged> {
        let (placement, names) = pack::outline(packed, is_placement)?;
        let Some(shows) = self.opened(&placement) else {
            return Ok(None);
        };
        if names.into_iter().all(shows) {
            return Ok(Some(Cow::Borrowed(packed)));
        }
        let seen = self.narrow(pack::unpack(packed)?);
        Ok(seen.map(|seen| Cow::Owned(pack::pack(&seen))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grant::{Grant, Role};
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
        )
            .prop_map(|(kind, area, cells)| {
                let stamp = |time| Stamp {
                    time,
                    counter: 0,
                    device: Device(7),
                };
                let mut record = Record::new(Id::new(1, [0; 10]), kind);
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
            record in record(), grants in grants()
        ) {
            let packed = pack::pack(&record);
            let shown = grants.shown(&packed).unwrap().map(Cow::into_owned);
            prop_assert_eq!(shown, grants.view(&record).as_ref().map(pack::pack));
        }
    }
}
