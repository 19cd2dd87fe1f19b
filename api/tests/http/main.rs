//! The API over HTTP: a real server on a real Redis, asked as clients ask.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "this is test code: whatever goes wrong must end the test"
)]

mod access;
mod agent;
mod agents;
mod bodies;
mod browser;
mod bulk;
mod document;
mod ended;
mod events;
mod export;
mod failover;
mod files;
mod fleet;
mod idempotency;
mod images;
mod jobs;
mod keyed_pages;
mod logins;
mod metrics;
mod outlook;
mod owners;
mod pictures;
mod protocol;
mod queues;
mod rates;
mod raw;
mod refusals;
mod retention;
mod revoked;
mod slow_bodies;
mod socket;
mod studio;
mod submit;
mod sweep;
mod thumbnails;
mod world;
