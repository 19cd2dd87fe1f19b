//! PNG files, chunk by chunk (W3C PNG, third edition).

use super::PictureError;

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Ancillary chunks that the pixels' meaning depends on. All others go: text, EXIF, time, animation frames and
/// what nobody knows.
const KEPT: [&[u8; 4]; 13] = [
    b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV", b"cLLI", b"bKGD", b"hIST",
    b"pHYs", b"sPLT",
];

/// Copies the file up to its end chunk without metadata.
pub(super) fn without_metadata(bytes: &[u8]) -> Result<Vec<u8>, PictureError> {
    let mut kept = Vec::with_capacity(bytes.len());
    let mut rest = bytes.strip_prefix(SIGNATURE).ok_or(PictureError::UnknownFormat)?;
    kept.extend_from_slice(SIGNATURE);
    loop {
        let [a, b, c, d, kind @ ..] = rest else { return Err(PictureError::Truncated) };
        let kind = kind.first_chunk::<4>().ok_or(PictureError::Truncated)?;
        let data = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
        // Length, kind, data, checksum.
        let length = data.checked_add(12).ok_or(PictureError::Truncated)?;
        let (chunk, after) = rest.split_at_checked(length).ok_or(PictureError::Truncated)?;
        let critical = kind.first().is_some_and(u8::is_ascii_uppercase);
        if critical || KEPT.contains(&kind) {
            kept.extend_from_slice(chunk);
        }
        if kind == b"IEND" {
            return Ok(kept);
        }
        rest = after;
    }
}
