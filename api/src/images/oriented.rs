//! Puts an orientation back into a stored file, for a server elsewhere that knows nothing of the record.

use super::Format;

/// A TIFF block that says nothing but the orientation (EXIF 2.3, tag 0x0112).
fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0\x01\0".to_vec();
    tiff.extend_from_slice(&[0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    tiff.extend_from_slice(&[0; 4]);
    tiff
}

/// The stored file with its orientation, so that it is taken in again as what it is: with the same bytes after its
/// metadata was removed, and the same orientation beside them.
#[must_use]
pub fn oriented(bytes: &[u8], format: Format, orientation: u8) -> Vec<u8> {
    if orientation == 1 {
        return bytes.to_vec();
    }
    match format {
        Format::Jpeg => jpeg(bytes, &exif(orientation)),
        Format::Png => png(bytes, &exif(orientation)),
        Format::Webp => webp(bytes, &exif(orientation)),
    }
}

/// An APP1 segment behind the start of the image.
fn jpeg(bytes: &[u8], exif: &[u8]) -> Vec<u8> {
    let (start, rest) = bytes.split_at(2.min(bytes.len()));
    let body = [b"Exif\0\0", exif].concat();
    let length = u16::try_from(body.len() + 2).unwrap_or(u16::MAX).to_be_bytes();
    [start, &[0xff, 0xe1], &length, &body, rest].concat()
}

/// An `eXIf` chunk behind the header: signature, then length, kind, 13 bytes and a checksum.
fn png(bytes: &[u8], exif: &[u8]) -> Vec<u8> {
    let (start, rest) = bytes.split_at(33.min(bytes.len()));
    let length = u32::try_from(exif.len()).unwrap_or(u32::MAX).to_be_bytes();
    let checksum = crc([b"eXIf", exif].concat()).to_be_bytes();
    [start, &length, b"eXIf", exif, &checksum, rest].concat()
}

/// An `EXIF` chunk at the end, announced in `VP8X`: a file that was turned always has that one, as there is no other
/// place for metadata in the format.
fn webp(bytes: &[u8], exif: &[u8]) -> Vec<u8> {
    const EXIF_FLAG: u8 = 0b0000_1000;
    let mut file = bytes.to_vec();
    if let Some([b'V', b'P', b'8', b'X', _, _, _, _, flags, ..]) = file.get_mut(12..) {
        *flags |= EXIF_FLAG;
    }
    let length = u32::try_from(exif.len()).unwrap_or(u32::MAX).to_le_bytes();
    file.extend([b"EXIF", length.as_slice(), exif].concat());
    if exif.len() % 2 == 1 {
        file.push(0);
    }
    let riff = u32::try_from(file.len().saturating_sub(8)).unwrap_or(u32::MAX).to_le_bytes();
    if let Some(size) = file.get_mut(4..8) {
        size.copy_from_slice(&riff);
    }
    file
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
