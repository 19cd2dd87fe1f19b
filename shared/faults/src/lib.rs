//! Faults that tests put into API and agent: places where a process kills itself, and bugs that are seeded.
//!
//! All of it is behind the feature `armed`. Without it, every function here is constant and empty, and the programs
//! hold nothing of it. With it, the environment says what goes wrong: `SPOOL_CRASH=point[:nth]` and
//! `SPOOL_BUG=bug[:value]`; with `SPOOL_HEAP=folder` the process tells how much of its heap it uses.

#[cfg(feature = "armed")]
mod armed;
mod bug;
#[cfg(feature = "armed")]
mod heap;
#[cfg(any(feature = "armed", test))]
mod patches;
mod point;

#[cfg(feature = "armed")]
pub use armed::{host_clock_ms, pass, script, seeded, set_clock};
pub use bug::Bug;
#[cfg(feature = "armed")]
pub use heap::tell_heap;
pub use point::Point;

/// What the process says before it kills itself at a point, before the point's name.
pub const LAST_WORDS: &str = "Crash point passed:";
/// Names the point at which the process kills itself.
pub const CRASH: &str = "SPOOL_CRASH";
/// Names the bug that is seeded.
pub const BUG: &str = "SPOOL_BUG";

/// Names the folder into which the process tells how much of its heap it uses.
pub const HEAP: &str = "SPOOL_HEAP";

/// Tells how much of the heap is in use.
#[cfg(not(feature = "armed"))]
#[inline]
pub const fn tell_heap() {}

/// A place where the process may be told to die.
#[cfg(not(feature = "armed"))]
#[inline]
pub const fn pass(_: Point) {}

/// Whether this bug is seeded.
#[cfg(not(feature = "armed"))]
#[inline]
#[must_use]
pub const fn seeded(_: Bug) -> bool {
    false
}

/// A script as the seeded bug has it.
#[cfg(not(feature = "armed"))]
#[inline]
#[must_use]
pub const fn script(_: &str, source: &'static str) -> &'static str {
    source
}

/// Sets how far the clock of the host is ahead for whatever this thread calls from now on.
#[cfg(not(feature = "armed"))]
#[inline]
pub const fn set_clock(_: i64) {}

/// The host's clock, where a seeded bug makes deadlines from it.
#[cfg(not(feature = "armed"))]
#[inline]
#[must_use]
pub const fn host_clock_ms() -> Option<i64> {
    None
}
