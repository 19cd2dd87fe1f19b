//! An agent is connected: what it no longer has goes on elsewhere, and what it still has goes on (T11).

use sha2::{Digest as _, Sha256};
use spool_shared::{
    ids::{Nonce, Token},
    protocol::{AgentCard, HeldLease, Offer},
};

use super::{Store, StoreError, script::Reply};
use crate::measure::{self, Ending};

/// What an agent says of itself when it connects.
#[derive(Debug, Clone)]
pub struct Presence<'a> {
    pub nonce: Nonce,
    /// The name of its token; empty in open mode.
    pub identity: &'a str,
    pub card: &'a AgentCard,
    pub offers: &'a [Offer],
    pub slots: u32,
    /// Its leases, as it believes.
    pub held: &'a [HeldLease],
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Greeting {
    /// It is present.
    Welcome(Welcome),
    /// Another program under this id is connected.
    Duplicate,
}

/// What became of its leases.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Welcome {
    /// So many that it did not list went back to the queue.
    pub requeued: u64,
    /// Listed and valid. One that had been lost while its job still waited has a new token.
    pub keep: Vec<HeldLease>,
    /// Listed and over.
    pub drop: Vec<HeldLease>,
}

impl Store {
    /// Records presence. Leases of this agent that it does not list go back to the queue, those that it lists go on.
    pub async fn hello(&self, presence: &Presence<'_>) -> Result<Greeting, StoreError> {
        let Presence { nonce, identity, card, offers, slots, held } = presence;
        let mut classes: Vec<String> =
            offers.iter().flat_map(|offer| offer.classes.iter().map(ToString::to_string)).collect();
        classes.sort_unstable();
        classes.dedup();
        let classes = classes.join(" ");
        let engines: Vec<String> =
            offers.iter().map(|offer| format!("{}={}", offer.workflow, offer.engine)).collect();
        // Agents that offer the same classes stand in one sorted set, so that the scheduler need not look at each.
        let profile = hex::encode(Sha256::digest(classes.as_bytes()).get(..8).unwrap_or_default());
        let described = serde_json::to_string(card).map_err(|error| StoreError::record("card", error))?;
        // Used only where a lease had been lost.
        let renewals: Vec<HeldLease> = held
            .iter()
            .map(|lease| HeldLease { token: Token::from_random(rand::random()), ..*lease })
            .collect();
        let call = self
            .call(&self.scripts().hello)
            .arg("agent", card.id.to_string())
            .arg("nonce", nonce.to_string())
            .arg("boot", card.boot.to_string())
            .arg("replica", self.replica().to_string())
            .arg("identity", *identity)
            .arg("name", &card.name)
            .arg("version", &card.version)
            .arg("slots", *slots)
            .arg("memory", card.memory_bytes)
            .arg("profile", profile)
            .arg("classes", classes)
            .arg("engines", engines.join(" "))
            .arg("card", described)
            .arg("held", listed(held, &renewals));
        let reply = self.run(call).await?;
        match reply.word()? {
            "ok" => {
                let requeued = reply.get(1)?;
                measure::ended(Ending::Lost, requeued);
                let welcome = Welcome { requeued, ..Welcome::default() };
                welcome.with(&reply, 2, held, &renewals).map(Greeting::Welcome)
            }
            // The answer to the same hello was lost.
            "already" => Welcome::default().with(&reply, 1, held, &renewals).map(Greeting::Welcome),
            "duplicate" => Ok(Greeting::Duplicate),
            _ => Err(reply.odd()),
        }
    }
}

impl Welcome {
    /// With the verdicts on what was listed, which begin at `first` in the reply.
    fn with(
        mut self,
        reply: &Reply,
        first: usize,
        held: &[HeldLease],
        renewals: &[HeldLease],
    ) -> Result<Self, StoreError> {
        for ((at, lease), renewal) in (first..).zip(held).zip(renewals) {
            match reply.get::<String>(at)?.as_str() {
                "keep" => self.keep.push(*lease),
                "renewed" => self.keep.push(*renewal),
                "drop" => self.drop.push(*lease),
                _ => return Err(reply.odd()),
            }
        }
        Ok(self)
    }
}

/// Leases as the script reads them: `job:token:new_token`, separated by spaces.
fn listed(held: &[HeldLease], renewals: &[HeldLease]) -> String {
    let listed = held.iter().zip(renewals);
    let words: Vec<String> = listed
        .map(|(lease, renewal)| format!("{}:{}:{}", lease.job, lease.token.reveal(), renewal.token.reveal()))
        .collect();
    words.join(" ")
}
