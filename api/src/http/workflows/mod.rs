//! Submitting jobs, and what is to be expected of that.

mod body;
mod doc;
#[cfg(fuzzing)]
mod fuzzed;
mod json;
mod multipart;
mod outlook;
mod parent;
mod pictures;
mod submit;
mod values;

#[cfg(fuzzing)]
pub use fuzzed::submission;

pub(super) use doc::{accepts, body_name, docs};
pub(super) use multipart::broken as broken_multipart;
pub(super) use outlook::{docs as outlook_docs, outlook};
pub(super) use pictures::is_stored;
pub(super) use submit::{enqueue, idempotency_key, submit};
