//! Which village a roster means: by its code, or by its name as people write it.

use super::What;
use crate::Area;
use crate::area::{self, Level};
use crate::check::clean_text;
use std::collections::HashMap;

/// The villages and townships among which names are looked for.
#[derive(Debug, Default)]
pub struct Places {
    /// By the name without what differs from office to office.
    villages: HashMap<String, Vec<Area>>,
    townships: Vec<(String, Area)>,
    /// The names above the townships, which stand before them: the province, its cities, counties.
    above: Vec<String>,
    found: std::cell::RefCell<HashMap<String, Result<Area, What>>>,
}

impl Places {
    /// Villages with their names; townships are those of the tree within `within`.
    pub fn new(villages: &[(Area, String)], within: &[Area]) -> Self {
        let mut places = Self::default();
        for (area, name) in villages {
            let held = places.villages.entry(stem(name)).or_default();
            held.push(*area);
        }
        let near = |area: Area| within.iter().any(|w| w.contains(area) || area.contains(*w));
        for (area, name) in area::all().filter(|(area, _)| near(*area)) {
            match area.level() {
                Level::Township => places.townships.push((town_stem(name), area)),
                Level::Village => {}
                _ => places.above.push(name.to_owned()),
            }
        }
        places
            .above
            .sort_by_key(|name| std::cmp::Reverse(name.len()));
        places
    }

    /// The village that a row names in one column or in two.
    ///
    /// # Errors
    /// That there is none, that there are several, or that it names no village.
    pub fn find(&self, township: &str, village: &str) -> Result<Area, What> {
        let key = format!("{township}\n{village}");
        if let Some(known) = self.found.borrow().get(&key) {
            return *known;
        }
        let found = self.look(township, village);
        self.found.borrow_mut().insert(key, found);
        found
    }

    fn look(&self, township: &str, village: &str) -> Result<Area, What> {
        if let Some(area) = coded(village) {
            return match area.level() {
                Level::Village if area.is_known() => Ok(area),
                Level::Village => Err(What::UnknownArea),
                _ => Err(What::NoVillage),
            };
        }
        let mut rest = self.below(&clean_text(village));
        let mut town = self.town(&self.below(&clean_text(township)));
        if !township.is_empty() && town.is_none() && coded(township).is_none() {
            return Err(What::UnknownArea);
        }
        town = town.or_else(|| coded(township));
        if let Some((area, after)) = self.begins_with_town(&rest) {
            town = town.or(Some(area));
            rest = after;
        }
        let name = stem(&rest);
        if name.is_empty() {
            return Err(What::NoVillage);
        }
        let named = self.villages.get(&name).map_or(&[][..], Vec::as_slice);
        let within = |area: &&Area| town.is_none_or(|town| town.contains(**area));
        let fits: Vec<Area> = named.iter().filter(within).copied().collect();
        match fits[..] {
            [area] => Ok(area),
            [] if self.town(&rest).is_some() => Err(What::NoVillage),
            [] => Err(What::UnknownArea),
            _ => Err(What::ManyAreas),
        }
    }

    /// What stands below province, city and county in a name.
    fn below(&self, name: &str) -> String {
        let mut name = name.trim();
        while let Some(rest) = self
            .above
            .iter()
            .find_map(|above| name.strip_prefix(above.as_str()))
        {
            name = rest;
        }
        name.to_owned()
    }

    fn town(&self, name: &str) -> Option<Area> {
        let stem = town_stem(name);
        let mut fits = self.townships.iter().filter(|(own, _)| *own == stem);
        let first = fits.next().map(|(_, area)| *area);
        first.filter(|_| fits.next().is_none() && !stem.is_empty())
    }

    /// A township at the beginning of a name, with what follows it.
    fn begins_with_town(&self, name: &str) -> Option<(Area, String)> {
        let endings = ["街道办事处", "办事处", "街道", "镇", "乡"];
        let after = |(stem, area): &(String, Area)| {
            let rest = name.strip_prefix(stem.as_str())?;
            let rest = endings
                .iter()
                .find_map(|ending| rest.strip_prefix(ending))?;
            (!rest.is_empty()).then(|| (*area, rest.to_owned()))
        };
        self.townships.iter().find_map(after)
    }
}

fn coded(text: &str) -> Option<Area> {
    let text = clean_text(text);
    // Official tables fill a township's or a county's code up with noughts.
    let digits = text.trim_end_matches("000");
    let read = Area::parse(digits).or_else(|| Area::parse(&text));
    read.filter(|_| text.len() >= 6)
}

/// 大杨口 of 大杨口村民委员会.
fn stem(name: &str) -> String {
    let mut name: String = clean_text(name).split_whitespace().collect();
    for ending in [
        "村民委员会",
        "居民委员会",
        "村委会",
        "居委员会",
        "居委会",
        "行政村",
        "自然村",
        "社区",
        "村",
        "居",
    ] {
        if let Some(stem) = name.strip_suffix(ending).filter(|stem| !stem.is_empty()) {
            name = stem.to_owned();
        }
    }
    name
}

/// 庄寨 of 庄寨镇.
fn town_stem(name: &str) -> String {
    let name: String = clean_text(name).split_whitespace().collect();
    let endings = ["街道办事处", "办事处", "街道", "镇", "乡"];
    let stem = endings.iter().find_map(|ending| name.strip_suffix(ending));
    stem.filter(|stem| !stem.is_empty())
        .unwrap_or(&name)
        .to_owned()
}
