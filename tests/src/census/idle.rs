//! For how long jobs could have been handed out and were not.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

/// Job → the first of the looks in a row at which it could go.
#[derive(Debug, Default)]
pub struct Idle {
    since: BTreeMap<String, Instant>,
}

/// What is shorter is not worth a word.
const LONG: Duration = Duration::from_secs(1);

impl Idle {
    /// Takes the jobs that could go at this look; those that could at every look for a while, with how long.
    pub fn since(&mut self, ready: Vec<String>, now: Instant) -> Vec<(String, Duration)> {
        let before = std::mem::take(&mut self.since);
        self.since = ready
            .into_iter()
            .map(|job| {
                let since = before.get(&job).copied().unwrap_or(now);
                (job, since)
            })
            .collect();
        let waited = self.since.iter().map(|(job, since)| (job.clone(), now.duration_since(*since)));
        waited.filter(|(_, waited)| *waited >= LONG).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_looks_in_a_row_count() {
        let (mut idle, began) = (Idle::default(), Instant::now());
        let mut look = |seconds: u64, ready: &[&str]| {
            let ready = ready.iter().map(|job| (*job).to_owned()).collect();
            idle.since(ready, began + Duration::from_secs(seconds))
        };
        assert_eq!(look(0, &["a", "b"]), []);
        assert_eq!(look(2, &["a"]), [("a".to_owned(), Duration::from_secs(2))]);
        assert_eq!(look(3, &["b"]), []);
        assert_eq!(look(4, &["a", "b"]), [("b".to_owned(), Duration::from_secs(1))]);
    }
}
