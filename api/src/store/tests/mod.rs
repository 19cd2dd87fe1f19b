//! The store against a real Redis.

mod agents;
mod clearing;
mod contracts;
mod dump;
mod fleet;
mod pairs;
mod plant;
mod queues;
mod redis;
mod samples;
mod scheduling;
mod sessions;
