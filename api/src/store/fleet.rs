//! The fleet: agents that are connected, or were until a while ago, and what each of their slots does.

use std::collections::HashMap;

use spool_shared::{
    class::Class,
    fleet::AgentState,
    ids::{AgentId, JobId},
    job::Status,
    protocol::{AgentCard, GpuLoad, SlotReport, SlotState},
    workflow::Workflow,
};

use super::{
    Store, StoreError,
    limits::LOST_KEPT_MS,
    record::{Fields, parse_json},
};

/// A time that makes no difference: what differs in it alone looks alike.
#[derive(Debug, Clone, Copy)]
pub struct Moment(pub u64);

impl PartialEq for Moment {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

/// An agent. Times are milliseconds since the epoch by Redis' clock. Two that compare equal look alike to everyone.
#[derive(Debug, Clone, PartialEq)]
pub struct AgentRecord {
    pub card: AgentCard,
    pub state: AgentState,
    /// Its socket is open; while it is not, a short grace may go on in which it is not lost yet.
    pub connected: bool,
    pub offers: Vec<Offered>,
    /// Empty for a lost agent: nobody knows what they do.
    pub slots: Vec<SlotRecord>,
    /// Places that can run jobs, and how many of them have one.
    pub places: u32,
    pub taken: u32,
    pub done: u64,
    pub failed: u64,
    /// How long its attempts take, milliseconds, the newer ones weighing more.
    pub pace: Option<u64>,
    pub connected_at: u64,
    /// Each heartbeat moves it, which is no news.
    pub seen_at: Moment,
    pub quarantined_until: Option<u64>,
    /// Why it takes nothing by its own decision, as when its disk is full.
    pub pause: Option<String>,
}

impl AgentRecord {
    /// Whether it is given jobs.
    #[must_use]
    pub fn takes_jobs(&self) -> bool {
        self.state == AgentState::Online && self.connected
    }

    /// Places without a job.
    #[must_use]
    pub fn free(&self) -> u32 {
        self.places.saturating_sub(self.taken)
    }
}

/// What an agent runs a workflow with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    pub workflow: Workflow,
    pub engine: String,
    pub classes: Vec<Class>,
}

/// One slot, by its agent's last heartbeat and by what the store knows better.
#[derive(Debug, Clone, PartialEq)]
pub struct SlotRecord {
    pub index: u32,
    pub state: SlotState,
    pub job: Option<SlotJob>,
    pub load: Option<GpuLoad>,
}

/// The job in a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotJob {
    pub id: JobId,
    pub owner: String,
}

/// What Redis' `TIME` says: seconds and microseconds.
type Time = (u64, u64);

/// A job that takes a place of an agent.
#[derive(Debug)]
struct Held {
    job: SlotJob,
    slot: Option<u32>,
    running: bool,
}

impl Store {
    /// Every agent by name, the lost ones of the last hour included.
    pub async fn fleet(&self) -> Result<Vec<AgentRecord>, StoreError> {
        let mut redis = self.inner.pool.get().await?;
        let (time, live, lost): (Time, Vec<String>, Vec<(String, u64)>) = redis::pipe()
            .cmd("TIME")
            .zrange(self.keys().fixed("agents"), 0, -1)
            .zrange_withscores(self.keys().fixed("lost"), 0, -1)
            .query_async(&mut redis)
            .await?;
        let recent = lost.into_iter().filter(|(_, at)| at + LOST_KEPT_MS > time.0 * 1_000);
        let ids: Vec<AgentId> =
            live.into_iter().chain(recent.map(|(id, _)| id)).filter_map(|id| id.parse().ok()).collect();
        let mut agents = self.read_agents(&mut redis, &ids).await?;
        agents.sort_by(|a, b| (&a.card.name, a.card.id).cmp(&(&b.card.name, b.card.id)));
        Ok(agents)
    }

    /// One agent.
    pub async fn agent(&self, id: AgentId) -> Result<Option<AgentRecord>, StoreError> {
        let mut redis = self.inner.pool.get().await?;
        Ok(self.read_agents(&mut redis, &[id]).await?.pop())
    }

    async fn read_agents(
        &self,
        redis: &mut deadpool_redis::Connection,
        ids: &[AgentId],
    ) -> Result<Vec<AgentRecord>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut pipe = redis::pipe();
        for id in ids {
            pipe.hgetall(self.keys().of("agent", id)).get(self.keys().of("card", id));
            pipe.hkeys(self.keys().of("places", id));
        }
        let rows: Vec<redis::Value> = pipe.query_async(redis).await?;
        let mut agents = Vec::with_capacity(ids.len());
        for (id, row) in ids.iter().zip(rows.chunks(3)) {
            let [hash, card, places] = row else { break };
            let values: HashMap<String, String> = read(hash)?;
            let (card, places): (Option<String>, Vec<String>) = (read(card)?, read(places)?);
            // Without a card it has just expired.
            if let Some(card) = card {
                agents.push((Fields { key: self.keys().of("agent", id), values }, card, jobs(&places)));
            }
        }
        let taken: Vec<JobId> = agents.iter().flat_map(|(_, _, jobs)| jobs.iter().copied()).collect();
        let held = self.read_held(redis, &taken).await?;
        agents.iter().map(|(fields, card, jobs)| agent(fields, card, jobs, &held)).collect()
    }

    async fn read_held(
        &self,
        redis: &mut deadpool_redis::Connection,
        taken: &[JobId],
    ) -> Result<HashMap<JobId, Held>, StoreError> {
        if taken.is_empty() {
            return Ok(HashMap::new());
        }
        let mut pipe = redis::pipe();
        for id in taken {
            pipe.cmd("HMGET").arg(self.keys().of("job", id)).arg("owner").arg("slot").arg("status");
        }
        let rows: Vec<(Option<String>, Option<u32>, Option<String>)> = pipe.query_async(redis).await?;
        let held = taken.iter().zip(rows).filter_map(|(id, (owner, slot, status))| {
            let job = SlotJob { id: *id, owner: owner? };
            Some((*id, Held { job, slot, running: status.as_deref() == Some(Status::Running.as_str()) }))
        });
        Ok(held.collect())
    }
}

