//! Who may see and write what: decided on the server by these functions, mirrored in the app.

use crate::area::{self, Level};
use crate::kind::Action;
use crate::kinds::{place, trip};
use crate::record::{AREA, AUTHOR, DELETED, FROM_AREA, TO_AREA, field_of};
use crate::wire::Post;
use crate::{Area, Change, Department, Id, Kind, Record, Sensitivity};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Village or township staff: everything about the people of their own area.
    FieldWorker,
    /// Works one place or trip, without ID numbers.
    StationVolunteer,
    /// One department's kinds in a county or city.
    DepartmentOfficer,
    /// All departments' work in an area.
    Coordinator,
    /// People, devices and settings; sees no personal data by virtue of this role.
    Administrator,
}

impl Role {
    pub const fn key(self) -> &'static str {
        match self {
            Self::FieldWorker => "field_worker",
            Self::StationVolunteer => "station_volunteer",
            Self::DepartmentOfficer => "department_officer",
            Self::Coordinator => "coordinator",
            Self::Administrator => "administrator",
        }
    }
}

/// One role in one area; for an officer with a department, for a volunteer with a place.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Grant {
    pub role: Role,
    pub area: Area,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<Department>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Id>,
}

impl Grant {
    pub fn new(role: Role, area: Area) -> Self {
        Self {
            role,
            area,
            department: None,
            place: None,
        }
    }

    /// True if nothing is missing: an officer has a department, a volunteer a place or trip.
    pub fn is_whole(&self) -> bool {
        match self.role {
            Role::DepartmentOfficer => self.department.is_some(),
            Role::StationVolunteer => self.place.is_some(),
            _ => true,
        }
    }

    /// The most sensitive cells of this kind in this area that the grant opens.
    fn opens(&self, kind: &Kind, area: Area) -> Option<Sensitivity> {
        let published = kind.is_published() && area.contains(self.area);
        let reads = published && self.role != Role::Administrator;
        let read = reads.then_some(Sensitivity::Personal);
        read.max(self.opens_within(kind, area))
    }

    fn opens_within(&self, kind: &Kind, area: Area) -> Option<Sensitivity> {
        if !self.area.contains(area) {
            return None;
        }
        match self.role {
            Role::FieldWorker => Some(Sensitivity::Sensitive),
            Role::Coordinator => Some(Sensitivity::Personal),
            Role::DepartmentOfficer => {
                let department = self.department?;
                if kind.departments.contains(&department) {
                    Some(Sensitivity::Sensitive)
                } else if kind.departments.is_empty() || kind.action == Action::People {
                    Some(Sensitivity::Personal)
                } else {
                    None
                }
            }
            Role::StationVolunteer => serves(kind).then_some(Sensitivity::Personal),
            Role::Administrator => None,
        }
    }

    /// A volunteer sees and writes only what belongs to the own place or trip.
    fn reaches(&self, kind: &Kind, record: &Record) -> bool {
        let own = |place: Id| {
            let names = |field| record.text(field) == place.to_string();
            record.id == place || names(PLACE) || names(TRIP)
        };
        self.role != Role::StationVolunteer || kind.is_published() || self.place.is_some_and(own)
    }

    fn writes(&self, kind: &Kind, area: Area) -> bool {
        let handles = self.department.is_some_and(|department| {
            kind.departments.is_empty() || kind.departments.contains(&department)
        });
        self.area.contains(area)
            && match self.role {
                Role::DepartmentOfficer => handles,
                Role::Administrator => false,
                role => kind.writers.contains(&role),
            }
    }
}

/// All that one person holds.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Grants(pub Vec<Grant>);

impl Grants {
    /// The most sensitive cells of this kind in this area that may be seen; `None`: not at all.
    pub fn level(&self, kind: &Kind, area: Area) -> Option<Sensitivity> {
        self.0
            .iter()
            .filter_map(|grant| grant.opens(kind, area))
            .max()
    }

