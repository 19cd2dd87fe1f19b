//! What must hold of the whole of Redis at every instant.

use std::collections::BTreeMap;

use spool_shared::job::{Place, State, Status};

use crate::snapshot::Snapshot;

/// Keys that live as long as the session, by how they begin. Everything else must expire.
const KEPT: &[&str] = &[
    "session",
    "counters",
    "events",
    "job:",
    "jobs:",
    "finished",
    "leases",
    "delayed",
    "lane:",
    "again:",
    "order:",
    "durations:",
    "turns:",
    "waiting:",
    "heads",
    "unserved",
    "agents",
    "lost",
    "agent:",
    "quarantine",
    "memory",
    "offers:",
    "free:",
    "warm:",
    "judge",
];

/// Everything that is wrong.
pub(crate) fn broken(found: &Snapshot) -> Vec<String> {
    let mut wrong = Vec::new();
    places_of_jobs(found, &mut wrong);
    counters(found, &mut wrong);
    agents(found, &mut wrong);
    keys(found, &mut wrong);
    wrong
}

/// I4, I9: a job that waits stands in one place, one with a lease has one deadline, one that ended has neither.
fn places_of_jobs(found: &Snapshot, wrong: &mut Vec<String>) {
    let mut entries: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for (key, entry) in
        found.keys.iter().filter(|(key, _)| key.starts_with("lane:") || key.starts_with("again:"))
    {
        for (id, fields) in &entry.rows {
            let job = fields.trim_start_matches("job\t").to_owned();
            entries.entry(job).or_default().push((key.clone(), id.clone()));
        }
    }
    let mut ordered: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, entry) in found.keys.iter().filter(|(key, _)| key.starts_with("order:")) {
        for job in entry.rows.keys() {
            *ordered.entry(job).or_default() += 1;
        }
    }
    for (id, job) in &found.jobs {
        let name = id.to_string();
        let standing = entries.remove(&name).unwrap_or_default();
        let rank = ordered.remove(name.as_str()).unwrap_or(0);
        let delayed = found.field("delayed", &name).is_some();
        let leased = found.field("leases", &name).is_some();
        let ends = found.field("finished", &name).is_some();
        let token = found.field(&format!("job:{name}"), "token").is_some();
        let waits = match job.state {
            State::Queued(Place::Delayed(_)) => (0, 0, true),
            State::Queued(_) => (1, 1, false),
            _ => (0, 0, false),
        };
        let holds = job.state.lease().is_some();
        if (standing.len(), rank, delayed) != waits || leased != holds || token != holds {
            wrong.push(format!(
                "I4: {name} is {:?}, in {standing:?}, ranks {rank}, delayed {delayed}, leased {leased}",
                job.state
            ));
        }
        if ends != job.state.status().is_terminal() {
            wrong.push(format!("I4: {name} is {:?}, and its retention {ends}", job.state));
        }
        let entry = found.field(&format!("job:{name}"), "entry");
        if let Some((key, entry_id)) = standing.first() {
            let place = if job.state == State::Queued(Place::Again) { "again:" } else { "lane:" };
            if entry != Some(entry_id) || !key.starts_with(place) {
                wrong.push(format!("I4: {name} says {entry:?}, and stands in {key} at {entry_id}"));
            }
        }
    }
    for stray in entries.keys().map(String::as_str).chain(ordered.into_keys()) {
        wrong.push(format!("I9: {stray} stands in a lane and is no job"));
    }
    for set in ["leases", "delayed", "finished"] {
        for (job, _) in found.rows(set).filter(|(job, _)| !found.has(&format!("job:{job}"))) {
            wrong.push(format!("I16: {job} in {set} is no job"));
        }
    }
}

/// I3: the counters count what is there.
fn counters(found: &Snapshot, wrong: &mut Vec<String>) {
    let mut counted: BTreeMap<String, u64> = BTreeMap::new();
    for (id, job) in &found.jobs {
        let field = |name| found.field(&format!("job:{id}"), name).unwrap_or_default().to_owned();
        *counted.entry(job.state.status().to_string()).or_default() += 1;
        if let State::Queued(place) = job.state {
            *counted.entry(format!("queued:{}", field("owner"))).or_default() += 1;
            if matches!(place, Place::Delayed(_)) {
                *counted.entry(format!("delayed:{}", field("class"))).or_default() += 1;
            }
        }
        if found.field(&format!("jobs:{}", field("owner")), &id.to_string()).is_none() {
            wrong.push(format!("I3: {id} is not in its owner's list"));
        }
    }
    let said: BTreeMap<String, u64> = found
        .rows("counters")
        .filter(|(name, value)| !["submitted", "served", "events"].contains(name) && *value != "0")
        .map(|(name, value)| (name.to_owned(), value.parse().unwrap_or(u64::MAX)))
        .collect();
    if said != counted {
        wrong.push(format!("I3: counted {counted:?}, the counters say {said:?}"));
    }
}

