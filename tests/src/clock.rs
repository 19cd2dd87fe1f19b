//! A wall clock of its own for one process, by a library that is loaded before the others. Its other clocks are right,
//! as on a machine whose wall clock was set.

use std::{
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

use crate::absent;

/// Where distributions put the library.
const PLACES: [&str; 4] = [
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib64/faketime/libfaketime.so.1",
    "/usr/lib/faketime/libfaketime.so.1",
];

const DAY: i64 = 24 * 60;

/// Settings of a process whose clock is as far from the right one as `offset` says, like `+1h`; nothing, and a word
/// about it, where the library is missing.
#[must_use]
pub fn wrong_by(offset: &'static str) -> Option<[(&'static str, &'static str); 3]> {
    let library = library()?;
    Some([("LD_PRELOAD", library), ("FAKETIME", offset), ("FAKETIME_DONT_FAKE_MONOTONIC", "1")])
}

/// As [`wrong_by`], with the offset in a file, where it can change at any moment.
#[must_use]
pub fn wrong_by_file(file: &str) -> Option<[(&'static str, &str); 4]> {
    let library = library()?;
    Some([
        ("LD_PRELOAD", library),
        ("FAKETIME_TIMESTAMP_FILE", file),
        ("FAKETIME_NO_CACHE", "1"),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
    ])
}

/// How many minutes the clock of whoever wrote this line of a log just now is ahead of the right one.
#[must_use]
pub fn minutes_ahead(line: &str) -> i64 {
    let number = |place: std::ops::Range<usize>| -> i64 {
        line.get(place).and_then(|digits| digits.parse().ok()).expect("a line begins with its time")
    };
    let said = number(11..13) * 60 + number(14..16);
    #[expect(clippy::disallowed_methods, reason = "this module compares clocks with the host's")]
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).expect("a time after 1970").as_secs();
    let now = i64::try_from(seconds / 60).expect("a time of this age") % DAY;
    (said - now + DAY + DAY / 2) % DAY - DAY / 2
}

fn library() -> Option<&'static str> {
    let library = PLACES.into_iter().find(|place| Path::new(place).exists());
    if library.is_none() {
        absent::skips("clock", "this machine lacks libfaketime, which gives a process a clock of its own");
    }
    library
}
