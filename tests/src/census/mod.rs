//! A look at everything in Redis at once: what must hold between any two transitions, however it came to it. A run
//! looks again and again.

mod idle;

use std::time::Duration;

use redis::Connection;

pub use idle::Idle;

/// How old the last word of a good agent is at most: a few heartbeats of the random runner.
const HEARD: Duration = Duration::from_millis(600);
/// How long a job whose time has come may stay among those that wait for a time.
const WAKES: Duration = Duration::from_millis(500);

/// What one look found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Sight {
    /// Of the invariants I3, I4, I5, I7, I8, I9, I13. Each sentence begins with the one that is broken.
    pub wrong: Vec<String>,
    /// Jobs that could be handed out at this moment.
    pub ready: Vec<String>,
    /// Those of them for which more than one agent had a free place.
    pub contested: Vec<String>,
}

/// Looks once.
///
/// # Errors
/// What Redis answered instead.
pub fn look(redis: &mut Connection) -> Result<Sight, redis::RedisError> {
    let mut eval = redis::cmd("EVAL");
    eval.arg(include_str!("census.lua")).arg(1).arg(crate::redis::PREFIX);
    for limit in [HEARD, WAKES] {
        eval.arg(u64::try_from(limit.as_millis()).unwrap_or(u64::MAX));
    }
    let (wrong, ready, contested) = eval.query(redis)?;
    Ok(Sight { wrong, ready, contested })
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

    /// The jobs that could be handed out where one waits and there is this agent.
    fn ready(agent: &str, more: &str) -> Vec<String> {
        let commands = [
            &format!("HSET p:job:{A} status queued class x"),
            &format!("XADD p:lane:x/normal/ 1-1 job {A}"),
            &format!("ZADD p:order:x/normal/ 1 {A}"),
            "HSET p:counters queued 1",
            "SET p:replica:r 1",
            agent,
            more,
        ];
        seen(&commands).ready
    }

    /// Heard of in a time to come, so that it does not grow old.
    const GOOD: &str = "HSET p:agent:g replica r nonce n seen 9999999999999 healthy 1 draining 0 classes x";

    #[test]
    fn a_job_could_go_where_a_good_agent_has_a_free_place_whatever_the_scheduler_thinks_of_it() {
        assert_eq!(ready(GOOD, "PING"), [A]);
        assert_eq!(ready(GOOD, "HSET p:agent:g:places another t"), Vec::<String>::new());
        for flaw in ["drain 1", "draining 1", "seen 5", "healthy 0", "classes y", "replica gone"] {
            assert_eq!(ready(GOOD, &format!("HSET p:agent:g {flaw}")), Vec::<String>::new(), "{flaw}");
        }
    }

    #[test]
    fn a_job_is_contested_where_two_agents_have_a_free_place() {
        let contested = |second: &str| {
            let job = format!("HSET p:job:{A} status queued class x");
            seen(&[&job, &format!("XADD p:lane:x/normal/ 1-1 job {A}"), "SET p:replica:r 1", GOOD, second])
                .contested
        };
        assert_eq!(contested(&GOOD.replace("agent:g", "agent:h")), [A]);
        assert_eq!(contested("PING"), Vec::<String>::new());
    }

    #[test]
    fn a_job_that_avoids_the_only_free_agent_could_not_go_while_there_is_another() {
        let avoids = format!("HSET p:job:{A} avoid_agent g avoid_until 9999999999999");
        assert_eq!(ready(GOOD, &avoids), [A], "there is no other");
        let other = GOOD.replace("agent:g", "agent:h").replace("healthy 1", "healthy 0");
        let commands = [
            &format!("HSET p:job:{A} status queued class x avoid_agent g avoid_until 9999999999999"),
            &format!("XADD p:lane:x/normal/ 1-1 job {A}"),
            "SET p:replica:r 1",
            GOOD,
            &other,
        ];
        assert_eq!(seen(&commands).ready, Vec::<String>::new());
    }

    #[test]
    fn a_job_whose_time_has_long_come_could_go() {
        let delayed = format!("ZADD p:delayed 5 {A}");
        assert_eq!(seen(&[&format!("HSET p:job:{A} status queued"), &delayed]).ready, [A]);
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
            ("I3", vec![format!("HSET p:job:{A} version 3")]),
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
