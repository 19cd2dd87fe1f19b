//! Spool's edge API: stateless, any number of replicas over one Redis.
//!
//! Direction: `http` and `gateway` use `store`, `storage` and `images`, never one another; `fanout`,
//! `scheduler` and `maintenance` use `store`. Only `store` and `embedded` know Redis.

pub mod admission;
pub mod app;
pub mod auth;
pub mod config;
pub mod embedded;
pub mod fanout;
mod frames;
pub mod gateway;
pub mod http;
pub mod images;
pub mod maintenance;
pub mod measure;
pub mod scheduler;
pub mod serve;
mod signals;
pub mod storage;
pub mod store;
pub mod tasks;
pub mod telemetry;
