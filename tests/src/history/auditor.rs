//! Writes down every transition, from Redis' own stream of events, and looks at everything between two of them.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use redis::{Connection, RedisError};

use spool_shared::job::Status;

use super::{
    Note, Recorder,
    tidings::{Fields, Place, text, version},
};
use crate::{
    census::{self, Idle, Sight},
    check::evidence::attempt_folder,
    job::Spent,
};

/// How often the stream is read.
const READ: Duration = Duration::from_millis(5);
/// How often everything is looked at.
const LOOK: Duration = Duration::from_millis(100);

/// A thread of its own beside the run. It reads Redis directly, so that no fault but Redis' own reaches it.
pub struct Auditor {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Audited>,
}

/// What an auditor brings home.
#[derive(Debug, Default)]
pub struct Audited {
    pub seen: Seen,
    /// Every token that it saw. They stand in no history.
    pub tokens: BTreeSet<String>,
    /// Jobs for which more than one agent had a free place at some look.
    pub contested: BTreeSet<String>,
}

/// How much was seen.
#[derive(Debug, Default, Clone, Copy)]
pub struct Seen {
    pub transitions: u64,
    pub looks: u64,
    pub sessions: u64,
    /// Leases that began, and those of them whose token was seen.
    pub leases: u64,
    pub leases_known: u64,
}

impl Auditor {
    #[must_use]
    pub fn start(redis: redis::Client, recorder: &Recorder) -> Self {
        let (stop, recorder) = (Arc::new(AtomicBool::new(false)), recorder.named("redis"));
        let stopped = stop.clone();
        let thread = std::thread::spawn(move || {
            let mut audit = Audit::of(recorder);
            while !stopped.load(Ordering::Relaxed) {
                // A Redis that is away, or starts, is tried again; what it held is in the history already.
                if let Ok(mut connection) = redis.get_connection() {
                    let followed = audit.follow(&mut connection, &stopped);
                    audit.excuses_only_what_was_cut(followed);
                }
                std::thread::sleep(READ);
            }
            let at_the_end = redis.get_connection().and_then(|mut connection| {
                audit.read(&mut connection)?;
                audit.look(&mut connection)
            });
            if let Err(error) = at_the_end {
                audit.impossible(format!("audit: the last look failed: {error}"));
            }
            audit.audited
        });
        Self { stop, thread }
    }

    /// Reads to the end of the stream, looks once more, and stops.
    #[must_use]
    pub fn finish(self) -> Audited {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().expect("the auditor ends")
    }
}

struct Audit {
    recorder: Recorder,
    place: Place,
    idle: Idle,
    /// How many lines the history had when the last reading began.
    not_before: u64,
    audited: Audited,
}

impl Audit {
    fn of(recorder: Recorder) -> Self {
        let (place, idle) = (Place::default(), Idle::default());
        Self { recorder, place, idle, not_before: 0, audited: Audited::default() }
    }

    fn impossible(&self, sentence: String) {
        self.recorder.note(Note::Impossible { sentence });
    }

    /// A connection may be cut and Redis may end or start; whatever else goes wrong is a flaw of what Redis holds, or of
    /// the look, and after it nothing would be seen any more.
    fn excuses_only_what_was_cut(&self, followed: Result<(), RedisError>) {
        if let Err(error) = followed
            && !is_cut(&error)
        {
            self.impossible(format!("audit: a look failed: {error}"));
        }
    }

    fn follow(&mut self, redis: &mut Connection, stopped: &AtomicBool) -> Result<(), RedisError> {
        let mut looked = Instant::now();
        while !stopped.load(Ordering::Relaxed) {
            self.read(redis)?;
            if looked.elapsed() >= LOOK {
                self.look(redis)?;
                looked = Instant::now();
            }
            std::thread::sleep(READ);
        }
        Ok(())
    }

