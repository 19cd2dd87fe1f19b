//! What waits to be said on the control socket. Progress is said at most ten times a second for each job, and only
//! the newest.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use spool_shared::{
    ids::{JobId, Token},
    job::{Phase, Progress},
    protocol::FromAgent,
};
use tokio::{sync::Notify, time::sleep_until};

/// From one progress of a job to the next.
const INTERVAL: Duration = Duration::from_millis(100);

/// Clones share what waits.
#[derive(Debug, Clone, Default)]
pub struct Outbox {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    pending: Mutex<Pending>,
    bell: Notify,
}

#[derive(Debug, Default)]
struct Pending {
    urgent: VecDeque<FromAgent>,
    reports: HashMap<Token, Report>,
    /// `hello` was said on this connection; nothing goes before it.
    greeted: bool,
    holding: bool,
    closing: bool,
}

#[derive(Debug)]
struct Report {
    job: JobId,
    newest: Option<Progress>,
    said: Option<(Instant, Phase)>,
}

/// What is to be done on the control socket.
#[derive(Debug, PartialEq)]
pub(super) enum Next {
    Say(Box<FromAgent>),
    /// Everything is said, and nothing will follow.
    Close,
}

enum Due {
    Now(Next),
    At(Instant),
    Never,
}

impl Outbox {
    /// Says it as soon as possible, in order. `hello` discards what waited for an earlier connection.
    pub fn say(&self, message: FromAgent) {
        self.pending().say(message);
        self.shared.bell.notify_one();
    }

    /// Says it when its turn comes, unless a newer one comes first.
    pub fn report(&self, job: JobId, token: Token, progress: Progress) {
        self.pending().report(job, token, progress);
        self.shared.bell.notify_one();
    }

    /// Whether leases are at stake when the connection breaks.
    pub fn set_holding(&self, holding: bool) {
        self.pending().holding = holding;
    }

    /// Closes the socket for good once everything is said.
    pub fn close(&self) {
        self.pending().closing = true;
        self.shared.bell.notify_one();
    }

    pub(super) fn holding(&self) -> bool {
        self.pending().holding
    }

    pub(super) fn closing(&self) -> bool {
        self.pending().closing
    }

    /// A new connection: nothing said before is meant for it.
    pub(super) fn reset(&self) {
        let mut pending = self.pending();
        *pending = Pending { holding: pending.holding, closing: pending.closing, ..Pending::default() };
    }

    /// May be dropped and called again.
    pub(super) async fn next(&self) -> Next {
        loop {
            let due = self.pending().take(Instant::now());
            match due {
                Due::Now(next) => return next,
                Due::Never => self.shared.bell.notified().await,
                Due::At(at) => {
                    tokio::select! {
                        () = self.shared.bell.notified() => {}
                        () = sleep_until(at.into()) => {}
                    }
                }
            }
        }
    }

    /// Resolves when the socket is to be closed.
    pub(super) async fn closed(&self) {
        while !self.closing() {
            self.shared.bell.notified().await;
        }
    }

    fn pending(&self) -> MutexGuard<'_, Pending> {
        self.shared.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pending {
    fn say(&mut self, message: FromAgent) {
        match &message {
            FromAgent::Hello { .. } => {
                self.urgent.clear();
                self.reports.clear();
                self.greeted = true;
            }
            // Nothing is said of a lease after its end.
            FromAgent::Succeeded { token, .. }
            | FromAgent::Failed { token, .. }
            | FromAgent::Declined { token, .. }
            | FromAgent::Released { token, .. } => {
                self.reports.remove(token);
            }
            _ => {}
        }
        if self.greeted {
            self.urgent.push_back(message);
        }
    }

    fn report(&mut self, job: JobId, token: Token, progress: Progress) {
        if self.greeted {
            self.reports.entry(token).or_insert(Report { job, newest: None, said: None }).newest =
                Some(progress);
        }
    }

    fn take(&mut self, now: Instant) -> Due {
        if let Some(message) = self.urgent.pop_front() {
            return Due::Now(Next::Say(Box::new(message)));
        }
        let waiting = self.reports.iter().filter_map(|(token, report)| Some((report.due(now)?, *token)));
        match waiting.min_by_key(|(due, _)| *due) {
            Some((due, token)) if due <= now => match self.reports.get_mut(&token) {
                Some(report) => report
                    .take(token, now)
                    .map_or(Due::Never, |message| Due::Now(Next::Say(Box::new(message)))),
                None => Due::Never,
            },
            Some((due, _)) if !self.closing => Due::At(due),
            _ if self.closing => Due::Now(Next::Close),
            _ => Due::Never,
        }
    }
}

impl Report {
    /// When the newest may be said. A new phase need not wait.
    fn due(&self, now: Instant) -> Option<Instant> {
        let newest = self.newest.as_ref()?;
        match self.said {
            Some((said, phase)) if phase == newest.phase => Some(said + INTERVAL),
            _ => Some(now),
        }
    }