    /// True if these grants show all records of this kind in an area, because their work lies
    /// there: not only what is published, or belongs to one place.
    pub fn works_with(&self, kind: &Kind, area: Area) -> bool {
        let works = |grant: &Grant| {
            grant.role != Role::StationVolunteer && grant.opens_within(kind, area).is_some()
        };
        self.0.iter().any(works)
    }

    pub fn may_write(&self, kind: &Kind, area: Area) -> bool {
        self.0.iter().any(|grant| grant.writes(kind, area))
    }

    /// The most sensitive cells of this very record that may be seen; `None`: not at all.
    pub fn level_of(&self, kind: &Kind, record: &Record) -> Option<Sensitivity> {
        self.level_in(&areas_of(kind, record), kind, record)
    }

    fn level_in(&self, areas: &[Area], kind: &Kind, record: &Record) -> Option<Sensitivity> {
        let opens = |grant: &Grant| areas.iter().filter_map(|a| grant.opens(kind, *a)).max();
        let reaching = self.0.iter().filter(|grant| grant.reaches(kind, record));
        reaching.filter_map(opens).max()
    }

    /// The most sensitive cells of this very record that may be written; `None`: none at all.
    pub fn writes(&self, kind: &Kind, record: &Record) -> Option<Sensitivity> {
        let areas = areas_of(kind, record);
        let writes = |grant: &Grant| {
            areas.iter().any(|area| grant.writes(kind, *area)) && grant.reaches(kind, record)
        };
        if self.0.iter().any(writes) {
            self.level_in(&areas, kind, record)
        } else {
            None
        }
    }

    /// The record as these grants show it, or `None` if they do not show it at all. Kinds that
    /// this program does not know are shown to nobody: it cannot tell what is in them.
    pub fn view(&self, record: &Record) -> Option<Record> {
        self.opened(record).map(|shows| record.filtered(shows))
    }

    /// The same of a record that is needed no more.
    pub fn narrow(&self, mut record: Record) -> Option<Record> {
        let shows = self.opened(&record)?;
        record.cells.retain(|cell, _| shows(cell));
        Some(record)
    }

    /// True if these grants show the record with all that it has.
    pub fn show_whole(&self, record: &Record) -> bool {
        let opened = self.opened(record);
        opened.is_some_and(|shows| record.cells.keys().all(|cell| shows(cell)))
    }

    /// Which cells these grants show of a record, if they show it at all. All that is looked at is
    /// what [`placement`] keeps.
    pub(crate) fn opened(&self, record: &Record) -> Option<impl Fn(&str) -> bool + use<>> {
        let kind = Kind::find(&record.kind)?;
        let level = self.level_of(kind, record)?;
        Some(move |cell: &str| sensitivity(kind, cell) <= level)
    }

    /// The ledgers that hold anything these grants may show.
    pub fn ledgers(&self) -> Vec<Area> {
        let mut ledgers = Vec::new();
        for grant in self
            .0
            .iter()
            .filter(|grant| grant.role != Role::Administrator)
        {
            match grant.area.level() {
                Level::Province | Level::City => {
                    let within = area::all().map(|(area, _)| area);
                    let kept =
                        |area: &Area| area.level() <= Level::County && grant.area.contains(*area);
                    ledgers.extend(within.filter(kept));
                }
                _ => ledgers.push(grant.area.ledger()),
            }
            // What is published above reaches everybody below.
            ledgers.extend(
                [Level::Province, Level::City]
                    .iter()
                    .filter_map(|l| grant.area.at(*l)),
            );
        }
        ledgers.sort_unstable();
        ledgers.dedup();
        ledgers
    }

    /// True if some area of these grants contains one of the others', or the other way round:
    /// these people meet each other's work.
    pub fn meet(&self, others: &Grants) -> bool {
        others.0.iter().any(|other| self.touch(other.area))
    }

