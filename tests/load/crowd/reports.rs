//! Holds every job and tells of each 20 times a second.

use std::time::Duration;

use spool_shared::{job::Phase, protocol::FromAgent};
use spool_tests::bare_agent::{Assigned, BareAgent};

const PERIOD: Duration = Duration::from_millis(50);
/// Two minutes of reports; then a job stays at its last step.
const STEPS: u32 = 2_400;

pub(crate) async fn run(mut agent: BareAgent) {
    let mut ticks = tokio::time::interval(PERIOD);
    let mut running: Vec<(Assigned, u32)> = Vec::new();
    let voice = agent.clone();
    loop {
        tokio::select! {
            assigned = agent.next_assigned() => {
                let Some(assigned) = assigned else { return };
                voice.accepts(assigned);
                voice.starts(assigned);
                running.push((assigned, 0));
            }
            _ = ticks.tick() => for (Assigned { job, token, .. }, step) in &mut running {
                *step = STEPS.min(*step + 1);
                let (job, token, step, seq) = (*job, *token, *step, u64::from(*step));
                let (phase, fraction) = (Phase::Denoise, f64::from(step) / f64::from(STEPS));
                voice.says(FromAgent::Progress { job, token, seq, phase, step, steps: STEPS, fraction });
            },
        }
    }
}
