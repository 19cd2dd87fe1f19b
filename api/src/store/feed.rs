//! The bell: what happened to jobs, and what this replica must tell its agents.

use std::{collections::HashMap, time::Duration};

use futures_util::StreamExt as _;
use redis::{
    AsyncConnectionConfig,
    aio::MultiplexedConnection,
    streams::{StreamRangeReply, StreamReadReply},
};
use spool_shared::{
    ids::{AgentId, JobId, Nonce},
    job::Status,
    protocol::HeldLease,
};

use super::{Position, Store, StoreError};

/// How long one read waits for something to happen.
const BLOCK: Duration = Duration::from_secs(2);
/// Longer than [`BLOCK`], because the server may wake a little late.
const ANSWER: Duration = Duration::from_secs(5);
/// How many entries one read takes at most.
const COUNT: usize = 512;

/// A job changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub number: u64,
    pub job: JobId,
    pub owner: String,
    /// The transition, as the scripts' headers name it under `Emits`.
    pub what: String,
    pub version: u64,
    pub status: Status,
}

/// Something to tell an agent, if it is still connected under this nonce.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    pub agent: AgentId,
    pub nonce: Nonce,
    pub mail: Mail,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mail {
    Assign(HeldLease),
    Cancel(HeldLease),
    TakeBack(HeldLease),
    /// Take nothing new.
    Drain,
    /// Take jobs again.
    Resume,
    /// The agent has a newer connection, here or elsewhere.
    Superseded,
}

/// What one read brought.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct News {
    pub changes: Vec<Change>,
    pub letters: Vec<Letter>,
    /// Changes are missing before these: only a look at the store tells what happened.
    pub gap: bool,
}

impl News {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.letters.is_empty()
    }
}

/// The one blocking reader of a replica, on a connection of its own.
pub struct Feed {
    redis: MultiplexedConnection,
    streams: [String; 2],
    number: u64,
    mail: MailPosition,
}

/// The last letter that was read. Letters are kept for a while, and one that is delivered again may undo a newer one.
#[derive(Debug, Clone)]
pub struct MailPosition(String);

impl MailPosition {
    /// Before every letter that is kept.
    #[must_use]
    pub fn start() -> Self {
        Self("0".to_owned())
    }
}

impl Store {
    /// Opens the feed after `position`, and after the letter at `mail`.
    pub async fn feed(&self, position: Position, mail: MailPosition) -> Result<Feed, StoreError> {
        let config = AsyncConnectionConfig::new().set_response_timeout(Some(ANSWER));
        let redis = self.inner.client.get_multiplexed_async_connection_with_config(&config).await?;
        let streams = [self.keys().fixed("events"), self.keys().of("mail", self.replica())];
        Ok(Feed { redis, streams, number: position.number, mail })
    }

    /// The change of this number, as long as it is kept.
    pub async fn event(&self, number: u64) -> Result<Option<Change>, StoreError> {
        let id = format!("{number}-0");
        let mut redis = self.inner.redis.clone();
        let found: StreamRangeReply = redis::cmd("XRANGE")
            .arg(self.keys().fixed("events"))
            .arg(&id)
            .arg(&id)
            .query_async(&mut redis)
            .await?;
        Ok(found.ids.first().and_then(|entry| change(number, &entry.map)))
    }

    /// Opens the channels of progress and previews.
    pub async fn note_feed(&self) -> Result<NoteFeed, StoreError> {
        let mut channel = self.inner.client.get_async_pubsub().await?;
        let previews = self.keys().fixed("previews");
        channel.subscribe(&[self.keys().fixed("progress"), previews.clone()]).await?;
        Ok(NoteFeed { channel, previews })
    }
}

impl Feed {
    /// Waits for news, two seconds at most.
    pub async fn next(&mut self) -> Result<News, StoreError> {
        self.read(Some(BLOCK)).await
    }

    /// What is there already.
    pub async fn peek(&mut self) -> Result<News, StoreError> {
        self.read(None).await
    }

