//! How files and sizes are called.

/// A title without what file names may not hold.
pub fn file_name(title: &str) -> String {
    let plain = |c: &char| c.is_alphanumeric() || *c == '-' || *c == '_';
    let name: String = title.chars().filter(plain).take(40).collect();
    if name.is_empty() {
        "chunnuan".to_owned()
    } else {
        name
    }
}

/// A number of bytes in the unit that fits.
pub fn bytes(count: u64) -> String {
    let tenths = |unit: u64| {
        let tenths = count.saturating_mul(10) / unit;
        format!("{}.{}", tenths / 10, tenths % 10)
    };
    match count {
        0..1_000_000 => format!("{} kB", tenths(1_000)),
        1_000_000..1_000_000_000 => format!("{} MB", tenths(1_000_000)),
        _ => format!("{} GB", tenths(1_000_000_000)),
    }
}

#[cfg(test)]
mod tests {
    use super::{bytes, file_name};

    #[test]
    fn a_pictures_file_is_called_as_the_bulletin() {
        assert_eq!(file_name("大雪预警：/今晚\\停运?"), "大雪预警今晚停运");
        assert_eq!(file_name("？？"), "chunnuan");
    }

    #[test]
    fn sizes_are_told_in_the_unit_that_fits() {
        assert_eq!(bytes(4_096), "4.0 kB");
        assert_eq!(bytes(12_345_678), "12.3 MB");
        assert_eq!(bytes(7_000_000_000), "7.0 GB");
    }
}
