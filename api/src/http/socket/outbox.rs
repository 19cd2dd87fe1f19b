//! What waits to be sent to one browser: bounded, whatever the browser does.
//!
//! A browser that does not read for 64 frames is behind: they are dropped, nothing more is kept for it, and when it
//! reads again it gets one snapshot. Of previews the newest of each job is kept.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    task::{Context, Poll},
};

use futures_util::task::AtomicWaker;
use spool_shared::ids::JobId;
use tokio::{sync::Notify, time::Instant};

use super::frame::Frame;
use crate::store::Position;

/// How many frames wait at most.
pub(super) const CAPACITY: usize = 64;

/// How a browser is brought up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    Snapshot,
    Resume(Position),
}

#[derive(Default)]
pub(super) struct Outbox {
    state: Mutex<State>,
    reader: AtomicWaker,
    /// Notified when a snapshot is needed.
    room: OnceLock<Arc<Notify>>,
}

#[derive(Debug, Default)]
struct State {
    frames: VecDeque<Frame>,
    previews: VecDeque<(JobId, Frame)>,
    mode: Mode,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// It has not said hello.
    #[default]
    Unknown,
    /// Nothing is news to it before it got what it needs.
    Needs(Need),
    UpToDate,
    /// It has not read for too long.
    Behind {
        since: Instant,
    },
}

impl Outbox {
    /// The browser said hello and needs something first. `room` is notified when it needs something again.
    pub(super) fn begin(&self, need: Need, room: Arc<Notify>) {
        self.room.get_or_init(|| room);
        self.lock().mode = Mode::Needs(need);
    }

    /// Sends news, if the browser is up to date so far.
    pub(super) fn tell(&self, frame: &Frame) {
        self.change(|state| {
            if state.mode == Mode::UpToDate {
                state.push(frame.clone());
            }
        });
    }

    /// Sends an answer, whatever else is needed; dropped when there is no room.
    pub(super) fn answer(&self, frame: Frame) {
        self.change(|state| {
            if state.frames.len() < CAPACITY {
                state.frames.push_back(frame);
            }
        });
    }

    /// Sends a preview; it takes the place of one that waits.
    pub(super) fn show(&self, job: JobId, frame: &Frame) {
        self.change(|state| {
            if state.mode == Mode::UpToDate {
                state.previews.retain(|(other, _)| *other != job);
                state.previews.push_back((job, frame.clone()));
            }
        });
    }

    /// What the browser needs before any news.
    pub(super) fn need(&self) -> Option<Need> {
        match self.lock().mode {
            Mode::Needs(need) => Some(need),
            Mode::Unknown | Mode::UpToDate | Mode::Behind { .. } => None,
        }
    }

    /// Gives what was needed; news may follow.
    pub(super) fn fulfil(&self, frames: &[Frame]) {
        self.change(|state| {
            if let Mode::Needs(_) = state.mode {
                state.mode = Mode::UpToDate;
                for frame in frames {
                    state.push(frame.clone());
                }
            }
        });
    }

    /// What was sent does not count any more: `frame`, if any, and a snapshot come instead.
    pub(super) fn renew(&self, frame: Option<&Frame>) {
        self.change(|state| {
            state.previews.clear();
            match state.mode {
                // It gets its snapshot when it reads again.
                Mode::Unknown | Mode::Behind { .. } => {}
                Mode::UpToDate | Mode::Needs(_) => {
                    state.frames.clear();
                    state.mode = Mode::Needs(Need::Snapshot);
                }
            }
            state.frames.extend(frame.cloned());
        });
    }

    /// Since when the browser has not read.
    pub(super) fn behind_since(&self) -> Option<Instant> {
        match self.lock().mode {
            Mode::Behind { since } => Some(since),
            Mode::Unknown | Mode::UpToDate | Mode::Needs(_) => None,
        }
    }

