//! The store against a real Redis.

mod agents;
mod clearing;
mod contracts;
mod dump;
mod fleet;
mod guards;
mod mail;
mod ownership;
mod pairs;
mod parting;
mod plant;
mod queues;
mod raw;
mod readopting;
mod redis;
mod retention;
mod rubbish;
mod samples;
mod scheduling;
mod sessions;
mod submitting;
mod twice;
mod unserved;
