//! Submits as multipart: what they mean does not depend on how they are cut on their way.

#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use spool_fuzz::{verdict, within_memory, workflow};

const CONTENT_TYPE: &str = "multipart/form-data; boundary=b";

fuzz_target!(|data: &[u8]| {
    let Some((workflow, [cut, body @ ..])) = workflow(data) else { return };
    let size = usize::from(*cut).max(1);
    let body = Bytes::copy_from_slice(body);
    let pieces = (0..body.len()).step_by(size).map(|at| body.slice(at..body.len().min(at + size))).collect();
    let limit = 1024 * 1024 + 256 * body.len();
    let whole = within_memory(limit, || verdict(workflow, CONTENT_TYPE, vec![body.clone()]));
    let in_pieces = within_memory(limit, || verdict(workflow, CONTENT_TYPE, pieces));
    assert_eq!(whole, in_pieces, "in pieces of {size} bytes");
});
