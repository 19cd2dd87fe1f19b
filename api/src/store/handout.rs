//! What an agent needs to know of a job that it was handed.

use std::collections::HashMap;

use serde_json::{Map, Value};
use spool_shared::{
    class::Class,
    protocol::{HeldLease, InputRef},
    workflow::Workflow,
};

use super::{
    Store, StoreError, StoredInput,
    record::{Fields, parse_json},
    submit::Request,
};

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

    /// Whether the lease is valid.
    pub async fn holds(&self, lease: &HeldLease) -> Result<bool, StoreError> {
        let mut redis = self.inner.redis.clone();
        let token: Option<String> = redis::cmd("HGET")
            .arg(self.keys().of("job", lease.job))
            .arg("token")
            .query_async(&mut redis)
            .await?;
        Ok(token == Some(lease.token.reveal()))
    }

    /// The input of a job that the holder of its lease asks for.
    pub async fn input_for(
        &self,
        lease: &HeldLease,
        index: usize,
    ) -> Result<Option<StoredInput>, StoreError> {
        if !self.holds(lease).await? {
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