/// I8, I13: a lease is in one agent's places and nowhere else, and no agent has more jobs than slots.
fn agents(found: &Snapshot, wrong: &mut Vec<String>) {
    let mut holders: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for (key, entry) in &found.keys {
        let Some(agent) = key.strip_prefix("agent:").and_then(|rest| rest.strip_suffix(":places")) else {
            continue;
        };
        let slots = found.number(&format!("agent:{agent}"), "slots").unwrap_or(0);
        if entry.rows.len() as u64 > slots {
            wrong.push(format!("I13: {agent} with {slots} slots has {:?}", entry.rows.keys()));
        }
        for (job, token) in &entry.rows {
            holders.entry((job.clone(), token.clone())).or_default().push(agent.to_owned());
        }
    }
    for (id, job) in &found.jobs {
        let Some(lease) = job.state.lease() else { continue };
        let at = holders.get(&(id.to_string(), lease.token.reveal())).cloned().unwrap_or_default();
        if at != [lease.agent.to_string()] {
            wrong.push(format!("I8: the lease of {id} is {}'s, and in the places of {at:?}", lease.agent));
        }
    }
}

/// I16: nothing is left over, and what is not in the closed list expires.
fn keys(found: &Snapshot, wrong: &mut Vec<String>) {
    for (key, entry) in &found.keys {
        let kept = KEPT.iter().any(|start| key == start || start.ends_with(':') && key.starts_with(start));
        if !kept && !entry.expires {
            wrong.push(format!("I16: {key} would stay for ever"));
        }
        if let Some(rest) = key.strip_prefix("job:") {
            let id = rest.split(':').next().unwrap_or_default();
            let job = id.parse().ok().and_then(|id| found.jobs.get(&id));
            let ended = job.is_some_and(|job| matches!(job.state, State::Succeeded(_) | State::Failed(_)));
            if job.is_none() || rest.ends_with(":output") && !ended {
                wrong.push(format!("I16: {key} belongs to nothing"));
            }
        }
        for (stream, lane) in [("order:", key.strip_prefix("order:")), ("turns:", None)] {
            let there = lane
                .is_none_or(|lane| found.has(&format!("lane:{lane}")) || found.has(&format!("again:{lane}")));
            if !there {
                wrong.push(format!("I16: {key} is a {stream} of an empty lane"));
            }
        }
    }
    lanes_have_turns(found, wrong);
}

/// I12: a lane with a job has a turn, and its class is looked at.
fn lanes_have_turns(found: &Snapshot, wrong: &mut Vec<String>) {
    for key in found.keys.keys() {
        let Some(lane) = key.strip_prefix("order:") else { continue };
        let mut parts = lane.split('/');
        let (class, level) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let above = match level {
            "low" => "normal",
            _ => "high",
        };
        let turn = [level, above].into_iter().any(|level| {
            found.field(&format!("turns:{class}:{level}"), lane).is_some()
                && found.field(&format!("waiting:{level}"), class).is_some()
        });
        if !turn {
            wrong.push(format!("I12: nobody looks at {lane}"));
        }
    }
}

/// I1, I2: by the events, each job ended at most once, and its versions only grew. How many ended.
pub(crate) fn story(found: &Snapshot, wrong: &mut Vec<String>) -> usize {
    let mut events: Vec<(u64, Vec<&str>)> = found
        .rows("events")
        .map(|(id, fields)| {
            let number = id.split('-').next().and_then(|number| number.parse().ok()).unwrap_or(0);
            (number, fields.split('\t').collect())
        })
        .collect();
    events.sort();
    let mut last: BTreeMap<&str, (u64, bool)> = BTreeMap::new();
    for (_, fields) in &events {
        let get = |name: &str| fields.chunks(2).find(|pair| pair[0] == name).map_or("", |pair| pair[1]);
        let (job, what, version) = (get("job"), get("what"), get("version").parse().unwrap_or(0));
        let terminal = Status::from_word(get("status")).is_some_and(Status::is_terminal);
        let (before, ended) = last.insert(job, (version, terminal)).unwrap_or((0, false));
        if version <= before || ended && what != "forgotten" {
            wrong.push(format!("I2: {job} heard {what} at version {version} after {before}, ended {ended}"));
        }
    }
    last.values().filter(|(_, ended)| *ended).count()
}
