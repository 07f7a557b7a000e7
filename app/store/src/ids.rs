//! Maps by record id. Ids end in random bytes, so that these are the hash already.

use domain::Id;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

pub type IdMap<T> = HashMap<Id, T, BuildHasherDefault<Tail>>;
pub type IdSet = HashSet<Id, BuildHasherDefault<Tail>>;

/// The last eight bytes of what is hashed.
#[derive(Default, Debug)]
pub struct Tail(u64);

impl Hasher for Tail {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        if let Some(tail) = bytes.last_chunk::<8>() {
            self.0 = u64::from_le_bytes(*tail);
        }
    }
}

/// A few ids, in their order; mostly one.
#[derive(Default, Debug)]
pub struct IdList(Vec<Id>);

impl IdList {
    pub fn insert(&mut self, id: Id) {
        if let Err(place) = self.0.binary_search(&id) {
            self.0.insert(place, id);
        }
    }

    pub fn remove(&mut self, id: Id) {
        if let Ok(place) = self.0.binary_search(&id) {
            self.0.remove(place);
        }
    }

    pub fn ids(&self) -> &[Id] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_ids_is_in_order_and_has_each_once() {
        let id = |n: u8| Id::new(i64::from(n), [n; 10]);
        let mut list = IdList::default();
        for n in [2, 1, 3, 2] {
            list.insert(id(n));
        }
        assert_eq!(list.ids(), [1, 2, 3].map(id));
        for n in [2, 4] {
            list.remove(id(n));
        }
        assert_eq!(list.ids(), [1, 3].map(id));
    }

    #[test]
    fn ids_of_one_moment_are_told_apart() {
        let ids = (0..=255u8).map(|n| {
            let mut random = [0; 10];
            random[9] = n;
            Id::new(1, random)
        });
        let set: IdSet = ids.collect();
        assert_eq!(set.len(), 256);
        assert!(set.contains(&Id::new(1, [0; 10])));
    }
}
