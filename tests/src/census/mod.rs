//! A look at everything in Redis at once: what must hold after each transition, however it came to it.

use std::time::Duration;

use redis::Connection;

/// How long a job may wait while an agent that could run it has a free place.
const PATIENT: Duration = Duration::from_secs(2);

/// What one look found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Sight {
    /// Of the invariants I3, I4, I5, I7, I8, I9, I13. Each sentence begins with the one that is broken.
    pub wrong: Vec<String>,
    /// Jobs that have waited for too long beside a free place, each with the milliseconds.
    pub waits: Vec<(String, u64)>,
}

/// Looks once.
///
/// # Errors
/// What Redis answered instead.
pub fn look(redis: &mut Connection) -> Result<Sight, redis::RedisError> {
    let script = redis::Script::new(include_str!("census.lua"));
    let patient = u64::try_from(PATIENT.as_millis()).unwrap_or(u64::MAX);
    let (wrong, waits) = script.key(crate::redis::PREFIX).arg(patient).invoke(redis)?;
    Ok(Sight { wrong, waits })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redis::{PREFIX, Redis};

    /// What a look says after these commands; `p:` stands for the prefix.
    fn seen(commands: &[&str]) -> Sight {
        let folder = tempfile::tempdir().expect("a folder");
        let server = Redis::start(folder.path());
        let mut redis = server.connect();
        for command in commands {
            let mut words = command.split(' ');
            let mut sent = redis::cmd(words.next().expect("a command"));
            for word in words {
                sent.arg(word.replacen("p:", PREFIX, 1));
            }
            sent.exec(&mut redis).expect("the command works");
        }
        let said = look(&mut redis).expect("a look");
        server.process().ask_to_end();
        assert_eq!(server.process().finish(), None);
        said
    }

    const A: &str = "aaaaaaaa-aaaa-8aaa-8aaa-aaaaaaaaaaaa";

    #[test]
    fn a_waiting_a_running_and_an_ended_job_are_well() {
        let b = A.replace('a', "b");
        let c = A.replace('a', "c");
        let said = seen(&[
            &format!("HSET p:job:{A} status queued"),
            &format!("XADD p:lane:x/normal/ 1-1 job {A}"),
            &format!("ZADD p:order:x/normal/ 1 {A}"),
            &format!("HSET p:job:{b} status running token t agent g"),
            &format!("ZADD p:leases 5 {b}"),
            "HSET p:agent:g slots 1",
            &format!("HSET p:agent:g:places {b} t"),
            &format!("HSET p:job:{c} status succeeded result u"),
            "HSET p:counters queued 1 running 1 succeeded 1",
        ]);
        assert_eq!(said, Sight::default());
    }

    #[test]
    fn a_job_that_waits_for_long_beside_a_free_place_is_named() {
        let waits = |free: &str| {
            let commands = [
                &format!("HSET p:job:{A} status queued class x"),
                &format!("XADD p:lane:x/normal/ 1-1 job {A}"),
                &format!("ZADD p:order:x/normal/ 1 {A}"),
                "HSET p:counters queued 1",
                "HSET p:offers:x profile 1",
                "HSET p:agent:g replica r",
                "SET p:replica:r 1",
                free,
            ];
            seen(&commands).waits.into_iter().map(|(job, _)| job).collect::<Vec<_>>()
        };
        assert_eq!(waits("ZADD p:free:profile 1 g"), [A]);
        assert_eq!(waits("ZADD p:free:other 1 g"), Vec::<String>::new());
    }

    #[test]
    fn each_thing_that_must_never_be_is_named() {
        for (invariant, commands) in [
            ("I4", vec![format!("HSET p:job:{A} status queued"), "HSET p:counters queued 1".into()]),
            (
                "I4",
                vec![format!("HSET p:job:{A} status running token t"), "HSET p:counters running 1".into()],
            ),
            (
                "I4",
                vec![
                    format!("HSET p:job:{A} status failed"),
                    format!("ZADD p:leases 5 {A}"),
                    "HSET p:counters failed 1".into(),
                ],
            ),
            ("I4", vec![format!("ZADD p:delayed 5 {A}")]),
            ("I3", vec!["HSET p:counters running 1".into()]),
            ("I9", vec![format!("ZADD p:order:x/normal/ 1 {A}"), format!("HSET p:job:{A} status queued")]),
            ("I9", vec!["XADD p:lane:l 1-1 job x".into(), "XGROUP CREATE p:lane:l g 0".into()]),
            (
                "I13",
                vec![
                    r#"HSET p:agent:g nonce n report [{"index":0}]"#.into(),
                    "HSET p:agent:g:places a t b u".into(),
                ],
            ),
            ("I5", vec![format!("HSET p:job:{A} status succeeded"), "HSET p:counters succeeded 1".into()]),
            ("I7", vec![format!("HSET p:job:{A} status failed losses 5"), "HSET p:counters failed 1".into()]),
        ] {
            let commands: Vec<&str> = commands.iter().map(String::as_str).collect();
            let said = seen(&commands).wrong;
            assert!(said.iter().any(|sentence| sentence.starts_with(invariant)), "{commands:?}: {said:?}");
        }
    }
}
