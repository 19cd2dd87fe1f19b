//! Pictures: the check that every file passes before it is stored.

#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use spool_api::images::{Format, Pictures};
use spool_fuzz::{block_on, within_memory};
use spool_shared::workflow::PICTURE;

/// What the largest picture takes: its pixels with 16 bits in four components, and as much again while it is decoded.
const MEMORY: usize = 2 * 8 * 40_000_000 + 64 * 1024 * 1024;

fuzz_target!(|data: &[u8]| {
    let file = Bytes::copy_from_slice(data);
    let pictures = Pictures::new(1024);
    let check = |file: Bytes| within_memory(MEMORY, || block_on(pictures.validate(file)));
    let Ok(picture) = check(file) else { return };
    assert!(picture.size.width.max(picture.size.height) <= PICTURE.max_side);
    assert!(picture.size.area() <= PICTURE.max_pixels);
    assert!((1..=8).contains(&picture.orientation));
    // The first frame of an animation may be drawn anew.
    let longest = if picture.format == Format::Webp { PICTURE.max_bytes } else { data.len() };
    assert!(picture.bytes.len() <= longest, "a file without its metadata is not longer");
    assert_eq!(Format::of(&picture.bytes), Some(picture.format));
    // What is stored is a picture again, of the same size, from which nothing more is taken.
    let stored = check(picture.bytes.clone()).expect("what is stored can be read");
    assert_eq!((stored.size, stored.format, stored.orientation), (picture.size, picture.format, 1));
    assert_eq!((stored.sha256, stored.bytes), (picture.sha256, picture.bytes));
});
