//! The two sockets to the API. Nothing outside this folder knows tokio-tungstenite.
//!
//! - [`dial`]: opening a socket, with its limits and options
//! - [`control`]: hello, welcome, heartbeats, dead links, when to dial again
//! - [`outbox`]: what waits to be said on the control socket
//! - [`bulk`]: previews and result files; uploads that resume
//! - [`transfer`], [`transfers`]: how far an upload is; which bytes of which upload go next

pub mod bulk;
pub mod control;
pub mod dial;
pub mod outbox;
mod redial;
mod transfer;
mod transfers;

pub use bulk::{BulkHandle, FileToStore, Update, Upload};
pub use outbox::Outbox;
