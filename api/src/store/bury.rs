//! T6 and T8: an agent is gone, and its jobs go on elsewhere.

use spool_shared::ids::{AgentId, Nonce};

use super::{Store, StoreError};
use crate::measure::{self, Ending};

impl Store {
    /// Declares an agent dead, if it has been silent for long enough and the reaper was not blind; or, under the
    /// nonce of its connection, gone at its own word. How many jobs it still held.
    pub async fn bury(&self, agent: AgentId, own_word: Option<Nonce>) -> Result<Option<u64>, StoreError> {
        let nonce = own_word.map(|nonce| nonce.to_string()).unwrap_or_default();
        let call = self.call(&self.scripts().bury).arg("agent", agent.to_string()).arg("nonce", nonce);
        let reply = self.run(call).await?;
        match reply.word()? {
            "ok" => {
                let requeued = reply.get(1)?;
                measure::ended(Ending::Lost, requeued);
                Ok(Some(requeued))
            }
            "early" | "mercy" | "missing" => Ok(None),
            _ => Err(reply.odd()),
        }
    }
}
