//! Figures for Prometheus, rendered at `/metrics`. Names, labels and meanings are in the table of [`names`].
//!
//! Labels have a handful of values each, never an id. Counters and histograms grow where something happens; what can
//! be read at any time (queues, agents, memory) is read when somebody asks.

pub mod names;
mod process;
mod queues;

use std::{sync::OnceLock, time::Duration};

use ::metrics::{counter, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use spool_shared::workflow::Workflow;

use crate::store::Outlook;

/// Upper bounds in seconds: from a script in Redis to a job that waited for an hour.
const SECONDS: [f64; 16] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 2.5, 10.0, 30.0, 60.0, 180.0, 600.0, 3600.0];

/// The recorder is one for the whole process: figures are recorded wherever something happens.
static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();

/// What is shown at `/metrics`; cheap to clone.
#[derive(Clone)]
pub struct Figures {
    handle: PrometheusHandle,
}

impl Figures {
    /// Begins to record; once for the whole process, however often it is called.
    #[must_use]
    pub fn record() -> Self {
        let handle = HANDLE.get_or_init(|| {
            let builder = PrometheusBuilder::new();
            let builder = builder
                .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
                .unwrap_or_else(|_| PrometheusBuilder::new());
            let recorder = builder.build_recorder();
            let handle = recorder.handle();
            if ::metrics::set_global_recorder(recorder).is_err() {
                tracing::warn!("Figures are recorded by somebody else; /metrics stays empty");
            }
            names::describe();
            handle
        });
        Self { handle: handle.clone() }
    }

    /// The text for Prometheus, with the queues as they are.
    #[must_use]
    pub fn text(&self, outlook: &Outlook) -> String {
        queues::show(outlook);
        process::show();
        self.handle.render()
    }

    /// Folds what was recorded since the last time, which would pile up otherwise.
    pub fn fold(&self) {
        self.handle.run_upkeep();
    }
}

/// A request was answered. `route` is the pattern that it matched.
pub(crate) fn answered(method: &str, route: &str, status: u16, took: Duration) {
    // Clients may make words up.
    let known = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"];
    let method = known.into_iter().find(|known| *known == method).unwrap_or("other");
    let (route, status) = (route.to_owned(), status.to_string());
    histogram!(names::REQUESTS, "method" => method, "route" => route, "status" => status).record(took);
}

/// A script of the store answered with this word, or not at all.
pub(crate) fn scripted(script: &'static str, reply: &str, took: Duration) {
    histogram!(names::SCRIPTS, "script" => script, "reply" => reply.to_owned()).record(took);
}

/// A job was taken in.
pub(crate) fn submitted(workflow: Workflow) {
    counter!(names::SUBMITTED, "workflow" => workflow.as_str()).increment(1);
}

/// A job's first attempt began.
pub(crate) fn waited(workflow: Workflow, wait: Duration) {
    histogram!(names::WAITS, "workflow" => workflow.as_str()).record(wait);
}

/// An attempt succeeded.
pub(crate) fn took(workflow: Workflow, time: Duration) {
    histogram!(names::DURATIONS, "workflow" => workflow.as_str()).record(time);
}

/// How an attempt, or a hand-out that never became one, ended.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ending {
    Succeeded,
    Failed,
    Lost,
    Drained,
    Declined,
    Canceled,
}

/// So many ended like this.
pub(crate) fn ended(ending: Ending, number: u64) {
    let outcome = match ending {
        Ending::Succeeded => "succeeded",
        Ending::Failed => "failed",
        Ending::Lost => "lost",
        Ending::Drained => "drained",
        Ending::Declined => "declined",
        Ending::Canceled => "canceled",
    };
    counter!(names::ATTEMPTS, "outcome" => outcome).increment(number);
}

/// The scheduler ran and handed out so many jobs.
pub(crate) fn scheduled(handed: usize) {
    counter!(names::ROUNDS).increment(1);
    counter!(names::HANDED).increment(handed as u64);
}

/// Bytes of a file came in: a `result`, a `preview` or a `picture`.
pub(crate) fn received(kind: &'static str, bytes: usize) {
    counter!(names::RECEIVED, "kind" => kind).increment(bytes as u64);
}

/// A connection that stays open, counted as long as the value lives.
#[derive(Debug)]
pub(crate) struct Open {
    kind: &'static str,
}

impl Open {
    /// `agent`, `bulk`, `events` or `browser`.
    pub(crate) fn new(kind: &'static str) -> Self {
        gauge!(names::SOCKETS, "kind" => kind).increment(1);
        Self { kind }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        gauge!(names::SOCKETS, "kind" => self.kind).decrement(1);
    }
}
