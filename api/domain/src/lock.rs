//! The lock of a device: what a PIN must be, what follows wrong ones, when it locks by itself.

/// Digits of a PIN: what one can type with gloves and remember.
pub const DIGITS: usize = 6;

/// Rounds of PBKDF2-HMAC-SHA-256, as the OWASP Password Storage Cheat Sheet (2023) asks for.
pub const ROUNDS: u32 = 600_000;

/// After so many wrong PINs in a row no PIN opens the device any more.
pub const TRIES: u32 = 10;

/// After so many minutes without a touch the device locks by itself; the person chooses.
pub const IDLE_MINUTES: [u32; 4] = [1, 5, 15, 60];
pub const IDLE_DEFAULT: u32 = 5;

/// Why a PIN is not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Weak {
    /// Not six digits.
    Form,
    /// The first that somebody else would try.
    Plain,
}

impl Weak {
    pub const fn key(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Plain => "plain",
        }
    }
}

/// Checks a PIN that somebody chooses.
///
/// # Errors
/// [`Weak`]: it is not six digits, or one digit, a row of digits, or one half twice.
pub fn check(pin: &str) -> Result<(), Weak> {
    if pin.len() != DIGITS || !pin.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Weak::Form);
    }
    let steps: Vec<i16> = pin
        .as_bytes()
        .windows(2)
        .map(|pair| i16::from(pair[1]) - i16::from(pair[0]))
        .collect();
    let row = steps
        .iter()
        .all(|step| *step == steps[0] && step.abs() <= 1);
    let (first, second) = pin.split_at(DIGITS / 2);
    let pairs = pin
        .as_bytes()
        .chunks(2)
        .all(|pair| pair == &pin.as_bytes()[..2]);
    if row || first == second || pairs {
        Err(Weak::Plain)
    } else {
        Ok(())
    }
}

/// How long one waits after so many wrong PINs in a row before the next is looked at, in
/// milliseconds.
pub const fn pause_ms(wrong: u32) -> i64 {
    let seconds = match wrong {
        0..=3 => 0,
        4 => 30,
        5 => 60,
        6 => 5 * 60,
        7 => 15 * 60,
        _ => 60 * 60,
    };
    seconds * 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_six_digits_that_nobody_tries_first() {
        for pin in ["250126", "112358", "908172"] {
            assert_eq!(check(pin), Ok(()), "{pin}");
        }
        for pin in ["", "12345", "1234567", "12345a", "１２３４５６"] {
            assert_eq!(check(pin), Err(Weak::Form), "{pin}");
        }
        for pin in ["000000", "123456", "987654", "123123", "121212"] {
            assert_eq!(check(pin), Err(Weak::Plain), "{pin}");
        }
    }

    #[test]
    fn a_slip_costs_nothing_and_guessing_costs_hours() {
        assert_eq!(pause_ms(3), 0);
        let all: i64 = (0..TRIES).map(pause_ms).sum();
        assert!(all > 2 * 3_600_000, "{all} ms for all tries");
        assert!((0..TRIES).all(|wrong| pause_ms(wrong) <= pause_ms(wrong + 1)));
    }
}
