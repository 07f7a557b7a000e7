//! A place on the map: latitude and longitude in millionths of a degree (WGS 84).

use crate::Value;
use crate::value::{Shape, decimal};

/// A place in degrees, as people write it; `None` if it is none.
pub fn words(value: &Value) -> Option<String> {
    let pair: Vec<i64> = Shape::read(value)?;
    let [latitude, longitude] = pair.as_slice() else {
        return None;
    };
    let degrees = |millionths: &i64| decimal(*millionths, 6);
    Some(format!("{}, {}", degrees(latitude), degrees(longitude)))
}

/// The address that the device's map program opens.
pub fn link(value: &Value) -> Option<String> {
    Some(format!("geo:{}", words(value)?.replace(' ', "")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_written_in_degrees_and_opens_in_the_map() {
        let jinan = Value::List(vec![Value::Int(36_651_234), Value::Int(117_120_340)]);
        assert_eq!(words(&jinan).unwrap(), "36.651234, 117.120340");
        assert_eq!(link(&jinan).unwrap(), "geo:36.651234,117.120340");
        assert_eq!(words(&Value::Null), None);
    }
}
