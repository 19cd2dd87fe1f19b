//! The numbers that scripts work with. Each is a constant of the same name in Lua; a script gets those it mentions.

use std::fmt::Write as _;

use spool_shared::job::Budgets;

/// Spans in milliseconds and sizes, from the settings.
#[derive(Debug, Clone)]
pub struct Limits {
    /// From hand-out to `accepted`.
    pub assign_ms: u64,
    /// From one renewal of a lease to its end.
    pub lease_ms: u64,
    /// From the last sign of an agent to its death.
    pub dead_ms: u64,
    /// How long a result is kept.
    pub retention_ms: u64,
    /// How long a job waits that no connected agent could run.
    pub queue_ttl_ms: u64,
    /// How long an uploaded picture is kept that nobody uses.
    pub image_ms: u64,
    /// How long a request keeps the pictures that it brings.
    pub hold_ms: u64,
    /// How many jobs may wait.
    pub queue_limit: u64,
    /// How many of one owner may.
    pub owner_limit: u64,
    pub budgets: Budgets,
    pub quarantine: Quarantine,
}

/// When an agent gets nothing new for a while.
#[derive(Debug, Clone, Copy)]
pub struct Quarantine {
    /// So many different jobs failed on it, none by its own fault; 0 for never.
    pub failures: u64,
    /// Within this time.
    pub window_ms: u64,
    /// It lasts so long.
    pub lasts_ms: u64,
}

const SECOND: u64 = 1_000;
const HOUR: u64 = 3_600 * SECOND;

/// How long an agent that is gone is still shown.
pub(crate) const LOST_KEPT_MS: u64 = HOUR;

/// How long an agent is passed over after it lost or declined a job.
pub(crate) const AVOID_MS: u64 = 10 * SECOND;
/// How many jobs one run of the scheduler hands out at most. Each run draws so many tokens, most often for one job; where
/// there are more, the next run follows at once.
pub(crate) const BATCH: usize = 16;

impl Limits {
    /// Lua constants for every name that one of the texts mentions.
    pub(crate) fn lua<'a>(&self, body: &[&'a str], libraries: impl Iterator<Item = &'a str>) -> String {
        let texts: Vec<&str> = body.iter().copied().chain(libraries).collect();
        let mut code = String::new();
        for (name, value) in self.table() {
            if texts.iter().any(|text| text.contains(name)) {
                // Writing to a String cannot fail.
                let _ = writeln!(code, "local {name} = {value}");
            }
        }
        code
    }

    fn table(&self) -> [(&'static str, u64); 30] {
        [
            ("ASSIGN_MS", self.assign_ms),
            ("LEASE_MS", self.lease_ms),
            ("DEAD_MS", self.dead_ms),
            ("RETENTION_MS", self.retention_ms),
            ("QUEUE_TTL_MS", self.queue_ttl_ms),
            ("QUEUE_LIMIT", self.queue_limit),
            ("OWNER_LIMIT", self.owner_limit),
            ("RETRIES", self.budgets.retries.into()),
            ("LOSSES", self.budgets.losses.into()),
            ("BOUNCES", self.budgets.bounces.into()),
            ("QUARANTINE_FAILURES", self.quarantine.failures),
            ("QUARANTINE_WINDOW_MS", self.quarantine.window_ms),
            ("QUARANTINE_MS", self.quarantine.lasts_ms),
            ("AVOID_MS", AVOID_MS),
            // How long an agent with the class loaded is preferred to one that waited longer for work.
            ("WARM_MS", 10 * SECOND),
            // A lane whose head waits this long counts one level higher.
            ("AGING_MS", 60 * SECOND),
            // A reaper that did not run for this long was blind: deadlines passed that nobody could renew. A silence
            // that nobody could hear and a heartbeat must both fit into the time after which an agent is dead.
            ("BLIND_MS", (5 * SECOND).min(self.dead_ms / 2)),
            // How deep the scheduler looks past jobs that must wait for another agent.
            ("LOOKS", 16),
            // From so many attempts of a class is told how long one takes.
            ("DURATIONS_KEPT", 32),
            ("BATCH", BATCH as u64),
            ("EVENTS_KEPT", 10_000),
            // How long one sign of life of a replica counts.
            ("ALIVE_MS", super::replica::ALIVE_MS),
            ("MAIL_KEPT_MS", 60 * SECOND),
            ("IDEMPOTENCY_MS", 24 * HOUR),
            ("IMAGE_MS", self.image_ms),
            ("HOLD_MS", self.hold_ms),
            // Far longer than a deletion takes.
            ("CONDEMNED_MS", 30 * SECOND),
            ("GONE_MS", 600 * SECOND),
            ("PREVIEW_MS", 60 * SECOND),
            ("LOST_KEPT_MS", LOST_KEPT_MS),
        ]
    }
}
