//! Whether a run kept every promise: one function for each invariant, over the history, what Redis and the storage
//! hold at the end, and what was wrong with the processes.
//!
//! The numbers are those of the contract: I1–I18, each described at its function.

mod admission;
mod attempts;
mod ending;
pub mod evidence;
pub mod files;
mod keys;
mod leftovers;
mod ownership;
mod pages;
mod previews;
mod publication;
mod script;
mod sessions;
mod silence;
mod spending;
mod story;
mod waiting;

use std::fmt;

pub use evidence::{Evidence, FinalJob, Stored};
use story::Stories;
pub use waiting::fair;

/// One invariant that did not hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// As `I1`.
    pub invariant: &'static str,
    pub sentence: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.invariant, self.sentence)
    }
}

/// What became of the jobs of a run, in the words in which tests of queues count.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Submits that were tried.
    pub attempts: u64,
    /// Those that were answered with 202.
    pub acknowledged: u64,
    /// Those without an answer whose job was found again by its key.
    pub recovered: u64,
    /// Jobs that were acknowledged and are not there, and whose session did not end.
    pub lost: u64,
    /// Keys with two jobs, and jobs that ended twice.
    pub duplicated: u64,
    /// Jobs that nobody asked for.
    pub unexpected: u64,
    /// Jobs that went with their session, as promised.
    pub reset: u64,
    /// Whatever was disturbed, by whom ever.
    pub faults: u64,
    /// Messages, commands and processes that the runner disturbed; the rest is what jobs, clients and pages did.
    pub struck: u64,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, more: Self) {
        self.attempts += more.attempts;
        self.acknowledged += more.acknowledged;
        self.recovered += more.recovered;
        self.lost += more.lost;
        self.duplicated += more.duplicated;
        self.unexpected += more.unexpected;
        self.reset += more.reset;
        self.faults += more.faults;
        self.struck += more.struck;
    }
}

/// What the checker found.
#[derive(Debug)]
pub struct Verdict {
    pub counts: Counts,
    pub violations: Vec<Violation>,
}

type Check = fn(&Evidence, &Stories<'_>) -> Vec<String>;

/// Every invariant with its function. I14 needs a run with equal agents and no faults: see [`fair`].
const CHECKS: [(&str, Check); 24] = [
    ("I1", ending::each_job_ends_once),
    ("I2", ending::nobody_sees_a_step_back),
    ("I2", pages::a_page_is_never_behind),
    ("I3", ownership::every_transition_is_one_of_the_table),
    ("I4", |evidence, _| ownership::seen_in_redis(evidence, "I4")),
    ("I5", publication::the_result_is_that_of_the_winning_attempt),
    ("I6", publication::no_other_byte_is_served),
    ("I6", previews::a_preview_is_of_the_attempt_that_runs),
    ("I7", spending::no_budget_is_overspent),
    ("I8", attempts::one_token_one_execution),
    ("I9", |evidence, _| ownership::seen_in_redis(evidence, "I9")),
    ("I10", admission::a_refused_request_leaves_nothing),
    ("I10", keys::one_key_makes_one_job),
    ("I11", ending::a_cancel_is_final),
    ("I12", waiting::nothing_waits_beside_a_free_place),
    ("I13", attempts::a_slot_runs_one_job),
    ("I15", sessions::an_old_session_is_over),
    ("I16", leftovers::nothing_is_left_behind),
    ("I16", leftovers::a_job_without_a_result_has_no_file),
    ("I17", leftovers::no_secret_is_told),
    ("I18", leftovers::every_process_ends_well),
    ("success", script::each_job_does_what_it_is_told),
    ("silence", silence::a_run_is_not_silent),
    ("faults", leftovers::every_fault_fired),
];

/// Judges a run.
#[must_use]
pub fn judge(evidence: &Evidence) -> Verdict {
    let stories = Stories::of(&evidence.records);
    let violations = CHECKS.iter().flat_map(|(invariant, check)| {
        check(evidence, &stories).into_iter().map(|sentence| Violation { invariant, sentence })
    });
    Verdict { counts: admission::counts(evidence, &stories), violations: violations.collect() }
}
