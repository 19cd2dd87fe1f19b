//! From Redis to everyone who waits for news: agents of this replica, and the people who watch jobs.

mod hub;
mod reader;

pub use hub::{Hub, Notice, Watch};
pub use reader::{follow, follow_progress};
