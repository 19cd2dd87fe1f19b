//! What an agent can run right now.

use spool_shared::{
    class::Class,
    ids::{AgentId, Nonce},
};

use super::{Store, StoreError};

/// What an agent says of its slots.
#[derive(Debug, Clone, Copy, Default)]
pub struct Readiness<'a> {
    /// How many can run jobs; `None`: as before.
    pub healthy: Option<u32>,
    /// The classes whose models are loaded.
    pub warm: &'a [Class],
    pub draining: bool,
    /// Why it takes nothing new by its own choice.
    pub pause: Option<&'a str>,
}

impl Store {
    /// Records how ready an agent is.
    pub async fn slots(
        &self,
        agent: AgentId,
        nonce: Nonce,
        readiness: Readiness<'_>,
    ) -> Result<(), StoreError> {
        let Readiness { healthy, warm, draining, pause } = readiness;
        let warm: Vec<String> = warm.iter().map(ToString::to_string).collect();
        let call = self
            .call(&self.scripts().slots)
            .arg("agent", agent.to_string())
            .arg("nonce", nonce.to_string())
            .arg("healthy", healthy.map(|healthy| healthy.to_string()).unwrap_or_default())
            .arg("warm", warm.join(" "))
            .arg("draining", u8::from(draining))
            .arg("pause", pause.unwrap_or_default());
        let reply = self.run(call).await?;
        match reply.word()? {
            "ok" | "unknown" => Ok(()),
            _ => Err(reply.odd()),
        }
    }
}
