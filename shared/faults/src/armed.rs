//! What the environment asks for, and how it is done.

use std::{
    cell::Cell,
    collections::HashMap,
    process,
    sync::{
        LazyLock, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use crate::{
    BUG, Bug, CRASH, LAST_WORDS, Point,
    patches::{PATCHES, apply},
};

/// Where the process dies, and when it passes there for which time.
static CRASH_AT: LazyLock<Option<(Point, u64)>> = LazyLock::new(|| asked(CRASH, Point::from_word, 1));
static SEEDED: LazyLock<Option<(Bug, i64)>> = LazyLock::new(|| asked(BUG, Bug::from_word, 0));

/// `word[:number]` in the environment. Whatever else stands there ends the process: a test that asks for nothing that
/// can happen would show nothing.
fn asked<T, N: std::str::FromStr>(
    name: &str,
    from_word: impl Fn(&str) -> Option<T>,
    unsaid: N,
) -> Option<(T, N)> {
    let value = std::env::var(name).ok()?;
    let (word, number) = match value.split_once(':') {
        Some((word, number)) => (word, number.parse().ok()),
        None => (value.as_str(), Some(unsaid)),
    };
    match from_word(word).zip(number) {
        Some(known) => Some(known),
        None => give_up(&format!("{name}={value} names nothing that can go wrong")),
    }
}

fn give_up(sentence: &str) -> ! {
    eprintln!("{sentence}");
    process::exit(2)
}

/// A place where the process may be told to die.
pub fn pass(point: Point) {
    static PASSED: AtomicU64 = AtomicU64::new(0);
    let Some((at, nth)) = *CRASH_AT else { return };
    if at == point && PASSED.fetch_add(1, Ordering::SeqCst) + 1 == nth {
        eprintln!("{LAST_WORDS} {} ({nth})", point.word());
        let killed = kill(Pid::this(), Signal::SIGKILL);
        give_up(&format!("the process cannot kill itself: {killed:?}"));
    }
}

/// Whether this bug is seeded.
#[must_use]
pub fn seeded(bug: Bug) -> bool {
    SEEDED.is_some_and(|(seeded, _)| seeded == bug)
}

/// A script as the seeded bug has it.
#[must_use]
pub fn script(file: &str, source: &'static str) -> &'static str {
    /// Each is made once, and lives as long as the process.
    static MADE: Mutex<Option<HashMap<String, &'static str>>> = Mutex::new(None);
    let Some((bug, _)) = *SEEDED else { return source };
    if !PATCHES.iter().any(|patch| patch.bug == bug && patch.file == file) {
        return source;
    }
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    made.get_or_insert_default().entry(file.to_owned()).or_insert_with(|| match apply(bug, file, source) {
        Ok(patched) => Box::leak(patched.into_boxed_str()),
        Err(why) => give_up(&why),
    })
}

thread_local! {
    /// How far the clock of the host that this thread stands for is ahead.
    static AHEAD: Cell<i64> = const { Cell::new(0) };
}

/// Sets how far the clock of the host is ahead for whatever this thread calls from now on, so that one process can be
/// several replicas.
pub fn set_clock(ahead_ms: i64) {
    AHEAD.set(ahead_ms);
}

/// The host's clock, where a seeded bug makes deadlines from it.
#[must_use]
pub fn host_clock_ms() -> Option<i64> {
    let (_, ahead) = (*SEEDED).filter(|(bug, _)| *bug == Bug::HostClock)?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    Some(i64::try_from(now.as_millis()).ok()?.saturating_add(ahead).saturating_add(AHEAD.get()))
}
