//! How a bare agent introduces itself.

use std::collections::BTreeMap;

use spool_shared::{
    class::Class,
    ids::{AgentId, BootId},
    protocol::{AgentCard, FromAgent, Gpu, Offer, VERSION},
    workflow::Workflow,
};

/// What an agent is known by: its id, and the start of its program.
#[derive(Debug, Clone, Copy)]
pub struct Program {
    pub id: AgentId,
    pub boot: BootId,
}

impl Program {
    /// An agent that nobody knows yet.
    #[must_use]
    pub fn new() -> Self {
        Self { id: AgentId::from_random(rand::random()), boot: BootId::from_random(rand::random()) }
    }

    /// The same agent after a restart.
    #[must_use]
    pub fn restarted(self) -> Self {
        Self { boot: BootId::from_random(rand::random()), ..self }
    }
}

impl Default for Program {
    fn default() -> Self {
        Self::new()
    }
}

/// Offers every class.
pub(crate) fn hello(program: Program, name: &str, slots: u32, gpus: Vec<Gpu>) -> FromAgent {
    let offer = |workflow: Workflow| Offer {
        workflow,
        engine: "scripted".to_owned(),
        classes: Class::all().into_iter().filter(|class| class.workflow() == workflow).collect(),
    };
    FromAgent::Hello {
        protocol: VERSION,
        agent: AgentCard {
            id: program.id,
            boot: program.boot,
            name: name.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            gpus,
            memory_bytes: 1 << 30,
            labels: BTreeMap::new(),
            price_per_hour: None,
        },
        offers: Workflow::ALL.map(offer).to_vec(),
        slots,
        session: None,
        leases: Vec::new(),
    }
}
