//! How a bare agent introduces itself.

use std::collections::BTreeMap;

use spool_shared::{
    class::Class,
    protocol::{AgentCard, FromAgent, Gpu, Offer, VERSION},
    workflow::Workflow,
};

use crate::bare_agent::Program;

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
