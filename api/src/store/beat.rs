//! T5: a heartbeat.

use spool_shared::{
    ids::{AgentId, Nonce},
    protocol::{HeldLease, SlotReport},
};

use super::{Store, StoreError, listed};

impl Store {
    /// Renews presence and every lease listed, and keeps what the slots do. The leases that are not valid any more, or
    /// `None` where this connection is not the agent's.
    pub async fn beat(
        &self,
        agent: AgentId,
        nonce: Nonce,
        held: &[HeldLease],
        slots: &[SlotReport],
    ) -> Result<Option<Vec<HeldLease>>, StoreError> {
        let report = match slots {
            [] => String::new(),
            slots => serde_json::to_string(slots).map_err(|error| StoreError::record("report", error))?,
        };
        let call = self
            .call(&self.scripts().beat)
            .arg("agent", agent.to_string())
            .arg("nonce", nonce.to_string())
            .arg("held", listed(held))
            .arg("report", report);
        let reply = self.run(call).await?;
        match reply.word()? {
            "ok" => {
                let dropped: Vec<String> = reply.rest()?;
                let lease = |text: &String| {
                    let (job, token) = text.split_once(':')?;
                    Some(HeldLease { job: job.parse().ok()?, token: token.parse().ok()? })
                };
                Ok(Some(dropped.iter().filter_map(lease).collect()))
            }
            "unknown" => Ok(None),
            _ => Err(reply.odd()),
        }
    }
}
