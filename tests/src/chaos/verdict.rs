//! The end of a run: waits until nothing moves, gathers what is left, and has it judged.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use sha2::{Digest, Sha256};

use super::{
    Outcome,
    races::races,
    returns::{RETURNED, returns},
    schedule::{AGENTS, CONTESTED},
};
use crate::{
    World,
    check::{
        Evidence, Stored, Violation,
        evidence::{self, Least},
        files, judge,
    },
    deadline::look_until,
    history::{self, Note, Record, Recorder, auditor::Auditor, executions},
    redis::Redis,
};

/// How long the last job may take to end once every customer was served: those of retries without an answer.
const LAST: Duration = Duration::from_secs(20);
/// How long the sweeper may take to remove what lost, and agents to say that their places are free.
const SWEPT: Duration = Duration::from_secs(15);

/// What the smallest run shows, with one session after another.
const LEAST: Least = Least { served: 5, saw: 30, wrote: 5, looks: 5, transitions: 60 };

/// Ends the world and judges the run.
pub(super) fn conclude(
    seed: u64,
    world: World,
    recorder: &Recorder,
    auditor: Auditor,
    stuck: Vec<String>,
    began: Instant,
) -> Outcome {
    let audited = auditor.finish();
    executions::take_in(world.folder(), recorder);
    let so_far = recorder.so_far();
    let in_hindsight = [(RETURNED, returns(&so_far)), (CONTESTED, audited.contested.len() as u64)];
    for (row, disturbed) in races(&so_far).into_iter().chain(in_hindsight).filter(|(_, times)| *times > 0) {
        recorder.named("hindsight").note(Note::Fault { row: row.to_owned(), disturbed });
    }
    let mut evidence = Evidence { stuck, seen: audited.seen, least: LEAST, agents: AGENTS, ..gather(&world) };
    let (ending, mut folder) = world.finish(audited.tokens.iter().cloned());
    evidence.ending = ending;
    let left = files::scratch_folders(folder.path());
    if left > 0 {
        evidence.ending.push(format!("left behind: {left} folders of agents"));
    }
    let path = recorder.close();
    let told = std::fs::read_to_string(&path).unwrap_or_default();
    let shown = audited.tokens.iter().filter(|token| told.contains(*token)).count();
    if shown > 0 {
        evidence.ending.push(format!("{shown} secrets were told to clients"));
    }
    let read = history::read(&path);
    let cut = read.as_ref().err().map(|cut| format!("the history is cut: {cut:?}"));
    evidence.records = read.unwrap_or_default();

    let verdict = judge(&evidence);
    let mut violations = verdict.violations;
    violations.extend(cut.map(|sentence| Violation { invariant: "history", sentence }));
    let kept = (!violations.is_empty()).then(|| {
        folder.disable_cleanup(true);
        folder.path().to_owned()
    });
    let fired = fired(&evidence.records);
    let (counts, took) = (verdict.counts, began.elapsed());
    Outcome { seed, counts, violations, seen: evidence.seen, fired, took, kept }
}

/// Blocks until every job has ended, what lost is removed and every place is free; what is not so after a while is for
/// the checks to find.
pub(super) fn come_to_rest(world: &World) {
    let (data, mut redis) = (data(world), world.redis().connect());
    let _ = look_until(LAST, || {
        evidence::jobs(&mut redis).values().all(|job| job.status.is_terminal()).then_some(())
    });
    let jobs = evidence::jobs(&mut redis);
    let won = |file: &Stored| jobs.get(&file.job).and_then(|job| job.result.as_ref()) == Some(&file.attempt);
    let _ = look_until(SWEPT, || files::stored(&data).iter().all(won).then_some(()));
    let _ = look_until(SWEPT, || is_free(world.redis()).then_some(()));
    let _ = look_until(SWEPT, || {
        let away = AGENTS.saturating_sub(world.redis().agents());
        (files::scratch(world.folder()).len() <= away).then_some(())
    });
}

/// Whether nobody has a job, or a place that is taken.
fn is_free(redis: &Redis) -> bool {
    let remains = redis.remains();
    (remains.lanes, remains.delayed, remains.leases, remains.places) == (0, 0, 0, 0)
}

fn data(world: &World) -> std::path::PathBuf {
    world.folder().join("data/objects")
}

/// How many agents are away, and the folders with work in them. One that has just come back clears its folder once it was
/// told that nobody waits for that work, so both are looked at until they fit, or for long enough.
fn unfinished(world: &World) -> (usize, Vec<String>) {
    let look = || (AGENTS.saturating_sub(world.redis().agents()), files::scratch(world.folder()));
    let fits = |(away, scratch): &(usize, Vec<String>)| scratch.len() <= *away;
    look_until(SWEPT, || Some(look()).filter(fits)).unwrap_or_else(look)
}

/// What Redis and the disks hold.
fn gather(world: &World) -> Evidence {
    let (data, mut redis) = (data(world), world.redis().connect());
    let (away, scratch) = unfinished(world);
    Evidence {
        jobs: evidence::jobs(&mut redis),
        forever: evidence::forever(&mut redis),
        stored: files::stored(&data),
        inputs: files::inputs(&data),
        half_written: files::half_written(&data),
        scratch,
        away,
        restarts: files::restarts(world.folder()),
        sent: vec![hex::encode(Sha256::digest(world.client().picture()))],
        ..Evidence::default()
    }
}

/// Row of the matrix → how much its faults disturbed.
fn fired(records: &[Record]) -> BTreeMap<String, u64> {
    let mut fired: BTreeMap<String, u64> = BTreeMap::new();
    for record in records {
        if let Note::Fault { row, disturbed } = &record.note {
            *fired.entry(row.clone()).or_default() += disturbed;
        }
    }
    fired
}
