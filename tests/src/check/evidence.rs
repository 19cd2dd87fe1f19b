//! What a run leaves to judge.

use std::collections::BTreeMap;

use redis::{Commands, Connection};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use spool_shared::job::Status;

use crate::{
    history::{Record, auditor::Seen},
    redis::PREFIX,
};

/// Everything that the checker looks at.
#[derive(Debug, Default)]
pub struct Evidence {
    pub records: Vec<Record>,
    /// The jobs that Redis holds at the end, by id.
    pub jobs: BTreeMap<String, FinalJob>,
    /// Keys at the end that never expire, without the prefix.
    pub forever: Vec<String>,
    /// Result files at the end.
    pub stored: Vec<Stored>,
    /// Hashes of the input pictures at the end.
    pub inputs: Vec<String>,
    /// Hashes of the pictures that clients sent.
    pub sent: Vec<String>,
    /// Files that a writer left half written.
    pub half_written: Vec<String>,
    /// Folders that agents keep for their work and that still hold work of a job.
    pub scratch: Vec<String>,
    /// How many replicas were started again, so that one before may have left what no one else removes soon.
    pub restarts: usize,
    /// How many agents there are.
    pub agents: usize,
    /// How many of them are not connected at the end: they keep their work, to offer it when they are back.
    pub away: usize,
    /// How much the auditor saw, and how much a run must have shown at least to prove anything.
    pub seen: Seen,
    pub least: Least,
    /// Clients that gave up waiting.
    pub stuck: Vec<String>,
    /// What was wrong with the way in which the processes ended, and what they left.
    pub ending: Vec<String>,
}

impl Evidence {
    /// When the record of this line was written.
    pub(super) fn at_ms(&self, line: u64) -> Option<u64> {
        let index = self.records.binary_search_by_key(&line, |record| record.line).ok()?;
        self.records.get(index).map(|record| record.at_ms)
    }
}

/// What a run must have shown at least. With zeros nothing is asked.
#[derive(Debug, Default, Clone, Copy)]
pub struct Least {
    /// Results that were served whole.
    pub served: usize,
    /// States that somebody was shown.
    pub saw: usize,
    /// Results that workers wrote.
    pub wrote: usize,
    pub looks: u64,
    pub transitions: u64,
}

/// A job's record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinalJob {
    pub status: Status,
    pub version: u64,
    /// The job that a retry made this one of.
    pub parent: Option<String>,
    /// The folder of the attempt whose result it has.
    pub result: Option<String>,
    /// The hash of its first output.
    pub sha256: Option<String>,
}

/// A file under a job and an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    pub job: String,
    /// The attempt's folder.
    pub attempt: String,
    /// The name of the file, or of the folder in it.
    pub name: String,
}

#[derive(Deserialize)]
struct Output {
    #[serde(default)]
    outputs: Vec<File>,
}

#[derive(Deserialize)]
struct File {
    sha256: String,
}

/// The folder of an attempt: the first half of its token's hash, so that a listing of the storage tells no token.
#[must_use]
pub fn attempt_folder(token: &str) -> String {
    hex::encode(Sha256::digest(token)).chars().take(32).collect()
}

/// The jobs that Redis holds.
#[must_use]
pub fn jobs(redis: &mut Connection) -> BTreeMap<String, FinalJob> {
    let keys: Vec<String> = redis.keys(format!("{PREFIX}job:*")).expect("keys");
    let ids = keys.iter().filter_map(|key| key.strip_prefix(PREFIX)?.strip_prefix("job:"));
    ids.filter(|id| !id.contains(':')).map(|id| (id.to_owned(), job(redis, id))).collect()
}

fn job(redis: &mut Connection, id: &str) -> FinalJob {
    let record: BTreeMap<String, String> = redis.hgetall(format!("{PREFIX}job:{id}")).expect("a record");
    let output: Option<String> = redis.get(format!("{PREFIX}job:{id}:output")).expect("an output");
    let word = record.get("status").map(String::as_str).unwrap_or_default();
    let status = Status::ALL.into_iter().find(|status| status.as_str() == word).expect("a status");
    let files =
        output.and_then(|text| serde_json::from_str::<Output>(&text).ok()).map(|output| output.outputs);
    FinalJob {
        status,
        version: record.get("version").and_then(|number| number.parse().ok()).unwrap_or_default(),
        parent: record.get("parent").cloned(),
        result: record.get("result").map(|token| attempt_folder(token)),
        sha256: files.and_then(|files| files.into_iter().next()).map(|file| file.sha256),
    }
}

/// The keys that never expire.
#[must_use]
pub fn forever(redis: &mut Connection) -> Vec<String> {
    let keys: Vec<String> = redis.keys("*").expect("keys");
    let lasting = keys.into_iter().filter(|key| redis.ttl::<_, i64>(key).expect("a time to live") == -1);
    lasting.map(|key| key.strip_prefix(PREFIX).unwrap_or(&key).to_owned()).collect()
}
