//! All browsers of one owner at this replica. What changed is read once and rendered once, for all of them.
//!
//! One task does everything in turn: it tells the news, then brings those up to date who need it. So whoever got a
//! snapshot gets everything that happened after it, and nothing that happened before.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use spool_shared::ids::{JobId, SessionId};
use tokio::{sync::Notify, time::Instant};
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::{
    board::{self, Board, Shown},
    browsers::Browsers,
    frame::Frame,
    news::{self, News},
    outbox::{Need, Outbox},
    previews::{Previews, Watched},
    to_browser::ToBrowser,
};
use crate::{
    fanout::{Gathering, Urgency},
    http::caller::Caller,
    store::{Position, Store, StoreError},
};

/// Between two tellings of progress.
const PROGRESS_PAUSE: Duration = Duration::from_millis(250);
/// Between any two tellings: the first one is told at once, a storm is told in gusts.
const PAUSE: Duration = Duration::from_millis(50);
/// Until it is tried again when the store did not answer.
const RETRY_PAUSE: Duration = Duration::from_secs(1);

pub(super) struct Room {
    store: Store,
    board: Arc<Board>,
    caller: Caller,
    gathering: Gathering,
    wake: Arc<Notify>,
    beat: Duration,
    members: Mutex<HashMap<u64, Member>>,
    next: AtomicU64,
    /// Everything up to here was told.
    told: Mutex<Position>,
    /// Jobs that someone has just begun to watch.
    looked_at: Mutex<Vec<JobId>>,
}

#[derive(Clone)]
struct Member {
    outbox: Arc<Outbox>,
    watching: Vec<JobId>,
}

/// A browser's place in its owner's room.
pub(super) struct Seat {
    browsers: Browsers,
    room: Arc<Room>,
    number: u64,
    outbox: Arc<Outbox>,
}

/// What the room's task remembers from one turn to the next.
struct Turn {
    last: Option<Instant>,
    /// Not before: the store did not answer.
    retry: Option<Instant>,
    session: SessionId,
    shown: Option<Arc<Shown>>,
    previews: Previews,
}

impl Room {
    pub(super) fn new(
        store: Store,
        board: Arc<Board>,
        caller: Caller,
        gathering: Gathering,
        beat: Duration,
    ) -> Self {
        let (wake, told) = (gathering.wake(), Mutex::new(gathering.take().position));
        let (members, next, looked_at) = (Mutex::default(), AtomicU64::default(), Mutex::default());
        Self { store, board, caller, gathering, wake, beat, members, next, told, looked_at }
    }

    pub(super) fn enter(
        self: &Arc<Self>,
        browsers: Browsers,
        outbox: Arc<Outbox>,
        resume: Option<Position>,
    ) -> Seat {
        outbox.begin(resume.map_or(Need::Snapshot, Need::Resume), self.wake.clone());
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.members().insert(number, Member { outbox: outbox.clone(), watching: Vec::new() });
        self.wake.notify_one();
        Seat { browsers, room: self.clone(), number, outbox }
    }

    pub(super) fn count(&self) -> usize {
        self.members().len()
    }

    /// How many do not read.
    pub(super) fn behind(&self) -> usize {
        self.members().values().filter(|member| member.outbox.behind_since().is_some()).count()
    }

    /// Works until `end`.
    pub(super) async fn serve(self: Arc<Self>, end: CancellationToken) {
        let mut turn = Turn {
            last: None,
            retry: None,
            session: self.told().session,
            shown: None,
            previews: Previews::default(),
        };
        let mut beats = tokio::time::interval_at(Instant::now() + self.beat, self.beat);
        let mut looks = tokio::time::interval(board::PERIOD);
        loop {
            let due = self.due(&turn);
            let result = tokio::select! {
                () = end.cancelled() => return,
                _ = beats.tick() => { self.tell(&self.heartbeat()); Ok(()) }
                _ = looks.tick() => self.show_board(&mut turn).await,
                // What came may be more urgent than what was waited for, or due already.
                () = self.wake.notified() => self.work(&mut turn).await,
                () = sleep_until(due) => self.work(&mut turn).await,
            };
            if let Err(error) = result {
                warn!(%error, "Browsers wait for the store: {error}");
                turn.retry = Some(Instant::now() + RETRY_PAUSE);
            }
        }
    }

    /// When there is something to do next; `None` before anything happens.
    fn due(&self, turn: &Turn) -> Option<Instant> {
        let now = Instant::now();
        let news = self.gathering.urgency().map(|urgency| turn.may_tell(urgency, now));
        let previews = turn.previews.due(&self.watched());
        let due = news.into_iter().chain(previews).min();
        // Without news a retry is for those who need something.
        due.map_or(turn.retry, |due| Some(turn.retry.map_or(due, |retry| retry.max(due))))
    }

    async fn work(&self, turn: &mut Turn) -> Result<(), StoreError> {
        turn.previews.add(self.gathering.take_previews());
        turn.previews.add(std::mem::take(&mut *self.looked_at()));
        let now = Instant::now();
        if turn.retry.is_some_and(|retry| retry > now) {
            return Ok(());
        }
        turn.retry = None;
        if self.gathering.urgency().is_some_and(|urgency| turn.may_tell(urgency, now) <= now) {
            turn.last = Some(now);
            self.tell_news(turn).await?;
        }
        self.bring_up_to_date().await?;
        self.send_previews(turn, now).await
    }

