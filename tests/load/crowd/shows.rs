//! Holds jobs on GPUs that it only says it has, one a slot, at a pace at which people can look.

use std::time::Duration;

use spool_shared::{
    job::Phase,
    protocol::{FromAgent, Gpu, GpuLoad, SlotReport, SlotState},
};
use spool_tests::bare_agent::{Assigned, BareAgent};

const PERIOD: Duration = Duration::from_secs(3);
const STEPS: u32 = 40;
const MEMORY: u64 = 24 << 30;

pub(crate) async fn run(name: &str, address: &str, slots: u32) {
    let gpu = |index| Gpu { index, name: "NVIDIA GeForce RTX 4090".to_owned(), memory_bytes: MEMORY };
    let mut agent = BareAgent::dial_with_gpus(name, address, (0..slots).map(gpu).collect()).await;
    let voice = agent.clone();
    let mut ticks = tokio::time::interval(PERIOD);
    let mut running: Vec<(Assigned, u32)> = Vec::new();
    loop {
        voice.shows((0..slots).map(|index| slot(index, running.get(index as usize))).collect());
        tokio::select! {
            assigned = agent.next_assigned() => {
                let Some(assigned) = assigned else { return };
                let (slot, Assigned { job, token, .. }) = (u32::try_from(running.len()).unwrap_or(0), assigned);
                voice.accepts(assigned);
                voice.says(FromAgent::Started { job, token, slot });
                running.push((assigned, 0));
            }
            _ = ticks.tick() => for (Assigned { job, token, .. }, step) in &mut running {
                *step = STEPS.min(*step + 1);
                let (job, token, step, seq) = (*job, *token, *step, u64::from(*step));
                let (phase, fraction) = (Phase::DenoiseHigh, f64::from(step) / f64::from(STEPS));
                voice.says(FromAgent::Progress { job, token, seq, phase, step, steps: STEPS, fraction });
            },
        }
    }
}

fn slot(index: u32, running: Option<&(Assigned, u32)>) -> SlotReport {
    let (state, load) = match running {
        Some(_) => (
            SlotState::Busy,
            GpuLoad { utilisation: 97 - index, memory: MEMORY / 10 * 9, temperature: 71, power: 402 },
        ),
        None => (
            SlotState::Ready,
            GpuLoad { utilisation: 0, memory: MEMORY / 20, temperature: 38 + index, power: 24 },
        ),
    };
    SlotReport { index, state, job: running.map(|(assigned, _)| assigned.job), gpu: Some(load) }
}
