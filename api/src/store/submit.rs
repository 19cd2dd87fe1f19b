//! T1: a new job.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use spool_shared::{
    class::Class,
    ids::JobId,
    workflow::{Priority, Workflow},
};

use super::{Record, Store, StoreError, StoredInput, record::Waiting};
use crate::measure;

/// A validated request.
#[derive(Debug, Clone)]
pub struct NewJob {
    pub id: JobId,
    pub workflow: Workflow,
    pub class: Class,
    pub priority: Priority,
    pub owner: String,
    /// The resolved parameters.
    pub params: Map<String, Value>,
    pub inputs: Vec<StoredInput>,
    pub parent: Option<JobId>,
    pub idempotency: Option<Idempotency>,
}

/// An `Idempotency-Key` and what came with it, both hashed.
#[derive(Debug, Clone)]
pub struct Idempotency {
    pub key: String,
    pub body: String,
}

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Submitted {
    Accepted(Accepted),
    /// The key came with this body before: that job.
    Replayed(JobId),
    /// The key came with another body before.
    KeyReused,
    QueueFull {
        limit: u64,
    },
    /// This owner has as many waiting as one may have.
    OwnerFull {
        limit: u64,
    },
}

/// What a job that was put into the queue can be shown with, without reading it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    created_at: u64,
    waiting: Waiting,
}

/// What stands in a job's input key.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Request {
    pub(crate) params: Map<String, Value>,
    pub(crate) inputs: Vec<StoredInput>,
}

impl Store {
    /// T1. Once this returned `Accepted` the job reaches exactly one terminal status in this session.
    pub async fn submit(&self, job: &NewJob) -> Result<Submitted, StoreError> {
        let request = Request { params: job.params.clone(), inputs: job.inputs.clone() };
        let input = serde_json::to_string(&request).map_err(|error| StoreError::record("input", error))?;
        let hashes: Vec<&str> = job.inputs.iter().map(|input| input.sha256.as_str()).collect();
        let (key, body) =
            job.idempotency.as_ref().map_or(("", ""), |idem| (idem.key.as_str(), idem.body.as_str()));
        let call = self
            .call(&self.scripts().submit)
            .arg("job", job.id.to_string())
            .arg("workflow", job.workflow.as_str())
            .arg("class", job.class.to_string())
            .arg("priority", job.priority.as_str())
            .arg("owner", &job.owner)
            .arg("input", input)
            .arg("parent", job.parent.map(|id| id.to_string()).unwrap_or_default())
            .arg("idem_key", key)
            .arg("idem_body", body)
            .arg("hashes", hashes.join(" "));
        let reply = self.run(call).await?;
        match reply.word()? {
            word @ ("ok" | "already") => {
                measure::submitted(job.workflow);
                let waiting = match word {
                    "ok" => Waiting { position: Some(reply.get(2)?), offered: reply.get(3)? },
                    // The first answer was lost on its way; where the job stands by now was not looked up.
                    _ => Waiting { position: None, offered: true },
                };
                Ok(Submitted::Accepted(Accepted { created_at: reply.get(1)?, waiting }))
            }
            "replayed" => {
                let first: String = reply.get(1)?;
                first.parse().map(Submitted::Replayed).map_err(|error| StoreError::record("idem", error))
            }
            "key_reused" => Ok(Submitted::KeyReused),
            "full" => Ok(Submitted::QueueFull { limit: self.limits().queue_limit }),
            "owner_full" => Ok(Submitted::OwnerFull { limit: self.limits().owner_limit }),
            _ => Err(reply.odd()),
        }
    }

    /// The job as it waits. It is in the queue: nothing may turn this into an error, or the client sends it again.
    pub async fn waits(&self, job: NewJob, accepted: Accepted) -> Record {
        let outlook = self.recent_outlook().await.ok();
        Record::submitted(job, accepted.created_at, accepted.waiting, outlook.as_deref())
    }
}