    /// True if an area of these grants contains this one or lies in it.
    pub fn touch(&self, area: Area) -> bool {
        self.0
            .iter()
            .any(|own| own.area.contains(area) || area.contains(own.area))
    }

    pub fn has(&self, role: Role) -> bool {
        self.0.iter().any(|grant| grant.role == role)
    }

    /// True if these grants administer an area: only then may it be given to others.
    pub fn administer(&self, area: Area) -> bool {
        let administers = |grant: &Grant| grant.role == Role::Administrator;
        self.0
            .iter()
            .any(|grant| administers(grant) && grant.area.contains(area))
    }

    /// True if these grants administer anything at all.
    pub fn administers(&self) -> bool {
        self.has(Role::Administrator)
    }

    /// True if these grants administer all that somebody holds: only then may that person's devices
    /// and grants be seen and changed.
    pub fn administer_all(&self, others: &Grants) -> bool {
        !others.0.is_empty() && others.0.iter().all(|other| self.administer(other.area))
    }

    /// The widest area in which these grants show records: where a manager's table begins.
    pub fn home(&self) -> Option<Area> {
        let seen = self
            .0
            .iter()
            .filter(|grant| grant.role != Role::Administrator);
        seen.map(|grant| grant.area).min_by_key(|area| area.level())
    }
}

/// The cells that name the place or the trip to which a record belongs.
const PLACE: &str = "place";
const TRIP: &str = "trip";

/// The kinds with which a volunteer works at a station or on a bus.
fn serves(kind: &Kind) -> bool {
    kind.writers.contains(&Role::StationVolunteer) || kind.name == "trip" || kind.name == "place"
}

/// The place or trip at which an administrator may post volunteers: its open name, and nothing of
/// the people there.
pub fn post(record: &Record) -> Option<Post> {
    let area = record.area().filter(|_| !record.is_deleted())?;
    let (name, departs) = match record.kind.as_str() {
        "place" => (record.get(&place::NAME)?, None),
        "trip" => (record.get(&trip::ROUTE)?, record.get(&trip::DEPARTS)),
        _ => return None,
    };
    Some(Post {
        id: record.id,
        area,
        name,
        departs,
    })
}

/// Of a record only what grants look at to tell who may see it: when that changes, somebody may
/// have to forget it, or some of its cells.
pub fn placement(record: &Record) -> Record {
    record.filtered(is_placement)
}

/// True if a change writes what [`placement`] keeps.
pub fn places(change: &Change) -> bool {
    change.cells.keys().any(|cell| is_placement(cell))
}

/// True of the cells that [`placement`] keeps.
pub(crate) fn is_placement(cell: &str) -> bool {
    let areas = [AREA, FROM_AREA, TO_AREA];
    areas.iter().any(|key| key.name() == cell) || cell == PLACE || cell == TRIP
}

/// The areas that a record concerns: its own, and for what goes from one area to another both.
fn areas_of(kind: &Kind, record: &Record) -> Vec<Area> {
    let own = record.area().into_iter();
    let between = [FROM_AREA, TO_AREA]
        .into_iter()
        .filter(|_| kind.is_between());
    own.chain(between.filter_map(|key| record.get(&key)))
        .collect()
}

