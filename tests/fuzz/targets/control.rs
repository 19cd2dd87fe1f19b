//! Control messages, as the API and as an agent reads them.

#![no_main]

use libfuzzer_sys::fuzz_target;
use spool_shared::protocol::{FromAgent, ToAgent};

fuzz_target!(|data: &[u8]| {
    spool_fuzz::reads_as::<FromAgent>(data);
    spool_fuzz::reads_as::<ToAgent>(data);
});
