//! The table of figures: name, labels, meaning. What is recorded once a replica is the sum over all replicas; the
//! gauges of queues, jobs and agents are the same on every replica, so take one (`max`), not the sum.

use ::metrics::{describe_counter, describe_gauge, describe_histogram};

macro_rules! names {
    ($($kind:ident $name:ident = $word:literal [$($label:literal),*] $meaning:literal;)+) => {
        $(pub(crate) const $name: &str = $word;)+

        /// Each figure: its name, its labels and what it means.
        pub const TABLE: &[(&str, &[&str], &str)] = &[$(($word, &[$($label),*], $meaning)),+];

        pub(super) fn describe() {
            $(names!(@describe $kind $word $meaning);)+
        }
    };
    (@describe counter $word:literal $meaning:literal) => { describe_counter!($word, $meaning) };
    (@describe gauge $word:literal $meaning:literal) => { describe_gauge!($word, $meaning) };
    (@describe histogram $word:literal $meaning:literal) => { describe_histogram!($word, $meaning) };
}

names! {
    gauge DEPTH = "spool_queue_depth" ["workflow", "priority"] "Jobs that wait for a place";
    gauge DELAYED = "spool_queue_delayed" ["workflow"] "Jobs that wait for a time before they are tried again";
    gauge OLDEST = "spool_queue_oldest_seconds" ["workflow"] "How long the oldest job that waits for a place has waited";
    gauge PLACES = "spool_places" ["workflow", "state"] "Places of agents that take such jobs: total and free";
    gauge JOBS = "spool_jobs" ["status"] "Jobs by status, finished ones until their retention ends";
    gauge LEASES = "spool_leases" [] "Jobs that agents have";
    gauge AGENTS = "spool_agents" ["state"] "Agents by state";
    counter SUBMITTED = "spool_jobs_submitted_total" ["workflow"] "Jobs taken in";
    counter ATTEMPTS = "spool_attempts_total" ["outcome"] "Attempts that ended, and hand-outs that never became one";
    histogram WAITS = "spool_job_wait_seconds" ["workflow"] "From the request to the first attempt";
    histogram DURATIONS = "spool_attempt_duration_seconds" ["workflow"] "Length of the attempts that succeeded";
    counter ROUNDS = "spool_scheduler_rounds_total" [] "Runs of the scheduler";
    counter HANDED = "spool_scheduler_handed_total" [] "Jobs that the scheduler handed out";
    histogram SCRIPTS = "spool_redis_script_seconds" ["script", "reply"] "Scripts in Redis, with the way there and back";
    histogram REQUESTS = "spool_http_request_duration_seconds" ["method", "route", "status"] "Requests until the head of the answer";
    gauge SOCKETS = "spool_sockets" ["kind"] "Open connections: agent, bulk, events, browser";
    counter RECEIVED = "spool_received_bytes_total" ["kind"] "Bytes of files that came in: result, preview, picture";
    gauge MEMORY = "process_resident_memory_bytes" [] "Memory of this process";
    gauge FDS = "process_open_fds" [] "Open files and sockets of this process";
}
