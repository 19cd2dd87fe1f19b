//! Writes down every transition, from Redis' own stream of events, and looks at everything between two of them.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use redis::{Commands, Connection, RedisError, streams::StreamRangeReply};

use spool_shared::job::Status;

use super::{Note, Recorder};
use crate::{
    census::{self, Sight},
    redis::PREFIX,
};

/// How often the stream is read.
const READ: Duration = Duration::from_millis(5);
/// How often everything is looked at.
const LOOK: Duration = Duration::from_millis(100);

/// A thread of its own beside the run. It reads Redis directly, so that no fault but Redis' own reaches it.
pub struct Auditor {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Seen>,
}

/// How much was seen.
#[derive(Debug, Default, Clone, Copy)]
pub struct Seen {
    pub transitions: u64,
    pub looks: u64,
    pub sessions: u64,
}

impl Auditor {
    #[must_use]
    pub fn start(redis: redis::Client, recorder: &Recorder) -> Self {
        let (stop, recorder) = (Arc::new(AtomicBool::new(false)), recorder.named("redis"));
        let stopped = stop.clone();
        let thread = std::thread::spawn(move || {
            let mut audit = Audit { recorder, session: String::new(), last: 0, seen: Seen::default() };
            while !stopped.load(Ordering::Relaxed) {
                // A Redis that is away, or starts, is tried again; what it held is in the history already.
                if let Ok(mut connection) = redis.get_connection() {
                    let _ = audit.follow(&mut connection, &stopped);
                }
                std::thread::sleep(READ);
            }
            if let Ok(mut connection) = redis.get_connection() {
                let _ = audit.read(&mut connection);
                let _ = audit.look(&mut connection);
            }
            audit.seen
        });
        Self { stop, thread }
    }

    /// Reads to the end of the stream, looks once more, and stops.
    #[must_use]
    pub fn finish(self) -> Seen {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().expect("the auditor ends")
    }
}

struct Audit {
    recorder: Recorder,
    session: String,
    last: u64,
    seen: Seen,
}

impl Audit {
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
        let session: Option<String> = redis.hget(format!("{PREFIX}session"), "id")?;
        let Some(session) = session else { return Ok(()) };
        if session != self.session {
            self.recorder.note(Note::Session { id: session.clone() });
            (self.session, self.last) = (session, 0);
            self.seen.sessions += 1;
        }
        let from = format!("({}-0", self.last);
        let told: StreamRangeReply = redis.xrange(format!("{PREFIX}events"), from, "+")?;
        for entry in told.ids {
            let text = |name: &str| entry.get::<String>(name).unwrap_or_default();
            let number =
                entry.id.split('-').next().and_then(|number| number.parse().ok()).unwrap_or_default();
            if number != self.last + 1 {
                let sentence = format!("I3: after event {} came {number}", self.last);
                self.recorder.note(Note::Impossible { sentence });
            }
            self.last = number;
            self.seen.transitions += 1;
            self.recorder.note(Note::Told {
                number,
                job: text("job"),
                transition: text("what"),
                version: text("version").parse().unwrap_or_default(),
                status: status(&text("status")),
            });
        }
        Ok(())
    }

    fn look(&mut self, redis: &mut Connection) -> Result<(), RedisError> {
        let Sight { wrong, waits } = census::look(redis)?;
        for sentence in wrong {
            self.recorder.note(Note::Impossible { sentence });
        }
        for (job, for_ms) in waits {
            self.recorder.note(Note::Waits { job, for_ms });
        }
        self.seen.looks += 1;
        Ok(())
    }
}

fn status(word: &str) -> Status {
    let found = Status::ALL.into_iter().find(|status| status.as_str() == word);
    found.unwrap_or_else(|| panic!("{word:?} is no status"))
}
