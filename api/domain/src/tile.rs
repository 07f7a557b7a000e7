//! Where the province's cities stand on a map of tiles: about as they lie, a tile for each.

use crate::Area;

/// Code, column from the west, row from the north, both from 1.
const TILES: &[(&str, u8, u8)] = &[
    ("3714", 2, 1), // Dezhou
    ("3716", 3, 1), // Binzhou
    ("3705", 4, 1), // Dongying
    ("3706", 6, 1), // Yantai
    ("3710", 7, 1), // Weihai
    ("3715", 1, 2), // Liaocheng
    ("3701", 2, 2), // Jinan
    ("3703", 3, 2), // Zibo
    ("3707", 4, 2), // Weifang
    ("3702", 5, 2), // Qingdao
    ("3709", 2, 3), // Tai'an
    ("3713", 4, 3), // Linyi
    ("3711", 5, 3), // Rizhao
    ("3717", 1, 4), // Heze
    ("3708", 2, 4), // Jining
    ("3704", 3, 4), // Zaozhuang
];

/// The column and row of a city's tile; `None` for other areas, which are placed in order.
pub fn tile(area: Area) -> Option<(u8, u8)> {
    let code = area.to_string();
    let found = TILES.iter().find(|(city, _, _)| *city == code)?;
    Some((found.1, found.2))
}

/// Shades of a tile.
pub const STEPS: i64 = 5;

/// The shade from 0 to 4 of a number, where `most` is the darkest; nothing, or less, is the
/// lightest.
pub fn step(number: i64, most: i64) -> i64 {
    match most {
        ..=0 => 0,
        most => (i128::from(number.max(0)) * i128::from(STEPS) / (i128::from(most) + 1)) as i64,
    }
}

/// The smallest number of a shade: what [`step`] puts into it.
pub fn first_of(step: i64, most: i64) -> i64 {
    let (step, most) = (i128::from(step), i128::from(most) + 1);
    ((step * most + i128::from(STEPS) - 1) / i128::from(STEPS)) as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_city_has_a_tile_of_its_own_and_the_sea_lies_east_of_jinan() {
        let province = Area::parse("37").unwrap();
        let tiles: BTreeSet<_> = province.children().filter_map(tile).collect();
        assert_eq!(tiles.len(), 16);
        let at = |code| tile(Area::parse(code).unwrap()).unwrap();
        assert!(at("3702") > at("3701"), "Qingdao and Jinan");
        assert_eq!(tile(Area::parse("371721").unwrap()), None);
    }

    #[test]
    fn every_number_has_the_shade_that_the_legend_gives_it() {
        for most in [1, 4, 5, 17, 1_000] {
            for n in 0..=most {
                let shade = step(n, most);
                assert!((0..STEPS).contains(&shade));
                assert!((first_of(shade, most)..first_of(shade + 1, most)).contains(&n));
            }
        }
        assert_eq!((step(0, 0), step(-3, 10), step(5, -1)), (0, 0, 0));
    }
}
