//! Queues, jobs and agents as gauges.

use ::metrics::gauge;
use spool_shared::{
    fleet::AgentState,
    workflow::{Priority, Workflow},
};

use super::names;
use crate::store::Outlook;

pub(super) fn show(outlook: &Outlook) {
    for workflow in Workflow::ALL {
        let name = workflow.as_str();
        for priority in Priority::ALL {
            let depth: u64 = outlook.of(workflow).filter_map(|(_, class)| class.depth.get(&priority)).sum();
            gauge!(names::DEPTH, "workflow" => name, "priority" => priority.as_str()).set(float(depth));
        }
        let delayed: u64 = outlook.of(workflow).map(|(_, class)| class.delayed).sum();
        gauge!(names::DELAYED, "workflow" => name).set(float(delayed));
        let oldest = outlook.of(workflow).filter_map(|(_, class)| class.oldest_at).min();
        let waited_ms = oldest.map_or(0, |at| outlook.taken_at.0.saturating_sub(at));
        gauge!(names::OLDEST, "workflow" => name).set(float(waited_ms) / 1_000.0);
        let places = outlook.places(workflow);
        gauge!(names::PLACES, "workflow" => name, "state" => "total").set(f64::from(places.total));
        gauge!(names::PLACES, "workflow" => name, "state" => "free").set(f64::from(places.free));
    }
    for (status, number) in &outlook.jobs {
        gauge!(names::JOBS, "status" => status.as_str()).set(float(*number));
    }
    gauge!(names::LEASES).set(float(outlook.leases));
    for state in AgentState::ALL {
        let number = outlook.agents.iter().filter(|agent| agent.state == state).count() as u64;
        gauge!(names::AGENTS, "state" => state.as_str()).set(float(number));
    }
}

#[expect(clippy::cast_precision_loss, reason = "Prometheus counts in doubles")]
fn float(number: u64) -> f64 {
    number as f64
}
