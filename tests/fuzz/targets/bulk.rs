//! Messages on the bulk socket, in both directions.

#![no_main]

use libfuzzer_sys::fuzz_target;
use spool_shared::protocol::{BulkFromAgent, BulkToAgent};

fuzz_target!(|data: &[u8]| {
    spool_fuzz::reads_as::<BulkFromAgent>(data);
    spool_fuzz::reads_as::<BulkToAgent>(data);
});
