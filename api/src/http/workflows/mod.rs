//! Submitting jobs.

mod body;
mod json;
mod multipart;
mod submit;

pub(super) use submit::{enqueue, idempotency_key, submit};
