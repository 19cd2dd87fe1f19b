//! Settings of the programs under test: the product's own timings, shortened.

use nix::unistd::Pid;

/// How the programs are started.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Environment variables, later ones winning.
    pairs: Vec<(String, String)>,
    /// Whether the programs are those with crash points and seeded bugs.
    pub armed: bool,
    /// MiB of a replica's own disk for its data, if it is to be a small one.
    pub api_disk: Option<u32>,
    /// MiB of an agent's own disk for temporary files, if it is to be a small one.
    pub agent_disk: Option<u32>,
    /// A process whose network an agent is to have, if not this one's.
    pub network: Option<Pid>,
}

impl Default for Settings {
    /// Short enough for a test that waits for each of them, long enough that a busy machine with two cores is not
    /// taken for a dead one.
    fn default() -> Self {
        let mut settings = Self::as_delivered();
        for (name, value) in [
            ("SPOOL_HEARTBEAT_MS", "250"),
            ("SPOOL_AGENT_DEAD_MS", "3000"),
            ("SPOOL_RECONNECT_GRACE_MS", "1000"),
            ("SPOOL_LEASE_MS", "6000"),
            ("SPOOL_ASSIGN_MS", "2000"),
            ("SPOOL_REAP_MS", "100"),
            ("SPOOL_RETRY_DELAY_MS", "200"),
            ("SPOOL_DRAIN_MS", "3000"),
        ] {
            settings.set(name, value);
        }
        // For a look at which tests notice a seeded bug.
        if let Ok(bug) = std::env::var(spool_faults::BUG) {
            settings.set(spool_faults::BUG, &bug);
            settings.armed = true;
        }
        settings
    }
}

impl Settings {
    /// The product's own, with nothing set.
    #[must_use]
    pub const fn as_delivered() -> Self {
        Self { pairs: Vec::new(), armed: false, api_disk: None, agent_disk: None, network: None }
    }

    pub fn set(&mut self, name: &str, value: &str) {
        self.pairs.push((name.to_owned(), value.to_owned()));
    }

    /// The same with settings of one process on top.
    #[must_use]
    pub fn with_own(&self, own: &[(&str, &str)]) -> Self {
        let mut settings = self.clone();
        for (name, value) in own {
            settings.set(name, value);
        }
        settings
    }

    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}