/// How much a cell of that name reveals. A campaign's own field says so in its name; any other that
/// no table names counts as sensitive: a newer app may have put anything there.
pub fn sensitivity(kind: &Kind, cell: &str) -> Sensitivity {
    let name = field_of(cell);
    if crate::same::is_tie(name) || [AREA.name(), AUTHOR.name(), DELETED.name()].contains(&name) {
        return Sensitivity::Open;
    }
    let field = kind.field(name).map(|field| field.sensitivity);
    field
        .or_else(|| crate::own::sensitivity(name))
        .unwrap_or(Sensitivity::Sensitive)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::{visit, worker};
    use crate::{Stamp, Value};

    fn area(code: &str) -> Area {
        Area::parse(code).unwrap()
    }

    fn zhang() -> Record {
        let mut record = Record::new(Id::new(1, [0; 10]), "worker");
        let stamp = Stamp::default();
        record.set(&AREA, area("371721001001"), stamp);
        record.set(&worker::NAME, "张三".to_owned(), stamp);
        record.set(&worker::FLOW, "staying".to_owned(), stamp);
        record.set(&worker::ID_NUMBER, "11010519491231002X".to_owned(), stamp);
        record.put("from_a_newer_app", Value::Int(1), stamp);
        record
    }

    fn seen(grant: Grant) -> Option<Vec<String>> {
        Some(
            Grants(vec![grant])
                .view(&zhang())?
                .cells
                .into_iter()
                .map(|(name, _)| name)
                .collect(),
        )
    }

    #[test]
    fn a_field_worker_sees_the_people_of_the_own_area_whole_and_no_others() {
        let own = seen(Grant::new(Role::FieldWorker, area("371721001"))).unwrap();
        assert_eq!(
            own,
            ["area", "flow", "from_a_newer_app", "id_number", "name"]
        );
        assert_eq!(seen(Grant::new(Role::FieldWorker, area("371721002"))), None);
    }

    #[test]
    fn a_coordinator_sees_no_id_number_and_an_administrator_sees_nobody() {
        let county = seen(Grant::new(Role::Coordinator, area("371721"))).unwrap();
        assert_eq!(county, ["area", "flow", "name"]);
        assert_eq!(seen(Grant::new(Role::Administrator, area("37"))), None);
        assert_eq!(
            seen(Grant::new(Role::StationVolunteer, area("371721"))),
            None
        );
    }

    #[test]
    fn volunteers_are_posted_at_places_and_trips_which_show_only_their_names() {
        let mut record = Record::new(Id::new(2, [0; 10]), "trip");
        let stamp = Stamp::default();
        record.set(&AREA, area("371721"), stamp);
        record.set(&trip::ROUTE, "济南—曹县".to_owned(), stamp);
        record.set(&trip::DRIVERS, "张三".to_owned(), stamp);
        let post = post(&record).unwrap();
        assert!(!serde_json::to_string(&post).unwrap().contains("张三"));
        assert_eq!(super::post(&zhang()), None);
        assert!(!Grant::new(Role::StationVolunteer, area("37")).is_whole());
    }

    #[test]
    fn an_officer_sees_id_numbers_only_where_the_work_needs_them() {
        let officer = |department| {
            let mut grant = Grant::new(Role::DepartmentOfficer, area("371721"));
            grant.department = Some(department);
            seen(grant).unwrap().contains(&"id_number".to_owned())
        };
        assert!(officer(Department::Hr));
        assert!(!officer(Department::Culture));
    }

    #[test]
    fn the_mark_of_an_overtaken_value_is_as_secret_as_the_field() {
        assert_eq!(
            sensitivity(&worker::WORKER, "id_number?"),
            Sensitivity::Sensitive
        );
        assert_eq!(sensitivity(&visit::VISIT, "situation?"), Sensitivity::Open);
    }

    #[test]
    fn a_city_reads_its_own_ledger_and_its_counties() {
        let grants = Grants(vec![Grant::new(Role::Coordinator, area("3717"))]);
        let ledgers = grants.ledgers();
        assert!(ledgers.contains(&area("3717")) && ledgers.contains(&area("371721")));
        // What is published above, or lies between two counties, is kept above.
        let near = |ledger: &Area| area("3717").contains(*ledger) || *ledger == area("37");
        assert!(ledgers.iter().all(near));
        let village = Grants(vec![Grant::new(Role::FieldWorker, area("371721001001"))]);
        assert_eq!(
            village.ledgers(),
            [area("37"), area("3717"), area("371721")]
        );
    }
}
