//! Spool's agent: dials in to the API, owns the slots of a GPU node and supervises a Python worker in each.
//!
//! - [`state`], [`decide`]: what the agent knows, and what it does about each event; no I/O
//! - [`event`], [`command`]: what reaches [`decide`] and what comes out of it
//! - [`run`]: the loop that carries events to [`decide`] and commands to the rest
//! - [`link`]: the sockets to the API; the only place that knows tokio-tungstenite
//! - [`worker`]: the processes; only `worker::process` starts one
//! - [`fetch`], [`result`]: inputs on their way in, result files on their way out
//! - [`gpu`]: which GPU is whose, and how they fare
//! - [`check`]: what would work on this node, and why not
//! - [`config`], [`identity`], [`scratch`], [`memory`], [`telemetry`], [`tls`], [`tasks`]: the ground they stand on

pub mod check;
pub mod command;
pub mod config;
pub mod decide;
pub mod event;
pub mod fetch;
pub mod gpu;
pub mod identity;
pub mod link;
pub mod memory;
pub mod result;
pub mod run;
pub mod scratch;
pub mod state;
pub mod tasks;
pub mod telemetry;
pub mod tls;
pub mod worker;
