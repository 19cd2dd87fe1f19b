//! T5: the worker got further.

use spool_shared::{ids::AgentId, job::Progress, protocol::HeldLease};

use super::{Store, StoreError, Told};

/// A report that was accepted, and the job's version that it made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reported {
    Version(u64),
    Told(Told),
}

impl Store {
    /// T5: records the report, renews the lease and tells the other replicas.
    pub async fn progress(
        &self,
        agent: AgentId,
        lease: &HeldLease,
        report: &Progress,
    ) -> Result<Reported, StoreError> {
        let call = self
            .call_for(&self.scripts().progress, agent, lease)
            .arg("seq", report.seq)
            .arg("phase", report.phase.as_str())
            .arg("step", report.step)
            .arg("steps", report.steps)
            .arg("fraction", report.fraction);
        let reply = self.run(call).await?;
        match reply.word()? {
            "ok" => Ok(Reported::Version(reply.get(1)?)),
            _ => Ok(Reported::Told(Told::of(&reply)?)),
        }
    }
}