    /// The next frame to send. Asking shows that the browser reads.
    pub(super) fn poll_next(&self, context: &Context<'_>) -> Poll<Frame> {
        self.reader.register(context.waker());
        let mut state = self.lock();
        if let Some(frame) = state.pop() {
            return Poll::Ready(frame);
        }
        if let Mode::Behind { .. } = state.mode {
            state.mode = Mode::Needs(Need::Snapshot);
            self.room.get().inspect(|room| room.notify_one());
        }
        Poll::Pending
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
        self.reader.wake();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn push(&mut self, frame: Frame) {
        if self.frames.len() < CAPACITY {
            self.frames.push_back(frame);
        } else if self.mode == Mode::UpToDate {
            self.frames.clear();
            self.previews.clear();
            self.mode = Mode::Behind { since: Instant::now() };
        }
    }

    fn pop(&mut self) -> Option<Frame> {
        self.frames.pop_front().or_else(|| self.previews.pop_front().map(|(_, frame)| frame))
    }
}

#[cfg(test)]
mod tests {
    use futures_util::task::noop_waker_ref;

    use super::*;

    fn frame(text: &str) -> Frame {
        Frame::json(&text)
    }

    fn read(outbox: &Outbox) -> Vec<Frame> {
        let context = Context::from_waker(noop_waker_ref());
        std::iter::from_fn(|| match outbox.poll_next(&context) {
            Poll::Ready(frame) => Some(frame),
            Poll::Pending => None,
        })
        .collect()
    }

    fn new(room: &Arc<Notify>) -> Outbox {
        let outbox = Outbox::default();
        outbox.begin(Need::Snapshot, room.clone());
        outbox
    }

    fn up_to_date() -> Outbox {
        let outbox = new(&Arc::default());
        outbox.fulfil(&[]);
        outbox
    }

    #[test]
    fn news_come_after_the_snapshot_only() {
        let outbox = new(&Arc::default());
        outbox.answer(frame("welcome"));
        outbox.tell(&frame("too early"));
        assert_eq!((read(&outbox), outbox.need()), (vec![frame("welcome")], Some(Need::Snapshot)));
        outbox.fulfil(&[frame("snapshot")]);
        outbox.tell(&frame("news"));
        assert_eq!((read(&outbox), outbox.need()), (vec![frame("snapshot"), frame("news")], None));
    }

    #[tokio::test]
    async fn whoever_does_not_read_costs_nothing_and_gets_one_snapshot_at_the_next_look() {
        let room = Arc::new(Notify::new());
        let outbox = new(&room);
        outbox.fulfil(&[]);
        for _ in 0..CAPACITY {
            outbox.tell(&frame("news"));
        }
        assert_eq!(outbox.behind_since(), None);
        outbox.tell(&frame("one too many"));
        assert!(outbox.behind_since().is_some() && outbox.lock().frames.is_empty());
        outbox.tell(&frame("more"));
        assert_eq!((outbox.need(), outbox.lock().frames.len()), (None, 0));
        assert_eq!((read(&outbox), outbox.need()), (Vec::new(), Some(Need::Snapshot)));
        room.notified().await;
        outbox.fulfil(&[frame("snapshot")]);
        assert_eq!(read(&outbox), [frame("snapshot")]);
    }

    #[test]
    fn of_each_job_the_newest_preview_is_sent_after_everything_else() {
        let outbox = up_to_date();
        let [one, other] = [1, 2].map(|byte| JobId::from_random([byte; 16]));
        outbox.show(one, &frame("old"));
        outbox.show(other, &frame("other"));
        outbox.show(one, &frame("new"));
        outbox.tell(&frame("news"));
        assert_eq!(read(&outbox), [frame("news"), frame("other"), frame("new")]);
    }

    #[test]
    fn a_renewal_drops_what_waited() {
        let outbox = up_to_date();
        outbox.tell(&frame("of the old session"));
        outbox.renew(Some(&frame("reset")));
        outbox.tell(&frame("too early"));
        assert_eq!((read(&outbox), outbox.need()), (vec![frame("reset")], Some(Need::Snapshot)));
    }
}
