//! What an agent needs to know of a job that it was handed.

use std::collections::HashMap;

use serde_json::{Map, Value};
use spool_shared::{
    class::Class,
    ids::AgentId,
    protocol::{HeldLease, InputRef},
    workflow::Workflow,
};

use super::{
    Store, StoreError, StoredInput,
    record::{Fields, parse_json},
    submit::Request,
};

/// Who asks for what belongs to a lease over a connection that began without a hello.
#[derive(Debug, Clone, Copy)]
pub struct Speaker<'a> {
    /// As it calls itself.
    pub agent: AgentId,
    /// The name of its token; empty in open mode.
    pub identity: &'a str,
}

/// The content of an `assign` message.
#[derive(Debug, Clone)]
pub struct Handout {
    pub attempt: u32,
    pub workflow: Workflow,
    pub class: Class,
    pub params: Map<String, Value>,
    pub inputs: Vec<InputRef>,
}

impl Store {
    /// Reads what belongs to a lease; `None` where it is not valid any more.
    pub async fn handout(&self, lease: &HeldLease) -> Result<Option<Handout>, StoreError> {
        let key = self.keys().of("job", lease.job);
        let mut redis = self.inner.redis.clone();
        let (values, input): (HashMap<String, String>, Option<String>) = redis::pipe()
            .hgetall(&key)
            .get(self.keys().of("input", lease.job))
            .query_async(&mut redis)
            .await?;
        let fields = Fields { key, values };
        let (Some(input), true) = (input, fields.text("token") == Some(lease.token.reveal().as_str())) else {
            return Ok(None);
        };
        let Request { params, inputs } = parse_json(&fields.key, &input)?;
        let attempts: u32 = fields.text("attempts").and_then(|text| text.parse().ok()).unwrap_or(0);
        Ok(Some(Handout {
            attempt: attempts + 1,
            workflow: fields.must("workflow", Workflow::from_word)?,
            class: fields.must("class", |text| text.parse().ok())?,
            params,
            inputs: (0..).zip(&inputs).map(|(index, input)| input.to_ref(index)).collect(),
        }))
    }

    /// Whether the lease is valid and this agent's, and the agent is who its token says.
    pub async fn holds(&self, speaker: Speaker<'_>, lease: &HeldLease) -> Result<bool, StoreError> {
        let mut redis = self.inner.redis.clone();
        let agent = speaker.agent.to_string();
        let ((token, holder), identity): ((Option<String>, Option<String>), Option<String>) = redis::pipe()
            .cmd("HMGET")
            .arg(self.keys().of("job", lease.job))
            .arg("token")
            .arg("agent")
            .hget(self.keys().of("agent", &agent), "identity")
            .query_async(&mut redis)
            .await?;
        Ok(token == Some(lease.token.reveal())
            && holder == Some(agent)
            && identity.as_deref() == Some(speaker.identity))
    }

    /// The input of a job that the holder of its lease asks for.
    pub async fn input_for(
        &self,
        speaker: Speaker<'_>,
        lease: &HeldLease,
        index: usize,
    ) -> Result<Option<StoredInput>, StoreError> {
        if !self.holds(speaker, lease).await? {
            return Ok(None);
        }
        let key = self.keys().of("input", lease.job);
        let mut redis = self.inner.redis.clone();
        let input: Option<String> = redis::cmd("GET").arg(&key).query_async(&mut redis).await?;
        let Some(input) = input else { return Ok(None) };
        let Request { inputs, .. } = parse_json::<Request>(&key, &input)?;
        Ok(inputs.into_iter().nth(index))
    }
}
