//! The room on the device.

/// Bytes used and bytes there are, as the browser estimates, and whether the reserve still stands.
/// Newer browsers always say that much is left: there the reserve tells.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Room {
    pub used: f64,
    pub quota: f64,
    pub reserve: Reserve,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reserve {
    Stands,
    GivenUp,
}

/// With less than this left, in bytes, the room is short: some hundred visits with photos.
const LITTLE: f64 = 50e6;
/// With more than this share used, the room is short.
const MUCH: f64 = 0.8;

impl Room {
    /// True if what can go is to be offered.
    pub fn is_short(&self) -> bool {
        self.reserve == Reserve::GivenUp
            || self.used > self.quota * MUCH
            || self.quota - self.used < LITTLE
    }
}

#[cfg(test)]
mod tests {
    use super::{Reserve, Room};

    #[test]
    fn the_room_is_short_before_it_runs_out() {
        let short = |used, quota, reserve| {
            let room = Room {
                used,
                quota,
                reserve,
            };
            room.is_short()
        };
        assert!(!short(10e6, 2e9, Reserve::Stands));
        assert!(
            short(1.7e9, 2e9, Reserve::Stands),
            "more than four fifths are used"
        );
        assert!(
            short(60e6, 100e6, Reserve::Stands),
            "forty megabytes are left"
        );
        assert!(
            short(10e6, 2e9, Reserve::GivenUp),
            "whatever the browser says"
        );
    }
}
