//! Submits as JSON: the reader and the validation of the API.

#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use spool_fuzz::{comes_back, submitted, within_memory, workflow};

fuzz_target!(|data: &[u8]| {
    let Some((workflow, body)) = workflow(data) else { return };
    // A thousand values at most, however short they are written.
    let limit = 1024 * 1024 + 64 * body.len();
    let body = vec![Bytes::copy_from_slice(body)];
    if let Ok(request) = within_memory(limit, || submitted(workflow, "application/json", body)) {
        comes_back(workflow, request);
    }
});
