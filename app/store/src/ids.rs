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

#[cfg(test)]
mod tests {
    use super::*;

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
