//! What a browser says, and how much of it is heard.

use std::time::Duration;

use serde::Deserialize;
use tokio::time::Instant;

/// The only version of the protocol so far.
pub(super) const VERSION: u64 = 1;
/// The largest frame, bytes.
pub(super) const MAX_FRAME: usize = 4 * 1024;
/// How many jobs a browser may watch.
pub(super) const MAX_WATCHED: usize = 12;

/// A message; its name is in `t`. Fields that are not known are ignored.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub(super) enum FromBrowser {
    Hello {
        v: u64,
        #[serde(default)]
        resume: Option<String>,
    },
    Watch {
        ids: Vec<String>,
    },
    Ping {},
    /// Of a later version.
    #[serde(other)]
    Unknown,
}

/// Lets a short burst pass, and a steady stream at a tenth of a second each.
#[derive(Debug)]
pub(super) struct Patience {
    left: u32,
    since: Instant,
}

/// How many frames may come at once.
const BURST: u32 = 50;
/// How often one more may come.
const STEADY: Duration = Duration::from_millis(100);

impl Patience {
    pub(super) fn new(now: Instant) -> Self {
        Self { left: BURST, since: now }
    }

    /// Whether one more frame is heard.
    pub(super) fn allows(&mut self, now: Instant) -> bool {
        let passed = now.duration_since(self.since).as_millis() / STEADY.as_millis();
        let earned = u32::try_from(passed).unwrap_or(BURST).min(BURST);
        if earned > 0 {
            self.left = (self.left + earned).min(BURST);
            self.since = now;
        }
        let allowed = self.left > 0;
        self.left = self.left.saturating_sub(1);
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<FromBrowser, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn what_a_later_version_adds_is_ignored() {
        let hello = FromBrowser::Hello { v: 1, resume: None };
        assert_eq!(read(r#"{"t":"hello","v":1,"theme":"dark"}"#), Ok(hello));
        assert_eq!(read(r#"{"t":"zoom","by":2}"#), Ok(FromBrowser::Unknown));
        assert!(read("[]").is_err() && read("{}").is_err() && read(r#"{"t":"watch"}"#).is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_passes_and_a_flood_does_not() {
        let mut patience = Patience::new(Instant::now());
        let heard = |patience: &mut Patience| (0..100).filter(|_| patience.allows(Instant::now())).count();
        assert_eq!(heard(&mut patience), 50);
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(heard(&mut patience), 10);
        tokio::time::advance(Duration::from_hours(1)).await;
        assert_eq!(heard(&mut patience), 50);
    }
}
