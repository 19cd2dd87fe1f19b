//! JPEG files, segment by segment (ITU-T T.81, annex B).

use super::PictureError;

const SOI: u8 = 0xd8;
const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;
const COM: u8 = 0xfe;

/// Copies the file up to its end-of-image marker without application data and comments. Kept are those the
/// pixels' meaning depends on: JFIF, the ICC profile, and Adobe's note on the colour transform.
///
/// The decoder fills up what a truncated file lacks, so the missing end has to be noticed here.
pub(super) fn without_metadata(bytes: &[u8]) -> Result<Vec<u8>, PictureError> {
    let mut kept = Vec::with_capacity(bytes.len());
    let mut rest = bytes.strip_prefix(&[0xff, SOI]).ok_or(PictureError::UnknownFormat)?;
    kept.extend_from_slice(&[0xff, SOI]);
    loop {
        let (marker, after) = next_marker(rest)?;
        match marker {
            EOI => {
                kept.extend_from_slice(&[0xff, EOI]);
                return Ok(kept);
            }
            // Markers without a length: TEM and restarts that stand alone.
            0x01 | 0xd0..=0xd7 => rest = after,
            _ => {
                let (segment, after) = split_segment(after)?;
                if is_kept(marker, segment) {
                    kept.extend_from_slice(&[0xff, marker]);
                    kept.extend_from_slice(segment);
                }
                rest = after;
                if marker == SOS {
                    let scan = scan_length(rest)?;
                    let (data, after) = rest.split_at_checked(scan).ok_or(PictureError::Truncated)?;
                    kept.extend_from_slice(data);
                    rest = after;
                }
            }
        }
    }
}

/// Skips to the next marker, over fill bytes.
fn next_marker(bytes: &[u8]) -> Result<(u8, &[u8]), PictureError> {
    let start = bytes.iter().position(|byte| *byte == 0xff).ok_or(PictureError::Truncated)?;
    let mut rest = bytes.get(start..).unwrap_or_default();
    while let [0xff, after @ ..] = rest {
        rest = after;
    }
    match rest {
        [marker, after @ ..] => Ok((*marker, after)),
        [] => Err(PictureError::Truncated),
    }
}

/// Splits a segment, its two length bytes included, from what follows.
fn split_segment(bytes: &[u8]) -> Result<(&[u8], &[u8]), PictureError> {
    let [high, low, ..] = bytes else { return Err(PictureError::Truncated) };
    let length = usize::from(u16::from_be_bytes([*high, *low]));
    if length < 2 {
        return Err(PictureError::broken("a segment is shorter than its own length"));
    }
    bytes.split_at_checked(length).ok_or(PictureError::Truncated)
}

/// How long the entropy-coded data is: up to a marker that is neither a stuffed byte nor a restart.
fn scan_length(bytes: &[u8]) -> Result<usize, PictureError> {
    let mut pairs = bytes.windows(2).enumerate();
    let end = pairs
        .find(|(_, pair)| matches!(pair, [0xff, marker] if !matches!(marker, 0x00 | 0xd0..=0xd7 | 0xff)));
    end.map(|(at, _)| at).ok_or(PictureError::Truncated)
}

fn is_kept(marker: u8, segment: &[u8]) -> bool {
    let body = segment.get(2..).unwrap_or_default();
    match marker {
        0xe0 => body.starts_with(b"JFIF\0"),
        0xe2 => body.starts_with(b"ICC_PROFILE\0"),
        0xee => body.starts_with(b"Adobe"),
        0xe1..=0xef | COM => false,
        _ => true,
    }
}
