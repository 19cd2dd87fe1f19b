//! Jobs of an owner, newest first.

use spool_shared::{ids::JobId, job::Status, workflow::Workflow};

use super::{Position, Record, Store, StoreError};

/// How many jobs one request looks at when most of them do not match.
const SCANNED: usize = 2_000;
/// How many are read at once.
const CHUNK: usize = 200;

/// Which jobs.
#[derive(Debug, Clone)]
pub struct PageQuery {
    pub owner: String,
    pub status: Option<Status>,
    pub workflow: Option<Workflow>,
    pub limit: usize,
    /// Only jobs before this ordinal, the `next` of the page before.
    pub before: Option<u64>,
}

/// A page, and the position that it stands for.
#[derive(Debug)]
pub struct Page {
    pub items: Vec<Record>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<u64>,
    pub position: Position,
}

impl Store {
    /// Reads a page. Where a filter matches little, a page may be short although `next` leads on.
    pub async fn page(&self, query: &PageQuery) -> Result<Page, StoreError> {
        let position = self.position().await?;
        let mut items = Vec::new();
        let mut before = query.before;
        let mut scanned = 0;
        while items.len() < query.limit && scanned < SCANNED {
            let chunk = if query.status.is_none() && query.workflow.is_none() { query.limit } else { CHUNK };
            let ids = self.older(&query.owner, before, chunk).await?;
            if ids.is_empty() {
                return Ok(Page { items, next: None, position });
            }
            scanned += ids.len();
            let jobs: Vec<JobId> = ids.iter().map(|(id, _)| *id).collect();
            for ((_, ordinal), record) in ids.iter().zip(self.read_jobs(&jobs).await?) {
                before = Some(*ordinal);
                if let Some(record) = record.filter(|record| query.matches(record)) {
                    items.push(record);
                    if items.len() == query.limit {
                        break;
                    }
                }
            }
        }
        let last = match before {
            Some(ordinal) => self.older(&query.owner, Some(ordinal), 1).await?.is_empty(),
            None => true,
        };
        Ok(Page { items, next: before.filter(|_| !last), position })
    }

    pub(super) async fn older(
        &self,
        owner: &str,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<(JobId, u64)>, StoreError> {
        let mut redis = self.inner.pool.get().await?;
        let from = before.map_or_else(|| "+inf".to_owned(), |ordinal| format!("({ordinal}"));
        let rows: Vec<(String, u64)> = redis::cmd("ZREVRANGEBYSCORE")
            .arg(self.keys().of("index", owner))
            .arg(from)
            .arg("-inf")
            .arg("WITHSCORES")
            .arg("LIMIT")
            .arg(0)
            .arg(limit)
            .query_async(&mut redis)
            .await?;
        Ok(rows.into_iter().filter_map(|(id, ordinal)| Some((id.parse().ok()?, ordinal))).collect())
    }
}

impl PageQuery {
    fn matches(&self, record: &Record) -> bool {
        self.status.is_none_or(|status| status == record.status)
            && self.workflow.is_none_or(|workflow| workflow == record.workflow)
    }
}
