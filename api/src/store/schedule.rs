//! T2: waiting jobs are handed to free places.

use std::time::Duration;

use spool_shared::ids::Token;

use super::{Store, StoreError, limits::BATCH};

/// One run of the scheduler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Round {
    pub handed: usize,
    /// Every token was used: more may be waiting.
    pub full: bool,
    /// When the next delayed job is due.
    pub due: Option<Duration>,
}

impl Store {
    /// Hands out as many jobs as fit, at most a batch. Not repeated when the answer is lost: the mail tells.
    pub async fn schedule(&self) -> Result<Round, StoreError> {
        let tokens: Vec<String> = (0..BATCH).map(|_| Token::from_random(rand::random()).reveal()).collect();
        let call = self.call(&self.scripts().schedule).arg("tokens", tokens.join(" "));
        let reply = call.once(&self.inner.redis).await?;
        #[cfg(feature = "faults")]
        let reply = self.second_step(reply).await?;
        match reply.word()? {
            "ok" => {
                let (handed, due): (usize, i64) = (reply.get(1)?, reply.get(2)?);
                let due = u64::try_from(due).ok().map(Duration::from_millis);
                Ok(Round { handed, full: handed == BATCH, due })
            }
            _ => Err(reply.odd()),
        }
    }

    /// The second step of a hand-out, where a seeded bug makes it two.
    #[cfg(feature = "faults")]
    async fn second_step(&self, reply: super::Reply) -> Result<super::Reply, StoreError> {
        use spool_faults::{Point, pass};
        let (Ok(job), Ok(agent)) = (reply.get::<String>(3), reply.get::<String>(4)) else { return Ok(reply) };
        pass(Point::ApiScheduled);
        let tokens = format!("give {job} {agent} {}", Token::from_random(rand::random()).reveal());
        self.call(&self.scripts().schedule).arg("tokens", tokens).once(&self.inner.redis).await
    }
}
