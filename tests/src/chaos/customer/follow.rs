//! How a customer sees a job to its end.

use sha2::{Digest, Sha256};
use spool_shared::job::Status;

use super::{ANSWER, Customer, PAUSE};
use crate::{Job, PATIENCE, deadline::within, events::Events, history::Note};

impl Customer {
    /// Sees a job to its end by its events, and takes the result. The ended job, or nothing when it is gone.
    pub(super) async fn follows(&self, job: &str) -> Option<Job> {
        let end = self.watches(job, "the end", |job| job.status.is_terminal()).await;
        if let Some(Job { outputs, status: Status::Succeeded, .. }) = &end
            && let Some(output) = outputs.first()
        {
            self.downloads(job, &output.url).await;
        }
        end
    }

    /// Watches a job until it is as wanted, or has ended. Nothing when it is gone.
    pub(super) async fn watches(&self, job: &str, what: &str, wanted: impl Fn(&Job) -> bool) -> Option<Job> {
        let mut position = None;
        within(PATIENCE, &format!("{what} of {job}"), async {
            loop {
                if let Some(end) = self.listens(job, &mut position, &wanted).await {
                    return end;
                }
                tokio::time::sleep(PAUSE).await;
            }
        })
        .await
    }

    /// One connection for events. `Some` when nothing more is to come: the job as it is wanted or ended, or none when
    /// it is gone.
    async fn listens(
        &self,
        job: &str,
        position: &mut Option<String>,
        wanted: &impl Fn(&Job) -> bool,
    ) -> Option<Option<Job>> {
        let mut request = self.http.get(self.url(&format!("/api/jobs/{job}/events")));
        if let Some(position) = &position {
            request = request.header("Last-Event-ID", position);
        }
        let response = tokio::time::timeout(ANSWER, request.send()).await.ok()?.ok()?;
        match response.status().as_u16() {
            200 => {}
            status @ (404 | 410) => {
                self.recorder.note(Note::Gone { job: job.to_owned(), status: Some(status) });
                return Some(None);
            }
            _ => return None,
        }
        let mut events = Events::of(response);
        // A line that swallows everything is given up, as a client does that hears no comment for a while.
        while let Some(event) = tokio::time::timeout(ANSWER, events.next()).await.ok()? {
            *position = event.id.clone().or(position.take());
            match event.name.as_str() {
                "job" => {
                    let seen = event.job();
                    let (job, version) = (job.to_owned(), seen.version);
                    self.recorder.note(Note::Saw { job, status: seen.status, version });
                    if seen.status.is_terminal() || wanted(&seen) {
                        return Some(Some(seen));
                    }
                }
                "reset" => {
                    self.recorder.note(Note::Reset { job: job.to_owned() });
                    return Some(None);
                }
                "gone" => {
                    self.recorder.note(Note::Gone { job: job.to_owned(), status: None });
                    return Some(None);
                }
                _ => {}
            }
        }
        None
    }

    async fn downloads(&self, job: &str, path: &str) {
        within(PATIENCE, &format!("the result of {job}"), async {
            loop {
                let sent = self.http.get(self.url(path)).send();
                let response = tokio::time::timeout(ANSWER, sent).await.ok().and_then(Result::ok);
                let status = response.as_ref().map(|response| response.status().as_u16());
                let whole = match response {
                    Some(response) if status == Some(200) => {
                        tokio::time::timeout(ANSWER, response.bytes()).await.ok().and_then(Result::ok)
                    }
                    _ => None,
                };
                let job = job.to_owned();
                match (whole, status) {
                    (Some(bytes), _) => {
                        let sha256 = hex::encode(Sha256::digest(&bytes));
                        return self.recorder.note(Note::Served { job, sha256 });
                    }
                    // The session ended meanwhile; anything else is a result that was promised and is not there.
                    (None, Some(404 | 410)) => return self.recorder.note(Note::NotServed { job, status }),
                    _ => tokio::time::sleep(PAUSE).await,
                }
            }
        })
        .await;
    }
}
