//! The Python process of a slot: started, spoken to, watched, stopped and started again.
//!
//! - [`protocol`], [`codec`]: what agent and worker say to one another, in frames on a private socket
//! - [`process`]: the only place that starts a process
//! - [`descendants`]: what a worker started, and its end
//! - [`supervisor`]: the life of a slot, from one worker to the next
//! - [`watchdog`]: how long a worker may be silent
//! - [`logs`]: what a worker prints, in bounded lines

pub mod codec;
pub(crate) mod descendants;
pub mod logs;
pub mod process;
pub mod protocol;
mod session;
pub mod supervisor;
pub mod watchdog;

pub use protocol::{FromWorker, ToWorker};
pub use supervisor::{Exit, SlotHandle, WorkerEvent};
