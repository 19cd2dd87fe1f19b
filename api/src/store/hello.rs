//! An agent is connected.

use sha2::{Digest as _, Sha256};
use spool_shared::{
    ids::Nonce,
    protocol::{AgentCard, HeldLease, Offer},
};

use super::{Store, StoreError, listed};
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
    pub held: &'a [HeldLease],
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Greeting {
    /// It is present; so many of its leases that it did not list went back to the queue.
    Welcome { requeued: u64 },
    /// Another program under this id is connected.
    Duplicate,
}

impl Store {
    /// Records presence. Leases of this agent that it does not list go back to the queue.
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
            .arg("held", listed(held));
        let reply = self.run(call).await?;
        match reply.word()? {
            "ok" => {
                let requeued = reply.get(1)?;
                measure::ended(Ending::Lost, requeued);
                Ok(Greeting::Welcome { requeued })
            }
            // The answer to the same hello was lost.
            "already" => Ok(Greeting::Welcome { requeued: 0 }),
            "duplicate" => Ok(Greeting::Duplicate),
            _ => Err(reply.odd()),
        }
    }
}
