//! From Redis to everyone who waits for news: agents of this replica, and the people who watch jobs.

mod gathered;
mod hub;
mod reader;

pub use gathered::{Gathered, Gathering, Happened, Urgency};
pub use hub::{Hub, Notice, Watch};
pub use reader::{follow, follow_notes};
