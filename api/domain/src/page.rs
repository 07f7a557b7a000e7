//! Packed records as a device keeps them, many in one piece: one after another (see [`pack::join`]), or
//! in columns as they came (see [`columns`]), which is half as much to seal, to write and to read.

use crate::{columns, pack};
use std::borrow::Cow;

/// A length that no record has, where a page of records one after another has the first one's.
const IN_COLUMNS: [u8; 5] = [0xff, 0xff, 0xff, 0xff, 0x7f];

/// A page of records that stand in columns.
pub fn of_columns(columns: &[u8]) -> Vec<u8> {
    [&IN_COLUMNS, columns].concat()
}

/// The records of a page, still packed, so far as they can be read.
pub fn records(page: &[u8]) -> Vec<Cow<'_, [u8]>> {
    match page.strip_prefix(&IN_COLUMNS) {
        Some(columns) => {
            let records = columns::gather(columns).unwrap_or_default();
            records.into_iter().map(Cow::Owned).collect()
        }
        None => {
            let records = pack::split(page).filter_map(Result::ok);
            records.map(Cow::Borrowed).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::tests::version;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_page_holds_the_same_records_in_either_form(
            kept in proptest::collection::vec(version(), 0..9),
        ) {
            let packed: Vec<Vec<u8>> = kept.iter().map(pack::pack).collect();
            let each = || packed.iter().map(Vec::as_slice);
            for page in [pack::join(each()), of_columns(&columns::spread(each()))] {
                let read: Vec<Vec<u8>> = records(&page).into_iter().map(Cow::into_owned).collect();
                prop_assert_eq!(&read, &packed);
            }
        }

        #[test]
        fn what_is_damaged_gives_what_can_be_read_and_no_more(bytes: Vec<u8>) {
            let rows: Vec<&[u8]> = pack::split(&bytes).filter_map(Result::ok).collect();
            if !bytes.starts_with(&IN_COLUMNS) {
                prop_assert_eq!(records(&bytes), rows);
            }
            let _ = records(&of_columns(&bytes));
        }
    }

    #[test]
    fn an_older_app_reads_nothing_out_of_columns() {
        let page = of_columns(&columns::spread([]));
        assert!(pack::split(&page).all(|record| record.is_err()));
    }
}
