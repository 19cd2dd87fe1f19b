//! Bytes that are no message between agent and server, and frames that are none of a WebSocket.

use crate::rude::{BINARY, CONTINUATION, LAST, PING, frame, head};

/// `{name: {field: …}}` up to where the value of the field begins.
#[must_use]
pub fn opened(name: &str, field: &str) -> Vec<u8> {
    [vec![0x81], text(name), vec![0x81], text(field)].concat()
}

/// A short text.
fn text(text: &str) -> Vec<u8> {
    [&[0xa0 | u8::try_from(text.len()).expect("a short text")], text.as_bytes()].concat()
}

/// Bytes that are no message, around the name of one.
#[must_use]
pub fn bad_messages(name: &str) -> Vec<(&'static str, Vec<u8>)> {
    let with = |end: &[u8]| [opened(name, "more"), end.to_vec()].concat();
    let named = |first: u8, end: &[u8]| [&[first], text(name).as_slice(), end].concat();
    let nest = vec![0x91; 100_000];
    vec![
        ("nothing", vec![]),
        ("a byte that MessagePack does not use", vec![0xc1]),
        ("text", b"hello".to_vec()),
        ("a message that ends too early", opened(name, "job")),
        ("a nest of a hundred thousand levels", with(&nest)),
        ("a nest without a message around it", nest),
        ("four gigabytes of bytes that do not come", with(&[0xc6, 0xff, 0xff, 0xff, 0xff])),
        ("four thousand million values that do not come", with(&[0xdd, 0xff, 0xff, 0xff, 0xff])),
        ("as many entries", with(&[0xdf, 0xff, 0xff, 0xff, 0xff])),
        ("a number where a job's id belongs", [opened(name, "job"), vec![0x07]].concat()),
        ("a list where a message belongs", named(0x81, &[0x93, 1, 2, 3])),
        ("two messages in one", named(0x82, &[text(name), vec![0x80]].concat())),
        ("something behind a message", named(0x81, &[0x80, 0xc0])),
    ]
}

/// Frames that end a socket on which a message may have so many bytes.
#[must_use]
pub fn bad_frames(limit: usize) -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("a frame that is a byte too large", frame(LAST | BINARY, &vec![0; limit + 1])),
        ("a frame of four gigabytes", head(LAST | BINARY, 1 << 32)),
        ("a frame larger than any memory", head(LAST | BINARY, u64::MAX >> 1)),
        ("a frame of a kind that is not used", frame(LAST | 5, b"x")),
        ("a frame without a mask", vec![LAST | BINARY, 1, 0]),
        ("a long ping", frame(LAST | PING, &[0; 126])),
        ("the beginning of a message in parts", frame(BINARY, b"x")),
        ("a continuation of nothing", frame(LAST | CONTINUATION, b"x")),
    ]
}
