//! `simulate --schedules N --phones P --seed S`: plays schedules and prints one line; whatever went
//! wrong is printed as a short story with its seed.

use std::process::ExitCode;
use tests::simulate;

fn main() -> ExitCode {
    let mut asked = [("--schedules", 200), ("--phones", 4), ("--seed", 1)];
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let number = words.next().and_then(|number| number.parse().ok());
        let place = asked.iter_mut().find(|(name, _)| *name == word);
        match place.zip(number) {
            Some((place, number)) => place.1 = number,
            None => {
                eprintln!("simulate --schedules N --phones P --seed S; not: {word}");
                return ExitCode::from(2);
            }
        }
    }
    let [schedules, phones, seed] = asked.map(|(_, number)| number);
    let (sum, failure) = simulate::run(seed, schedules, phones.max(1) as usize, None);
    println!("{sum}");
    eprintln!("damaged={} repaired={}", sum.damaged, sum.repaired);
    match failure {
        None => ExitCode::SUCCESS,
        Some(failure) => {
            eprint!("{failure}");
            ExitCode::FAILURE
        }
    }
}