fn read<T: redis::FromRedisValue>(value: &redis::Value) -> Result<T, StoreError> {
    T::from_redis_value(value.clone()).map_err(|error| StoreError::record("fleet", error))
}

fn jobs(places: &[String]) -> Vec<JobId> {
    places.iter().filter_map(|job| job.parse().ok()).collect()
}

fn agent(
    fields: &Fields,
    card: &str,
    jobs: &[JobId],
    held: &HashMap<JobId, Held>,
) -> Result<AgentRecord, StoreError> {
    let card: AgentCard = parse_json(&fields.key, card)?;
    let quarantined_until = fields.number("quarantined")?;
    let drains = fields.text("drain").is_some() || fields.text("draining") == Some("1");
    let present = fields.text("nonce").is_some();
    let state = match (present, quarantined_until) {
        (false, _) => AgentState::Lost,
        (true, Some(_)) => AgentState::Quarantined,
        (true, None) if drains => AgentState::Draining,
        (true, None) => AgentState::Online,
    };
    let held: Vec<&Held> = jobs.iter().filter_map(|job| held.get(job)).collect();
    // A report that this version cannot read is none.
    let report: Vec<SlotReport> =
        fields.text("report").and_then(|report| serde_json::from_str(report).ok()).unwrap_or_default();
    // At hello an agent counts the slots that can run jobs; one whose worker was just being restarted then is in the
    // reports that follow.
    let reported = u32::try_from(report.len()).unwrap_or(u32::MAX);
    let count = if present { fields.count("slots")?.max(reported) } else { 0 };
    Ok(AgentRecord {
        state,
        connected: present && fields.text("closed").is_none(),
        offers: offers(fields),
        slots: (0..count).map(|index| slot(index, &report, &held)).collect(),
        places: if present { fields.count("healthy")? } else { 0 },
        taken: u32::try_from(jobs.len()).unwrap_or(u32::MAX),
        done: fields.number("done")?.unwrap_or(0),
        failed: fields.number("failed")?.unwrap_or(0),
        pace: fields.number("pace")?,
        connected_at: fields.number("connected")?.unwrap_or(0),
        seen_at: Moment(fields.number("seen")?.unwrap_or(0)),
        quarantined_until,
        pause: fields.text("pause").filter(|why| present && !why.is_empty()).map(str::to_owned),
        card,
    })
}

fn offers(fields: &Fields) -> Vec<Offered> {
    let classes: Vec<Class> = fields
        .text("classes")
        .unwrap_or_default()
        .split_whitespace()
        .filter_map(|class| class.parse().ok())
        .collect();
    let offered = Workflow::ALL.into_iter().map(|workflow| Offered {
        workflow,
        engine: fields.text(&format!("engine.{workflow}")).unwrap_or_default().to_owned(),
        classes: classes.iter().copied().filter(|class| class.workflow() == workflow).collect(),
    });
    offered.filter(|offered| !offered.classes.is_empty()).collect()
}

/// The store knows at once which job a slot has; the report knows the rest, a heartbeat later.
fn slot(index: u32, report: &[SlotReport], held: &[&Held]) -> SlotRecord {
    let said = report.iter().find(|said| said.index == index);
    let held = held.iter().find(|held| held.slot == Some(index));
    let state = match (held, said.map(|said| said.state)) {
        (Some(held), _) if held.running => SlotState::Busy,
        (Some(_), _) => SlotState::Stopping,
        (None, Some(SlotState::Busy)) => SlotState::Ready,
        (None, Some(state)) => state,
        (None, None) => SlotState::Starting,
    };
    SlotRecord { index, state, job: held.map(|held| held.job.clone()), load: said.and_then(|said| said.gpu) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(slot: Option<u32>, running: bool) -> Held {
        Held { job: SlotJob { id: JobId::from_random([1; 16]), owner: "ada".into() }, slot, running }
    }

    fn said(state: SlotState) -> [SlotReport; 1] {
        [SlotReport { index: 0, state, job: None, gpu: None }]
    }

    #[test]
    fn a_slot_is_shown_as_the_store_knows_it_however_old_the_report_is() {
        let show = |report: &[SlotReport], held: &[&Held]| {
            let slot = slot(0, report, held);
            (slot.state, slot.job.is_some())
        };
        assert_eq!(show(&[], &[]), (SlotState::Starting, false));
        assert_eq!(show(&said(SlotState::Broken), &[]), (SlotState::Broken, false));
        assert_eq!(show(&said(SlotState::Ready), &[&held(Some(0), true)]), (SlotState::Busy, true));
        assert_eq!(show(&said(SlotState::Busy), &[&held(Some(0), false)]), (SlotState::Stopping, true));
        assert_eq!(show(&said(SlotState::Busy), &[&held(Some(1), true)]), (SlotState::Ready, false));
        assert_eq!(show(&said(SlotState::Ready), &[&held(None, false)]), (SlotState::Ready, false));
    }
}
