//! What a worker sends to its agent: frames, one after the other, and the messages in them.

#![no_main]

use libfuzzer_sys::fuzz_target;
use spool_agent::worker::{
    FromWorker, ToWorker,
    codec::{read, write},
    protocol::MAX_FRAME_BYTES,
};
use spool_fuzz::{block_on, reads_as, within_memory};
use spool_shared::protocol::Wire;

fuzz_target!(|data: &[u8]| {
    reads_as::<FromWorker>(data);
    reads_as::<ToWorker>(data);
    // A frame's length is believed up to the limit of one.
    within_memory(16 * MAX_FRAME_BYTES + 256 * data.len(), || block_on(frames::<FromWorker>(data)));
});

/// Reads up to the end or the first error. What was read is written and read again.
async fn frames<T: Wire>(mut source: &[u8]) {
    while let Ok(Some(message)) = read::<T>(&mut source).await {
        let mut written = Vec::new();
        write(&mut written, &message).await.expect("what was read can be written");
        let again = read::<T>(&mut written.as_slice()).await.expect("it can be read").expect("it is whole");
        let mut same = Vec::new();
        write(&mut same, &again).await.expect("it can be written again");
        assert_eq!(same, written);
    }
}
