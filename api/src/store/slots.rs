//! What an agent can run right now.

use spool_shared::{
    class::Class,
    ids::{AgentId, Nonce},
};

use super::{Store, StoreError};

impl Store {
    /// Records the number of healthy slots (`None`: as before), the loaded classes, and whether it is draining.
    pub async fn slots(
        &self,
        agent: AgentId,
        nonce: Nonce,
        healthy: Option<u32>,
        warm: &[Class],
        draining: bool,
    ) -> Result<(), StoreError> {
        let warm: Vec<String> = warm.iter().map(ToString::to_string).collect();
        let call = self
            .call(&self.scripts().slots)
            .arg("agent", agent.to_string())
            .arg("nonce", nonce.to_string())
            .arg("healthy", healthy.map(|healthy| healthy.to_string()).unwrap_or_default())
            .arg("warm", warm.join(" "))
            .arg("draining", u8::from(draining));
        let reply = self.run(call).await?;
        match reply.word()? {
            "ok" | "unknown" => Ok(()),
            _ => Err(reply.odd()),
        }
    }
}
