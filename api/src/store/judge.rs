//! The reaper's first question: may anybody be judged now, and who?

use spool_shared::ids::{AgentId, JobId};

use super::{Store, StoreError};

/// How many leases and agents one pass takes up.
const LIMIT: usize = 100;

/// What a pass of the reaper may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// These deadlines have passed.
    Due { leases: Vec<JobId>, agents: Vec<AgentId> },
    /// Nobody could be heard for a while: everyone has until then to come back (ms, Redis' clock).
    Mercy { until: u64 },
}

impl Store {
    /// Begins a pass of the reaper.
    pub async fn judge(&self) -> Result<Verdict, StoreError> {
        let reply = self.run(self.call(&self.scripts().judge).arg("limit", LIMIT)).await?;
        match reply.word()? {
            "ok" => {
                let (leases, agents): (Vec<String>, Vec<String>) = (reply.get(1)?, reply.get(2)?);
                Ok(Verdict::Due {
                    leases: leases.iter().filter_map(|id| id.parse().ok()).collect(),
                    agents: agents.iter().filter_map(|id| id.parse().ok()).collect(),
                })
            }
            "mercy" => Ok(Verdict::Mercy { until: reply.get(1)? }),
            _ => Err(reply.odd()),
        }
    }
}
