//! The end of a run: every fault is over, one good agent is there, and every job must reach its end.

use std::collections::BTreeMap;

use spool_shared::{
    job::State,
    protocol::{HeldLease, Timings},
};

use crate::{
    laws,
    op::{Act, Op},
    run::{AGENTS, Run, revive},
    snapshot::Snapshot,
    table::Expected,
};

/// More hand-outs than all budgets together allow.
const ROUNDS: usize = 40;

impl Run<'_> {
    pub(crate) async fn settle(&mut self) -> Result<(), String> {
        let wrong = |error: spool_api::store::StoreError| error.to_string();
        for store in &self.bench.stores {
            revive(store, &mut self.bench.redis).await;
        }
        self.latest = Snapshot::take(&mut self.bench.redis).await;
        for who in 0..AGENTS {
            let plain = |act| Op { act, who: who as u8, which: 0, how: 0, lost: false };
            self.repeated = false;
            let nonce = self.latest.field(&format!("agent:{}", self.nodes[who].id), "nonce");
            if let Some(nonce) = nonce.and_then(|nonce| nonce.parse().ok()) {
                // A hello that was refused as a duplicate was of another connection.
                self.nodes[who].nonce = nonce;
            }
            self.step(plain(Act::Goodbye)).await?;
            self.step(plain(Act::Hello)).await?;
            self.bench.stores[0].resume(self.nodes[who].id).await.map_err(wrong)?;
            self.look(&Expected::default()).await?;
        }
        for _ in 0..ROUNDS {
            if self.latest.jobs.values().all(|job| job.state.status().is_terminal()) {
                return self.at_rest().await;
            }
            self.step(Op { act: Act::Schedule, who: 0, which: 0, how: 0, lost: false }).await?;
            let leases: BTreeMap<_, _> = self
                .latest
                .jobs
                .iter()
                .filter_map(|(id, job)| match job.state {
                    State::Assigned { lease, .. } | State::Running(lease) => Some((*id, lease)),
                    _ => None,
                })
                .collect();
            for (job, lease) in leases {
                let held = HeldLease { job, token: lease.token };
                let store = &self.bench.stores[1];
                store.start(lease.agent, &held, 0).await.map_err(wrong)?;
                store.succeed(lease.agent, &held, vec![], Timings::default()).await.map_err(wrong)?;
            }
            self.shift_by(130_000, false).await;
        }
        let open: Vec<_> =
            self.latest.jobs.iter().filter(|(_, job)| !job.state.status().is_terminal()).collect();
        Err(format!("I1: with every agent free these do not end: {open:#?}"))
    }

    async fn at_rest(&mut self) -> Result<(), String> {
        self.latest = Snapshot::of(&mut self.bench.redis, true).await;
        let mut wrong = laws::broken(&self.latest);
        let ended = laws::story(&self.latest, &mut wrong);
        if ended != self.submitted.len() {
            wrong.push(format!("I1: {} jobs were accepted, {ended} ended", self.submitted.len()));
        }
        for (key, entry) in &self.latest.keys {
            let waits = ["lane:", "again:", "order:", "turns:", "waiting:", "heads", "leases", "delayed"];
            if key.ends_with(":places") || waits.iter().any(|start| key.starts_with(start)) {
                wrong.push(format!("I16: {key} is left over: {:?}", entry.rows));
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
    }
}