    async fn read(&mut self, wait: Option<Duration>) -> Result<News, StoreError> {
        let mut command = redis::cmd("XREAD");
        command.arg("COUNT").arg(COUNT);
        if let Some(wait) = wait {
            command.arg("BLOCK").arg(u64::try_from(wait.as_millis()).unwrap_or(2_000));
        }
        command.arg("STREAMS").arg(&self.streams).arg(format!("{}-0", self.number)).arg(&self.mail.0);
        let reply: Option<StreamReadReply> = command.query_async(&mut self.redis).await?;
        let mut news = News::default();
        for stream in reply.map(|reply| reply.keys).unwrap_or_default() {
            for entry in stream.ids {
                let fields = entry.map;
                if Some(&stream.key) == self.streams.first() {
                    self.take_change(&mut news, &entry.id, &fields);
                } else {
                    news.letters.extend(letter(&fields));
                    self.mail.0 = entry.id;
                }
            }
        }
        Ok(news)
    }

    /// The newest event that was read.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The newest letter that was read.
    #[must_use]
    pub fn mail(&self) -> &MailPosition {
        &self.mail
    }

    fn take_change(&mut self, news: &mut News, id: &str, fields: &HashMap<String, redis::Value>) {
        let Some(number) = id.split('-').next().and_then(|number| number.parse().ok()) else { return };
        news.gap |= number != self.number + 1;
        self.number = number;
        news.changes.extend(change(number, fields));
    }
}

fn text<'a>(fields: &'a HashMap<String, redis::Value>, name: &str) -> Option<&'a str> {
    match fields.get(name) {
        Some(redis::Value::BulkString(bytes)) => std::str::from_utf8(bytes).ok(),
        _ => None,
    }
}

pub(super) fn change(number: u64, fields: &HashMap<String, redis::Value>) -> Option<Change> {
    Some(Change {
        number,
        job: text(fields, "job")?.parse().ok()?,
        owner: text(fields, "owner")?.to_owned(),
        what: text(fields, "what")?.to_owned(),
        version: text(fields, "version")?.parse().ok()?,
        status: Status::from_word(text(fields, "status")?)?,
    })
}

fn letter(fields: &HashMap<String, redis::Value>) -> Option<Letter> {
    let lease = || {
        Some(HeldLease {
            job: text(fields, "job")?.parse().ok()?,
            token: text(fields, "token")?.parse().ok()?,
        })
    };
    let mail = match text(fields, "what")? {
        "assign" => Mail::Assign(lease()?),
        "cancel" => Mail::Cancel(lease()?),
        "take_back" => Mail::TakeBack(lease()?),
        "drain" => Mail::Drain,
        "resume" => Mail::Resume,
        "superseded" => Mail::Superseded,
        _ => return None,
    };
    Some(Letter {
        agent: text(fields, "agent")?.parse().ok()?,
        nonce: text(fields, "nonce")?.parse().ok()?,
        mail,
    })
}

/// What agents of all replicas report between transitions.
pub struct NoteFeed {
    channel: redis::aio::PubSub,
    previews: String,
}

/// Something that is no transition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub job: JobId,
    pub owner: String,
    pub what: Noted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noted {
    /// The job got further, which made this version.
    Progress { version: u64 },
    /// There is a newer picture of the work.
    Preview,
}

impl NoteFeed {
    /// Waits for the next note; `None` when the connection ended.
    pub async fn next(&mut self) -> Option<Note> {
        loop {
            let message = self.channel.on_message().next().await?;
            let text: String = message.get_payload().ok()?;
            let note = note(&text, message.get_channel_name() == self.previews);
            if note.is_some() {
                return note;
            }
        }
    }
}

/// `job number owner`, as the scripts write it.
fn note(text: &str, preview: bool) -> Option<Note> {
    let mut parts = text.splitn(3, ' ');
    let job = parts.next()?.parse().ok()?;
    let number = parts.next()?.parse().ok()?;
    let what = if preview { Noted::Preview } else { Noted::Progress { version: number } };
    Some(Note { job, owner: parts.next()?.to_owned(), what })
}