    fn read(&mut self, redis: &mut Connection) -> Result<(), RedisError> {
        let lines = self.recorder.lines();
        let tidings = self.place.read_on(redis)?;
        if tidings.session.is_empty() {
            return Ok(());
        }
        if tidings.session != self.place.session {
            self.recorder.note(Note::Session { id: tidings.session.clone() });
            (self.place.session, self.place.number) = (tidings.session.clone(), 0);
            self.audited.seen.sessions += 1;
        }
        for (number, fields) in &tidings.told {
            self.tell(*number, fields);
        }
        for (job, record) in &tidings.records {
            for (version, token, agent) in tidings.leases(job) {
                let (job, lease) = (job.clone(), attempt_folder(&token));
                self.recorder.note(Note::Leased { job, version, lease, agent });
                self.audited.tokens.insert(token);
                self.audited.seen.leases_known += 1;
            }
            let secrets = ["token", "last_token", "result"].map(|name| text(record, name));
            self.audited.tokens.extend(secrets.into_iter().filter(|token| !token.is_empty()));
            // One that was deleted is a name and nothing else.
            if record.contains_key("status") {
                self.recorder.note(stands(job, record));
            }
        }
        self.not_before = lines;
        Ok(())
    }

    fn tell(&mut self, number: u64, fields: &Fields) {
        if number != self.place.number + 1 {
            self.impossible(format!("I3: after event {} came {number}", self.place.number));
        }
        self.place.number = number;
        let transition = text(fields, "what");
        self.audited.seen.transitions += 1;
        self.audited.seen.leases += u64::from(matches!(transition.as_str(), "assigned" | "readopted"));
        self.recorder.note(Note::Told {
            number,
            job: text(fields, "job"),
            transition,
            version: version(fields),
            status: status(&text(fields, "status")),
            not_before: self.not_before,
        });
    }

    fn look(&mut self, redis: &mut Connection) -> Result<(), RedisError> {
        let Sight { wrong, ready, contested } = census::look(redis)?;
        self.audited.contested.extend(contested);
        for sentence in wrong {
            self.impossible(sentence);
        }
        for (job, waited) in self.idle.since(ready, Instant::now()) {
            let for_ms = u64::try_from(waited.as_millis()).unwrap_or(u64::MAX);
            self.recorder.note(Note::Waits { job, for_ms });
        }
        self.audited.seen.looks += 1;
        Ok(())
    }
}

/// Whether Redis was away, and nothing else.
fn is_cut(error: &RedisError) -> bool {
    use redis::{ErrorKind, ServerErrorKind};
    let starts = error.kind() == ErrorKind::Server(ServerErrorKind::BusyLoading);
    error.is_io_error() || error.is_connection_dropped() || error.is_timeout() || starts
}

fn stands(job: &str, record: &Fields) -> Note {
    let count = |name: &str| record.get(name).and_then(|count| count.parse().ok()).unwrap_or_default();
    Note::Stands {
        job: job.to_owned(),
        status: status(&text(record, "status")),
        spent: Spent {
            attempts: count("attempts"),
            failures: count("failures"),
            losses: count("losses"),
            bounces: count("bounces"),
            drains: count("drains"),
        },
        code: record.get("code").cloned(),
        result: record.get("result").map(|token| attempt_folder(token)),
    }
}

fn status(word: &str) -> Status {
    let found = Status::ALL.into_iter().find(|status| status.as_str() == word);
    found.unwrap_or_else(|| panic!("{word:?} is no status"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{history, redis::Redis};

    #[test]
    fn a_look_that_fails_for_what_redis_holds_is_written_down() {
        let folder = tempfile::tempdir().expect("a folder");
        let server = Redis::start(folder.path());
        let mut redis = server.connect();
        for command in ["HSET spool:{0}:session id s", "SET spool:{0}:events nothing-like-it"] {
            let mut words = command.split(' ');
            let mut command = redis::cmd(words.next().expect("a command"));
            words.fold(&mut command, |command, word| command.arg(word)).exec(&mut redis).expect("it works");
        }
        let recorder = Recorder::create(&folder.path().join("history.jsonl"));
        let _ = Auditor::start(server.looker(), &recorder).finish();
        let records = history::read(&recorder.close()).expect("a history");
        assert!(records.iter().any(
            |record| matches!(&record.note, Note::Impossible { sentence } if sentence.starts_with("audit: "))
        ));
        server.process().ask_to_end();
        assert_eq!(server.process().finish(), None);
    }
}
