//! An agent as JSON: the same object everywhere, every key always there.

use std::collections::BTreeMap;

use serde::Serialize;
use spool_shared::{
    class::Class,
    fleet::AgentState,
    ids::{AgentId, JobId},
    protocol::{Gpu, SlotState},
    workflow::Workflow,
};
use utoipa::ToSchema;

use super::super::{caller::Caller, time::rfc3339};
use crate::store::{AgentRecord, Offered, SlotRecord};

/// The object. Sizes are bytes, temperatures °C, power watts, utilisation percent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Agent)]
pub(crate) struct AgentView<'a> {
    id: AgentId,
    name: &'a str,
    state: AgentState,
    /// False for a lost agent, and in the short while in which one whose connection broke may come back.
    connected: bool,
    version: &'a str,
    workflows: Vec<WorkflowView<'a>>,
    slots: Vec<SlotView<'a>>,
    /// Slots that can run jobs, and those of them that have none.
    places: PlacesView,
    memory_bytes: u64,
    gpus: &'a [Gpu],
    labels: &'a BTreeMap<String, String>,
    price_per_hour: Option<f64>,
    jobs_done: u64,
    jobs_failed: u64,
    #[schema(format = DateTime)]
    connected_at: String,
    #[schema(format = DateTime)]
    seen_at: String,
    #[schema(format = DateTime)]
    quarantined_until: Option<String>,
    /// Why the agent takes nothing by its own decision, as when its disk is full.
    pause: Option<&'a str>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AgentWorkflow)]
struct WorkflowView<'a> {
    workflow: Workflow,
    engine: &'a str,
    classes: &'a [Class],
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AgentPlaces)]
struct PlacesView {
    total: u32,
    free: u32,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AgentSlot)]
struct SlotView<'a> {
    index: u32,
    state: SlotState,
    /// Only if it is the caller's.
    job: Option<JobId>,
    gpu: Option<GpuView<'a>>,
}

/// A slot's GPU; its load is known once the agent measured it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AgentGpu)]
struct GpuView<'a> {
    name: &'a str,
    memory_bytes: u64,
    memory_used_bytes: Option<u64>,
    utilisation: Option<u32>,
    temperature: Option<u32>,
    power: Option<u32>,
}

impl<'a> AgentView<'a> {
    pub(crate) fn of(agent: &'a AgentRecord, caller: &Caller) -> Self {
        let card = &agent.card;
        Self {
            id: card.id,
            name: &card.name,
            state: agent.state,
            connected: agent.connected,
            version: &card.version,
            workflows: agent.offers.iter().map(workflow).collect(),
            slots: agent.slots.iter().map(|slot| slot_view(slot, &card.gpus, caller)).collect(),
            places: PlacesView { total: agent.places, free: agent.free() },
            memory_bytes: card.memory_bytes,
            gpus: &card.gpus,
            labels: &card.labels,
            price_per_hour: card.price_per_hour,
            jobs_done: agent.done,
            jobs_failed: agent.failed,
            connected_at: rfc3339(agent.connected_at),
            seen_at: rfc3339(agent.seen_at.0),
            quarantined_until: agent.quarantined_until.map(rfc3339),
            pause: agent.pause.as_deref(),
        }
    }
}

fn workflow(offered: &Offered) -> WorkflowView<'_> {
    WorkflowView { workflow: offered.workflow, engine: &offered.engine, classes: &offered.classes }
}

fn slot_view<'a>(slot: &SlotRecord, gpus: &'a [Gpu], caller: &Caller) -> SlotView<'a> {
    let own = slot.job.as_ref().filter(|job| job.owner == caller.owner());
    // Slots are spread over the GPUs in order.
    let gpu = gpus.iter().cycle().nth(slot.index as usize).map(|gpu| GpuView {
        name: &gpu.name,
        memory_bytes: gpu.memory_bytes,
        memory_used_bytes: slot.load.map(|load| load.memory),
        utilisation: slot.load.map(|load| load.utilisation),
        temperature: slot.load.map(|load| load.temperature),
        power: slot.load.map(|load| load.power),
    });
    SlotView { index: slot.index, state: slot.state, job: own.map(|job| job.id), gpu }
}