    async fn tell_news(&self, turn: &mut Turn) -> Result<(), StoreError> {
        let gathered = self.gathering.take();
        let position = gathered.position;
        if gathered.resync {
            let reset = (position.session != turn.session)
                .then(|| Frame::json(&ToBrowser::Reset { why: "session_reset" }));
            turn.session = position.session;
            self.set_told(position);
            self.all().iter().for_each(|member| member.outbox.renew(reset.as_ref()));
            return Ok(());
        }
        match News::of(&self.store, &gathered, self.told()).await {
            Ok(news) => {
                self.set_told(position);
                news.frames.iter().for_each(|frame| self.tell(frame));
                Ok(())
            }
            Err(error) => {
                self.gathering.put_back(gathered);
                Err(error)
            }
        }
    }

    /// Gives a snapshot, or what they missed, to all who need it: one reading for all of them.
    async fn bring_up_to_date(&self) -> Result<(), StoreError> {
        let needy: Vec<(Need, Arc<Outbox>)> = self
            .all()
            .into_iter()
            .filter_map(|member| Some((member.outbox.need()?, member.outbox)))
            .collect();
        if needy.is_empty() {
            return Ok(());
        }
        let (told, caller) = (self.told(), &self.caller);
        let shown = self.board.look(&self.store).await?;
        let known = |need| match need {
            Need::Resume(position) if position.session == told.session => Some(position),
            Need::Resume(_) | Need::Snapshot => None,
        };
        let (resume, mut renew): (Vec<_>, Vec<_>) =
            needy.into_iter().partition(|(need, _)| known(*need).is_some());
        // Whoever knows more than the others is told some of it again, which changes nothing.
        if let Some(oldest) =
            resume.iter().filter_map(|(need, _)| known(*need)).min_by_key(|known| known.number)
        {
            match News::since(&self.store, caller, oldest, told, &shown).await? {
                Some(missed) => resume.iter().for_each(|(_, outbox)| outbox.fulfil(&missed.frames)),
                None => renew.extend(resume),
            }
        }
        if !renew.is_empty() {
            let everything = News::everything(&self.store, caller, told, &shown).await?;
            for (_, outbox) in renew {
                outbox.fulfil(&everything.frames);
            }
        }
        Ok(())
    }

    async fn show_board(&self, turn: &mut Turn) -> Result<(), StoreError> {
        let shown = self.board.look(&self.store).await?;
        let before = turn.shown.replace(shown.clone());
        if before.as_ref().is_none_or(|before| before.queue != shown.queue) {
            self.tell(&news::queue(&shown));
        }
        if before.as_ref().is_none_or(|before| before.fleet != shown.fleet) {
            self.tell(&news::fleet(&shown, &self.caller));
        }
        Ok(())
    }

    async fn send_previews(&self, turn: &mut Turn, now: Instant) -> Result<(), StoreError> {
        for job in turn.previews.take(&self.watched(), now) {
            let Some((seq, picture)) = self.store.previewed(job).await? else { continue };
            let frame = Frame::preview(job, seq, &picture);
            let watchers = self.all().into_iter().filter(|member| member.watching.contains(&job));
            watchers.for_each(|member| member.outbox.show(job, &frame));
        }
        Ok(())
    }

    fn tell(&self, frame: &Frame) {
        self.members().values().for_each(|member| member.outbox.tell(frame));
    }

    fn heartbeat(&self) -> Frame {
        Frame::json(&ToBrowser::Hb { position: self.told().to_string() })
    }

    fn watched(&self) -> Watched {
        let mut watched = Watched::new();
        for member in self.members().values() {
            for job in &member.watching {
                *watched.entry(*job).or_insert(true) &= member.watching.len() == 1;
            }
        }
        watched
    }

    fn all(&self) -> Vec<Member> {
        self.members().values().cloned().collect()
    }

    fn told(&self) -> Position {
        *self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_told(&self, position: Position) {
        *self.told.lock().unwrap_or_else(PoisonError::into_inner) = position;
    }

    fn looked_at(&self) -> MutexGuard<'_, Vec<JobId>> {
        self.looked_at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn members(&self) -> MutexGuard<'_, HashMap<u64, Member>> {
        self.members.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn {
    /// When news of this urgency may be told.
    fn may_tell(&self, urgency: Urgency, now: Instant) -> Instant {
        let pause = match urgency {
            Urgency::Transition => PAUSE,
            Urgency::Progress => PROGRESS_PAUSE,
        };
        self.last.map_or(now, |last| last + pause)
    }
}

impl Seat {
    /// Answers a ping.
    pub(super) fn beat(&self) {
        self.outbox.answer(self.room.heartbeat());
    }

    /// Shows these jobs from now on, and their newest previews at once.
    pub(super) fn watch(&self, jobs: Vec<JobId>) {
        if let Some(member) = self.room.members().get_mut(&self.number) {
            member.watching.clone_from(&jobs);
        }
        self.room.looked_at().extend(jobs);
        self.room.wake.notify_one();
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.room.members().remove(&self.number);
        self.browsers.tidy(self.room.caller.owner());
    }
}

/// Never, without a time.
async fn sleep_until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}
