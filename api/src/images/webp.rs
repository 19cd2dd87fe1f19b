//! WebP files, chunk by chunk (RFC 9649).

use super::PictureError;

/// What a WebP picture consists of. All other chunks go, EXIF and XMP among them.
const KEPT: [&[u8; 4]; 7] = [b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"];
/// The flags in `VP8X` that announce EXIF and XMP.
const METADATA_FLAGS: u8 = 0b0000_1100;

/// Copies the file, as far as its header says it reaches, without metadata.
pub(super) fn without_metadata(bytes: &[u8]) -> Result<Vec<u8>, PictureError> {
    let [b'R', b'I', b'F', b'F', a, b, c, d, after @ ..] = bytes else {
        return Err(PictureError::UnknownFormat);
    };
    let length = u32::from_le_bytes([*a, *b, *c, *d]) as usize;
    let riff = after.get(..length).ok_or(PictureError::Truncated)?;
    let mut rest = riff.strip_prefix(b"WEBP").ok_or(PictureError::UnknownFormat)?;
    let mut chunks = Vec::with_capacity(bytes.len());
    while !rest.is_empty() {
        let (kind, after) = rest.split_first_chunk::<4>().ok_or(PictureError::Truncated)?;
        let size = after.first_chunk::<4>().ok_or(PictureError::Truncated)?;
        let size = u32::from_le_bytes(*size) as usize;
        // Kind, size, data, and a byte that makes the length even, which the last chunk may lack.
        let whole = size.checked_add(8).ok_or(PictureError::Truncated)?;
        let padded = whole.checked_add(size % 2).ok_or(PictureError::Truncated)?.min(rest.len());
        let (chunk, after) = rest.split_at_checked(padded.max(whole)).ok_or(PictureError::Truncated)?;
        if KEPT.contains(&kind) {
            let start = chunks.len();
            chunks.extend_from_slice(chunk);
            if kind == b"VP8X"
                && let Some(flags) = chunks.get_mut(start + 8)
            {
                *flags &= !METADATA_FLAGS;
            }
        }
        rest = after;
    }
    let length = u32::try_from(chunks.len() + 4).map_err(|_| PictureError::Truncated)?;
    Ok([b"RIFF", length.to_le_bytes().as_slice(), b"WEBP", &chunks].concat())
}
