//! The one blocking reader of this replica: events to the hub, mail to the agents, and the watch on the session.

use std::time::Duration;

use spool_shared::backoff::Backoff;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::Hub;
use crate::{
    gateway::Gateway,
    store::{Feed, Store, StoreError},
};

const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Follows events and mail until `stop`. While Redis is away it tries again at most each second.
pub async fn follow(store: Store, hub: Hub, gateway: Gateway, stop: CancellationToken) {
    let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
    loop {
        let error = tokio::select! {
            () = stop.cancelled() => return,
            error = follow_one(&store, &hub, &gateway, &mut backoff) => error,
        };
        warn!(%error, "The reader lost Redis: {error}");
        let pause = backoff.next_delay(rand::random_range(0.5..1.0));
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
        if let Ok(Some(session)) = store.follow_session().await {
            info!(session.id = %session, "Redis came back with another data set: a new session");
            gateway.session_ended();
        }
    }
}

/// Reads over one connection; returns when it breaks or the session ended.
async fn follow_one(store: &Store, hub: &Hub, gateway: &Gateway, backoff: &mut Backoff) -> StoreError {
    let mut feed = match open(store, hub).await {
        Ok(feed) => feed,
        Err(error) => return error,
    };
    loop {
        let news = match feed.next().await {
            Ok(news) => news,
            Err(error) => return error,
        };
        backoff.reset();
        if news.changes.is_empty() && news.letters.is_empty() {
            // A quiet stream looks the same in an empty Redis.
            if let Err(error) = store.position().await {
                return error;
            }
        }
        gateway.deliver(news.letters).await;
        if news.gap {
            hub.resync(crate::store::Position { session: store.session(), number: feed.number() });
        }
        for change in &news.changes {
            hub.tell(change);
        }
    }
}

async fn open(store: &Store, hub: &Hub) -> Result<Feed, StoreError> {
    let position = store.position().await?;
    // Whoever watches jobs of another session hears of its end here, however often Redis broke in between.
    if position.session != hub.position().session {
        hub.resync(position);
    }
    store.feed(hub.position()).await
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
