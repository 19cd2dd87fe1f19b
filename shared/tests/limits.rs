//! What the codec refuses, and that it refuses rather than dies.

use proptest::prelude::*;
use spool_shared::protocol::{
    BulkFromAgent, DecodeError, FromAgent, MAX_BULK_BYTES, MAX_CONTROL_BYTES, ToAgent, decode, encode,
};

/// `{"heartbeat": {"more": […]}}`, where `…` is a nest of arrays.
fn nested(levels: usize) -> Vec<u8> {
    let mut bytes = vec![0x81, 0xa9];
    bytes.extend(b"heartbeat");
    bytes.extend([0x81, 0xa4]);
    bytes.extend(b"more");
    bytes.extend(std::iter::repeat_n(0x91, levels));
    bytes.push(0xc0);
    bytes
}

#[test]
fn a_nest_of_one_hundred_thousand_levels_is_an_error() {
    assert!(matches!(decode::<FromAgent>(&nested(100_000)), Err(DecodeError::Malformed(_))));
}

#[test]
fn a_shallow_unknown_field_is_ignored_and_a_deep_one_is_refused() {
    let message = |levels| {
        let mut bytes = vec![0x81, 0xa3];
        bytes.extend(b"bye");
        bytes.extend([0x81, 0xa4]);
        bytes.extend(b"more");
        bytes.extend(std::iter::repeat_n(0x91, levels));
        bytes.push(0xc0);
        bytes
    };
    assert_eq!(decode::<FromAgent>(&message(8)).unwrap(), FromAgent::Bye {});
    assert!(decode::<FromAgent>(&message(16)).is_err());
}

#[test]
fn a_message_over_its_size_limit_is_refused_before_it_is_read() {
    let error = decode::<FromAgent>(&vec![0xc0; MAX_CONTROL_BYTES + 1]).unwrap_err();
    assert!(matches!(error, DecodeError::TooLarge { limit: MAX_CONTROL_BYTES, .. }));
    let error = decode::<BulkFromAgent>(&vec![0xc0; MAX_BULK_BYTES + 1]).unwrap_err();
    assert!(matches!(error, DecodeError::TooLarge { limit: MAX_BULK_BYTES, .. }));
}

#[test]
fn an_unknown_message_is_told_apart_from_a_malformed_one() {
    let mut unknown = vec![0x81, 0xa6];
    unknown.extend(b"future\x80");
    assert!(matches!(decode::<ToAgent>(&unknown), Err(DecodeError::Unknown(name)) if name == "future"));
    let mut malformed = vec![0x81, 0xa8];
    malformed.extend(b"accepted\x80");
    assert!(matches!(decode::<FromAgent>(&malformed), Err(DecodeError::Malformed(_))));
}

#[test]
fn bytes_after_the_message_are_refused() {
    let mut bytes = encode(&FromAgent::Bye {}).unwrap();
    bytes.push(0);
    assert!(matches!(decode::<FromAgent>(&bytes), Err(DecodeError::Trailing(1))));
}

#[test]
fn a_declared_length_of_four_gigabytes_is_an_error_without_the_memory() {
    let mut bytes = vec![0x81, 0xa5];
    bytes.extend(b"chunk");
    bytes.extend([0x83, 0xa6]);
    bytes.extend(b"upload");
    bytes.extend([1, 0xa6]);
    bytes.extend(b"offset");
    bytes.extend([0, 0xa5]);
    bytes.extend(b"bytes");
    bytes.extend([0xc6, 0xff, 0xff, 0xff, 0xff]);
    assert!(decode::<BulkFromAgent>(&bytes).is_err());
}

proptest! {
    #[test]
    fn random_bytes_never_bring_the_decoder_down(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = decode::<FromAgent>(&bytes);
        let _ = decode::<ToAgent>(&bytes);
        let _ = decode::<BulkFromAgent>(&bytes);
    }
}
