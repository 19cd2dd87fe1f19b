//! What Spool does as a whole: real processes, a real Redis, and faults that are real too.

#![expect(clippy::expect_used, reason = "whatever goes wrong in a test must end it with its cause")]

mod admission;
mod bad_nodes;
mod broken_python;
mod browsers;
mod bucket;
mod cancel;
mod clean_start;
mod connections;
mod cut_events;
mod drain;
mod embedded_redis;
mod events;
mod export;
mod failures;
mod fleet;
mod foreign_tokens;
mod full_disks;
mod keys;
mod logs;
mod lost_agent;
mod odd_results;
mod redis_tls;
mod replica_restart;
mod round_robin;
mod sample_picture;
mod thousand_jobs;
mod three_replicas;
mod uploads;
