//! Settings of the programs under test: the product's own timings, shortened.

/// Environment variables, later ones winning.
#[derive(Debug, Clone)]
pub struct Settings(Vec<(String, String)>);

impl Default for Settings {
    /// Short enough for a test that waits for each of them, long enough that a busy machine with two cores is not
    /// taken for a dead one.
    fn default() -> Self {
        let mut settings = Self(Vec::new());
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
        settings
    }
}

impl Settings {
    pub fn set(&mut self, name: &str, value: &str) {
        self.0.push((name.to_owned(), value.to_owned()));
    }

    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}
