//! Puts an orientation back into a stored file, for a server elsewhere that knows nothing of the record.

use super::Format;

/// A TIFF block that says nothing but the orientation (EXIF 2.3, tag 0x0112).
fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0\x01\0".to_vec();
    tiff.extend_from_slice(&[0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    tiff.extend_from_slice(&[0; 4]);
    tiff
}

/// How much of a stored file, from its beginning, [`oriented`] has to see, bytes: what stands before the first chunk of
/// any format that an orientation is put behind or announced in.
pub const HEAD_BYTES: usize = 33;

/// What a file with its orientation begins and ends with. Between them stands what stands in the stored file.
pub struct Oriented {
    /// In place of the head that was shown.
    pub head: Vec<u8>,
    /// Behind the end.
    pub tail: Vec<u8>,
}

/// Puts an orientation into a stored file of `size` bytes that begins with `head`, so that it is taken in again as what
/// it is: with the same bytes after its metadata was removed, and the same orientation beside them.
#[must_use]
pub fn oriented(head: &[u8], size: u64, format: Format, orientation: u8) -> Oriented {
    if orientation == 1 {
        return Oriented { head: head.to_vec(), tail: Vec::new() };
    }
    let exif = exif(orientation);
    match format {
        Format::Jpeg => Oriented { head: jpeg(head, &exif), tail: Vec::new() },
        Format::Png => Oriented { head: png(head, &exif), tail: Vec::new() },
        Format::Webp => webp(head, size, &exif),
    }
}

/// How many bytes more a file has with its orientation.
#[must_use]
pub fn added(format: Format, orientation: u8) -> u64 {
    let Oriented { head, tail } = oriented(&[0; HEAD_BYTES], 0, format, orientation);
    (head.len() - HEAD_BYTES + tail.len()) as u64
}

/// An APP1 segment behind the start of the image.
fn jpeg(head: &[u8], exif: &[u8]) -> Vec<u8> {
    let (start, rest) = head.split_at(2.min(head.len()));
    let body = [b"Exif\0\0", exif].concat();
    let length = u16::try_from(body.len() + 2).unwrap_or(u16::MAX).to_be_bytes();
    [start, &[0xff, 0xe1], &length, &body, rest].concat()
}

/// An `eXIf` chunk behind the header: signature, then length, kind, 13 bytes and a checksum.
fn png(head: &[u8], exif: &[u8]) -> Vec<u8> {
    let (start, rest) = head.split_at(HEAD_BYTES.min(head.len()));
    let length = u32::try_from(exif.len()).unwrap_or(u32::MAX).to_be_bytes();
    let checksum = crc([b"eXIf", exif].concat()).to_be_bytes();
    [start, &length, b"eXIf", exif, &checksum, rest].concat()
}

/// An `EXIF` chunk at the end, announced in `VP8X`: a file that was turned always has that one, as there is no other
/// place for metadata in the format.
fn webp(head: &[u8], size: u64, exif: &[u8]) -> Oriented {
    const EXIF_FLAG: u8 = 0b0000_1000;
    let mut head = head.to_vec();
    if let Some([b'V', b'P', b'8', b'X', _, _, _, _, flags, ..]) = head.get_mut(12..) {
        *flags |= EXIF_FLAG;
    }
    let length = u32::try_from(exif.len()).unwrap_or(u32::MAX).to_le_bytes();
    let mut tail = [b"EXIF", length.as_slice(), exif].concat();
    if exif.len() % 2 == 1 {
        tail.push(0);
    }
    let riff = (size + tail.len() as u64).saturating_sub(8);
    if let Some(field) = head.get_mut(4..8) {
        field.copy_from_slice(&u32::try_from(riff).unwrap_or(u32::MAX).to_le_bytes());
    }
    Oriented { head, tail }
}

/// CRC-32 of a PNG chunk (ISO 3309).
fn crc(bytes: Vec<u8>) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    !crc
}
