//! How long a worker may show no sign of getting further.

use std::time::Duration;

use super::ConfigError;

const NAME: &str = "SPOOL_STALL_MS";
const A_WEEK: u64 = 7 * 24 * 60 * 60 * 1000;

/// Limits for a job of up to 832 × 480 pixels × 81 frames; the watchdog lets them grow with the job's size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stalls {
    /// From the process's start to its first message.
    pub start: Duration,
    /// Loading a model, from one report to the next.
    pub load: Duration,
    /// From the end of loading to the end of the first step.
    pub first_step: Duration,
    /// Each further step; ten times the usual step of this job, if that is longer.
    pub step: Duration,
    /// Turning latents into frames.
    pub decode: Duration,
    /// Writing the result's files.
    pub encode: Duration,
    /// Of an upload, from one acknowledgment to the next. The socket is dialed anew then; the result is kept.
    pub upload: Duration,
}

impl Default for Stalls {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            start: seconds(300),
            load: seconds(300),
            first_step: seconds(120),
            step: seconds(60),
            decode: seconds(120),
            encode: seconds(120),
            upload: seconds(30),
        }
    }
}

impl Stalls {
    /// Reads `300000,load=300000,upload=30000`: a bare number holds for every phase, a named one for its own.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let mut stalls = Self::default();
        let (bare, named): (Vec<_>, Vec<_>) =
            text.split(',').map(str::trim).partition(|part| !part.contains('='));
        for part in bare {
            let limit = limit(part)?;
            stalls.each().into_iter().for_each(|(_, stall)| *stall = limit);
        }
        for part in named {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let limit = limit(value.trim())?;
            let mut each = stalls.each();
            let Some((_, stall)) = each.iter_mut().find(|(known, _)| *known == name.trim()) else {
                let known = each.map(|(known, _)| known).join(", ");
                return Err(ConfigError::new(
                    NAME,
                    format!("names the phase {:?}; there are {known}", name.trim()),
                ));
            };
            **stall = limit;
        }
        Ok(stalls)
    }

    fn each(&mut self) -> [(&'static str, &mut Duration); 7] {
        [
            ("start", &mut self.start),
            ("load", &mut self.load),
            ("first_step", &mut self.first_step),
            ("step", &mut self.step),
            ("decode", &mut self.decode),
            ("encode", &mut self.encode),
            ("upload", &mut self.upload),
        ]
    }
}

fn limit(text: &str) -> Result<Duration, ConfigError> {
    match text.parse() {
        Ok(limit @ 1..=A_WEEK) => Ok(Duration::from_millis(limit)),
        _ => Err(ConfigError::new(
            NAME,
            "must hold whole numbers of milliseconds from 1 to a week, or PHASE=NUMBER",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_number_holds_for_every_phase_that_is_not_named() {
        let stalls = Stalls::parse("upload=5, 2000, load=9").unwrap();
        assert_eq!((stalls.step, stalls.encode), (Duration::from_secs(2), Duration::from_secs(2)));
        assert_eq!((stalls.upload, stalls.load), (Duration::from_millis(5), Duration::from_millis(9)));
        assert_eq!(Stalls::parse("load=300000").unwrap(), Stalls::default());
    }

    #[test]
    fn a_wrong_phase_or_number_is_named() {
        let refusal = |text: &str| Stalls::parse(text).unwrap_err().to_string();
        assert_eq!(
            refusal("nap=1"),
            "SPOOL_STALL_MS names the phase \"nap\"; there are start, load, first_step, step, decode, encode, upload."
        );
        assert_eq!(
            refusal("0"),
            "SPOOL_STALL_MS must hold whole numbers of milliseconds from 1 to a week, or PHASE=NUMBER."
        );
    }
}
