//! A Python that can be broken: `tests/fixtures/worker/breakable-python`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::programs;

/// What agents start instead of Python.
pub(super) fn program() -> String {
    programs::root().join("tests/fixtures/worker/breakable-python").display().to_string()
}

/// From now on each start of this agent's Python in the world of this folder ends at once.
pub(super) fn breaks(world: &Path, agent: &str) {
    fs::write(mark(world, agent), "").expect("Python is broken");
}

/// How many starts have failed since it was broken.
pub(super) fn broken_starts(world: &Path, agent: &str) -> u64 {
    fs::read_to_string(mark(world, agent)).unwrap_or_default().lines().count() as u64
}

pub(super) fn heals(world: &Path, agent: &str) {
    fs::remove_file(mark(world, agent)).expect("Python was broken");
}

fn mark(world: &Path, agent: &str) -> PathBuf {
    world.join(format!("broken-{agent}"))
}
