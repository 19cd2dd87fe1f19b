//! Slots with real Python workers, and with programs that behave as no worker should.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a failed step is a failed test")]

mod endings;
mod slot;
mod strangers;
