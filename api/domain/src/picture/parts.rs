//! A picture that is sent in parts: which part may follow, so that a cut costs one part and not all.

use super::BYTES_LIMIT;
use serde::{Deserialize, Serialize};

/// Every part but the last has so many bytes.
pub const PART_BYTES: usize = 65_536;

/// Where some bytes stand in their picture.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Part {
    pub offset: usize,
    /// How many bytes the whole picture has.
    pub total: usize,
}

/// How far a device has come with sending a picture.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Stand {
    /// So many bytes from the beginning are kept.
    pub have: usize,
    /// Of so many; 0 if there are none yet.
    pub total: usize,
    /// True if nothing has to be sent: the picture is given for each record that names it.
    #[serde(default)]
    pub whole: bool,
}

/// What becomes of a part.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// It begins the picture; what was kept before of it is thrown away.
    First,
    Next,
    /// It was kept before, if its bytes are the same.
    Again,
}

/// Where a part of so many bytes goes; `None` if it does not follow on what is kept.
pub fn place(stand: Stand, part: Part, bytes: usize) -> Option<Place> {
    let end = part.offset.checked_add(bytes)?;
    let full = bytes == PART_BYTES || end == part.total;
    let fits = bytes > 0 && full && end <= part.total && part.total <= BYTES_LIMIT;
    let known = part.total == stand.total;
    match part.offset {
        _ if !fits || !part.offset.is_multiple_of(PART_BYTES) => None,
        _ if known && end <= stand.have => Some(Place::Again),
        0 => Some(Place::First),
        offset if known && offset == stand.have => Some(Place::Next),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stand(have: usize, total: usize) -> Stand {
        let whole = false;
        Stand { have, total, whole }
    }

    fn placed(stand: Stand, offset: usize, total: usize, bytes: usize) -> Option<Place> {
        place(stand, Part { offset, total }, bytes)
    }

    #[test]
    fn parts_follow_one_another_and_are_taken_once() {
        let (none, total) = (Stand::default(), PART_BYTES + 10);
        assert_eq!(placed(none, 0, total, PART_BYTES), Some(Place::First));
        let one = stand(PART_BYTES, total);
        assert_eq!(placed(one, PART_BYTES, total, 10), Some(Place::Next));
        assert_eq!(placed(one, 0, total, PART_BYTES), Some(Place::Again));
        assert_eq!(placed(none, 0, 10, 10), Some(Place::First));
    }

    #[test]
    fn what_does_not_follow_is_not_taken() {
        let total = 2 * PART_BYTES + 10;
        let one = stand(PART_BYTES, total);
        for (offset, total, bytes) in [
            (2 * PART_BYTES, total, 10),
            (PART_BYTES, total + 1, PART_BYTES),
            (PART_BYTES, total, PART_BYTES - 1),
            (PART_BYTES, total, 0),
            (1, total, PART_BYTES),
            (PART_BYTES, PART_BYTES, 1),
            (0, BYTES_LIMIT + 1, PART_BYTES),
            (usize::MAX, total, 10),
        ] {
            assert_eq!(
                placed(one, offset, total, bytes),
                None,
                "{offset} {total} {bytes}"
            );
        }
        assert_eq!(
            placed(Stand::default(), PART_BYTES, total, PART_BYTES),
            None
        );
    }

    #[test]
    fn another_beginning_begins_anew() {
        let one = stand(PART_BYTES, 2 * PART_BYTES);
        assert_eq!(placed(one, 0, 10, 10), Some(Place::First));
    }
}
