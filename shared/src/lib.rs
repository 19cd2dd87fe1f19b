//! The domain of Spool and its wire format: plain data and plain functions.
//!
//! Nothing here knows a socket, a file, Redis, HTTP or an async runtime; time and chance are arguments.
//!
//! - [`ids`]: identifiers and lease tokens
//! - [`workflow`]: the kinds of job, their typed parameters, limits, defaults and help
//! - [`class`]: the finite table of requirement classes that lanes and agents speak of
//! - [`job`]: statuses, counters, budgets and the transition table
//! - [`fleet`]: agents as everyone sees them
//! - [`media`]: the types of result files, told by how they begin
//! - [`protocol`]: what API and agents say to one another, as bounded MessagePack
//! - [`backoff`]: delays between tries

pub mod backoff;
pub mod class;
pub mod fleet;
pub mod ids;
pub mod job;
pub mod media;
pub mod protocol;
pub mod workflow;
