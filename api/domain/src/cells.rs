//! The cells of a record, and what a change writes, in the order of their names.

use crate::{Cell, Value};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::marker::PhantomData;
use std::ops::Index;

/// A map by name: sorted and side by side in memory, since records are read, compared and written in
/// this order far oftener than they are changed.
#[derive(Clone, PartialEq, Eq)]
pub struct Named<T>(Vec<(String, T)>);

/// The cells of a record.
pub type Cells = Named<Cell>;
/// What a change writes into the cells of its record.
pub type Values = Named<Value>;

type Pairs<'a, T> =
    std::iter::Map<std::slice::Iter<'a, (String, T)>, fn(&'a (String, T)) -> Pair<'a, T>>;
type Pair<'a, T> = (&'a String, &'a T);

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: std::fmt::Debug> std::fmt::Debug for Named<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

/// So many names are looked through one after the other.
const FEW: usize = 24;

impl<T> Named<T> {
    /// Empty, with memory for so many.
    pub fn with_room(count: usize) -> Self {
        Self(Vec::with_capacity(count))
    }

    fn place(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(held, _)| held.as_str().cmp(name))
    }

    /// Where a name stands. They are few, and most differ in length: that is seen sooner than which
    /// half of them a name is in.
    fn find(&self, name: &str) -> Option<usize> {
        match self.0.len() {
            0..=FEW => self.0.iter().position(|(held, _)| held == name),
            _ => self.place(name).ok(),
        }
    }

    pub fn get(&self, name: &str) -> Option<&T> {
        let place = self.find(name)?;
        Some(&self.0[place].1)
    }

    pub fn get_mut(&mut self, name: &str) -> Option<&mut T> {
        let place = self.find(name)?;
        Some(&mut self.0[place].1)
    }

    pub fn contains_key(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// Puts a cell in the place of what stood there, which is given back.
    pub fn insert(&mut self, name: String, cell: T) -> Option<T> {
        // Most come in their order.
        if self.0.last().is_none_or(|(last, _)| *last < name) {
            self.0.push((name, cell));
            return None;
        }
        match self.place(&name) {
            Ok(place) => Some(std::mem::replace(&mut self.0[place].1, cell)),
            Err(place) => {
                self.0.insert(place, (name, cell));
                None
            }
        }
    }

    pub fn remove(&mut self, name: &str) -> Option<T> {
        let place = self.place(name).ok()?;
        Some(self.0.remove(place).1)
    }

    pub fn retain(&mut self, mut keep: impl FnMut(&str, &mut T) -> bool) {
        self.0.retain_mut(|(name, cell)| keep(name, cell));
    }

    pub fn iter(&self) -> Pairs<'_, T> {
        self.0.iter().map(|(name, cell)| (name, cell))
    }

    pub fn keys(&self) -> impl Iterator<Item = &String> {
        self.0.iter().map(|(name, _)| name)
    }

    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.0.iter().map(|(_, cell)| cell)
    }

    pub const fn len(&self) -> usize {
        self.0.len()
    }

    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The memory of what was read before, to be read into: whoever takes it keeps the order.
    pub(crate) const fn memory(&mut self) -> &mut Vec<(String, T)> {
        &mut self.0
    }
}

impl<T> Index<&str> for Named<T> {
    type Output = T;

    /// # Panics
    /// If there is no such cell.
    fn index(&self, name: &str) -> &T {
        self.get(name).expect("the cell is there")
    }
}

impl<T> FromIterator<(String, T)> for Named<T> {
    fn from_iter<I: IntoIterator<Item = (String, T)>>(cells: I) -> Self {
        let mut all = Self::default();
        all.extend(cells);
        all
    }
}

impl<T> Extend<(String, T)> for Named<T> {
    fn extend<I: IntoIterator<Item = (String, T)>>(&mut self, cells: I) {
        let cells = cells.into_iter();
        self.0.reserve(cells.size_hint().0);
        for (name, cell) in cells {
            self.insert(name, cell);
        }
    }
}

impl<T, const N: usize> From<[(String, T); N]> for Named<T> {
    fn from(cells: [(String, T); N]) -> Self {
        cells.into_iter().collect()
    }
}

impl<T> IntoIterator for Named<T> {
    type Item = (String, T);
    type IntoIter = std::vec::IntoIter<(String, T)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Named<T> {
    type Item = Pair<'a, T>;
    type IntoIter = Pairs<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: Serialize> Serialize for Named<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Named<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(Reading(PhantomData))
    }
}

struct Reading<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Reading<T> {
    type Value = Named<T>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("cells by name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Named<T>, A::Error> {
        let mut cells = Named::default();
        while let Some((name, cell)) = from.next_entry()? {
            cells.insert(name, cell);
        }
        Ok(cells)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::tests::version;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn cells_are_a_map_by_name(one in version(), other in version(), name in "[a-z?]{0,3}") {
            let map = |cells: &Cells| -> BTreeMap<String, Cell> {
                cells.iter().map(|(name, cell)| (name.clone(), cell.clone())).collect()
            };
            let (mut cells, mut plain) = (one.cells.clone(), map(&one.cells));
            for (name, cell) in other.cells.into_iter().rev() {
                prop_assert_eq!(cells.insert(name.clone(), cell.clone()), plain.insert(name, cell));
            }
            for name in ["phone", "phone?", &name] {
                prop_assert_eq!(cells.get(name), plain.get(name));
                prop_assert_eq!(cells.contains_key(name), plain.contains_key(name));
                prop_assert_eq!(cells.remove(name), plain.remove(name));
            }
            prop_assert!(cells.keys().eq(plain.keys()));
            prop_assert!(cells.values().eq(plain.values()));
            let text = serde_json::to_string(&cells).unwrap();
            prop_assert_eq!(&text, &serde_json::to_string(&plain).unwrap());
            prop_assert_eq!(&serde_json::from_str::<Cells>(&text).unwrap(), &cells);
            cells.retain(|name, _| name < "name");
            plain.retain(|name, _| name.as_str() < "name");
            prop_assert_eq!(map(&cells), plain);
        }
    }
}
