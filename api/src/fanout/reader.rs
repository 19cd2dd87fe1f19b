//! The one blocking reader of this replica: events to the hub, mail to the agents, and the watch on the session.

use std::{convert::Infallible, time::Duration};

use spool_shared::backoff::Backoff;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::Hub;
use crate::{
    gateway::Gateway,
    store::{Change, Feed, MailPosition, News, Position, Store, StoreError},
};

const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Follows events and mail until `stop`. While Redis is away it tries again at most each second.
pub async fn follow(store: Store, hub: Hub, gateway: Gateway, stop: CancellationToken) {
    let mut reader = Reader { store, hub, gateway, last: None, mail: MailPosition::start() };
    let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
    loop {
        let Err(error) = tokio::select! {
            () = stop.cancelled() => return,
            broken = reader.follow_one(&mut backoff) => broken,
        };
        warn!(%error, "The reader lost Redis: {error}");
        let pause = backoff.next_delay(rand::random_range(0.5..1.0));
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
        if let Ok(Some(session)) = reader.store.follow_session().await {
            info!(session.id = %session, "Redis came back with another data set: a new session");
            reader.gateway.session_ended();
        }
    }
}

struct Reader {
    store: Store,
    hub: Hub,
    gateway: Gateway,
    /// The last change that was told.
    last: Option<Change>,
    /// The last letter that was delivered. None is delivered twice, unless Redis lost something.
    mail: MailPosition,
}

impl Reader {
    /// Reads over one connection; ends when it breaks or the session ended.
    async fn follow_one(&mut self, backoff: &mut Backoff) -> Result<Infallible, StoreError> {
        let mut feed = self.open().await?;
        loop {
            let news = feed.next().await?;
            backoff.reset();
            let (news, lost) = if news.is_empty() { self.look(&mut feed).await? } else { (news, None) };
            self.gateway.deliver(news.letters).await;
            self.mail.clone_from(feed.mail());
            if let Some(position) = lost {
                self.resync(position);
                feed = self.store.feed(position, self.mail.clone()).await?;
                continue;
            }
            if news.gap {
                self.resync(Position { session: self.store.session(), number: feed.number() });
            }
            for change in &news.changes {
                self.hub.tell(change);
            }
            self.last = news.changes.into_iter().next_back().or(self.last.take());
        }
    }

    async fn open(&mut self) -> Result<Feed, StoreError> {
        let (position, told) = (self.store.position().await?, self.hub.position());
        if position.session != told.session {
            // Whoever watches jobs of another session hears of its end here, however often Redis broke in between.
            self.hub.resync(position);
            self.mail = MailPosition::start();
        } else if position.number < told.number || !self.is_continued().await? {
            self.resync(position);
        }
        self.store.feed(self.hub.position(), self.mail.clone()).await
    }

    /// Whether the change that was told last is still there. A Redis that took over from one that failed may not have
    /// got it, and may have given its number to another one since.
    async fn is_continued(&self) -> Result<bool, StoreError> {
        let told = self.hub.position().number;
        match self.last.as_ref().filter(|last| last.number == told) {
            Some(last) => Ok(self.store.event(told).await?.as_ref() == Some(last)),
            None => Ok(true),
        }
    }

    /// A quiet stream looks the same in an empty Redis, and in one that lost its newest events. What happened since
    /// the read ended is news; `Some` is where the events stand if some were lost.
    async fn look(&self, feed: &mut Feed) -> Result<(News, Option<Position>), StoreError> {
        let (read, position) = (feed.number(), self.store.position().await?);
        let news = feed.peek().await?;
        let went_back = position.number < read;
        let has_no_events = position.number > read && news.changes.is_empty();
        let lost = (went_back || has_no_events).then_some(position);
        Ok((news, lost))
    }

    fn resync(&mut self, position: Position) {
        warn!(number = position.number, "Events are missing: everyone who watches looks again");
        self.hub.resync(position);
        self.last = None;
        self.mail = MailPosition::start();
    }
}

/// Passes progress and previews of all replicas on to the watchers, until `stop`.
pub async fn follow_notes(store: Store, hub: Hub, stop: CancellationToken) {
    let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
    let pass_on = async {
        loop {
            if let Ok(mut feed) = store.note_feed().await {
                backoff.reset();
                while let Some(note) = feed.next().await {
                    hub.note(&note);
                }
            }
            tokio::time::sleep(backoff.next_delay(rand::random_range(0.5..1.0))).await;
        }
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = pass_on => {}
    }
}