    fn take(&mut self, token: Token, now: Instant) -> Option<FromAgent> {
        let Progress { seq, phase, step, steps, fraction } = self.newest.take()?;
        self.said = Some((now, phase));
        Some(FromAgent::Progress { job: self.job, token, seq, phase, step, steps, fraction })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job() -> JobId {
        JobId::from_random([1; 16])
    }

    fn token() -> Token {
        Token::from_random([2; 16])
    }

    fn at(seq: u64, phase: Phase) -> Progress {
        Progress { seq, phase, step: 0, steps: 0, fraction: 0.0 }
    }

    fn greeted() -> Pending {
        Pending { greeted: true, ..Pending::default() }
    }

    fn seq_said(pending: &mut Pending, now: Instant) -> Option<u64> {
        match pending.take(now) {
            Due::Now(Next::Say(message)) => match *message {
                FromAgent::Progress { seq, .. } => Some(seq),
                _ => None,
            },
            _ => None,
        }
    }

    #[test]
    fn of_many_reports_the_newest_is_said_ten_times_a_second() {
        let (mut pending, start) = (greeted(), Instant::now());
        let mut said = Vec::new();
        for millisecond in 0..1000u16 {
            pending.report(job(), token(), at(u64::from(millisecond), Phase::Denoise));
            said.extend(seq_said(&mut pending, start + Duration::from_millis(millisecond.into())));
        }
        assert_eq!(said, [0, 100, 200, 300, 400, 500, 600, 700, 800, 900]);
    }

    #[test]
    fn a_new_phase_is_said_at_once() {
        let (mut pending, now) = (greeted(), Instant::now());
        pending.report(job(), token(), at(1, Phase::Denoise));
        assert_eq!(seq_said(&mut pending, now), Some(1));
        pending.report(job(), token(), at(2, Phase::Decode));
        assert_eq!(seq_said(&mut pending, now), Some(2));
    }

    #[test]
    fn urgent_messages_go_first_and_an_outcome_silences_the_progress_before_it() {
        let (mut pending, now) = (greeted(), Instant::now());
        pending.report(job(), token(), at(1, Phase::Encode));
        let failed = FromAgent::Released {
            job: job(),
            token: token(),
            reason: spool_shared::protocol::ReleaseReason::Dropped,
        };
        pending.say(failed.clone());
        assert!(matches!(pending.take(now), Due::Now(Next::Say(message)) if *message == failed));
        assert!(matches!(pending.take(now), Due::Never));
    }

    #[test]
    fn nothing_goes_before_hello_on_a_new_connection() {
        let mut pending = Pending::default();
        pending.say(FromAgent::Bye {});
        pending.report(job(), token(), at(1, Phase::Encode));
        assert!(matches!(pending.take(Instant::now()), Due::Never));
    }

    #[test]
    fn closing_waits_until_everything_urgent_is_said() {
        let (mut pending, now) = (greeted(), Instant::now());
        pending.say(FromAgent::Bye {});
        pending.closing = true;
        assert!(matches!(pending.take(now), Due::Now(Next::Say(message)) if *message == FromAgent::Bye {}));
        assert!(matches!(pending.take(now), Due::Now(Next::Close)));
    }
}
