//! WebP files, chunk by chunk (RFC 9649).

use image::{DynamicImage, codecs::webp::WebPEncoder};

use super::{Format, PictureError, decode};

/// What a WebP picture consists of. All other chunks go, EXIF, XMP and the frames of an animation among them.
const KEPT: [&[u8; 4]; 5] = [b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ICCP"];
/// What a frame of an animation consists of.
const FRAME: [&[u8; 4]; 3] = [b"ALPH", b"VP8 ", b"VP8L"];

/// Flags in `VP8X`.
const METADATA: u8 = 0b0000_1100;
const ANIMATION: u8 = 0b0000_0010;
const ALPHA: u8 = 0b0001_0000;

/// One chunk of a file or of a frame.
struct Chunk<'a> {
    kind: &'a [u8; 4],
    data: &'a [u8],
    /// With its head and the byte that makes its length even, which the last one of a file may lack.
    whole: &'a [u8],
}

/// Copies the file, as far as its header says it reaches, without metadata. Of an animation the first frame is left.
pub(super) fn without_metadata(bytes: &[u8]) -> Result<Vec<u8>, PictureError> {
    let chunks = chunks(body(bytes)?)?;
    if let Some(header) = chunks.iter().find(|chunk| chunk.kind == b"VP8X")
        && header.data.first().is_some_and(|flags| flags & ANIMATION != 0)
    {
        return first_frame(bytes, header, &chunks);
    }
    let mut kept = Vec::with_capacity(bytes.len());
    for chunk in chunks.iter().filter(|chunk| KEPT.contains(&chunk.kind)) {
        let start = kept.len();
        kept.extend_from_slice(chunk.whole);
        if chunk.kind == b"VP8X"
            && let Some(flags) = kept.get_mut(start + 8)
        {
            *flags &= !METADATA;
        }
    }
    file(&kept)
}

/// Whether every chunk is as long as it says.
pub(super) fn is_whole(bytes: &[u8]) -> Result<(), PictureError> {
    chunks(body(bytes)?).map(drop)
}

/// What stands in the file behind its header.
fn body(bytes: &[u8]) -> Result<&[u8], PictureError> {
    let [b'R', b'I', b'F', b'F', a, b, c, d, after @ ..] = bytes else {
        return Err(PictureError::UnknownFormat);
    };
    let length = u32::from_le_bytes([*a, *b, *c, *d]) as usize;
    let riff = after.get(..length).ok_or(PictureError::Truncated)?;
    riff.strip_prefix(b"WEBP").ok_or(PictureError::UnknownFormat)
}

fn chunks(mut rest: &[u8]) -> Result<Vec<Chunk<'_>>, PictureError> {
    let mut chunks = Vec::new();
    while !rest.is_empty() {
        let (kind, after) = rest.split_first_chunk::<4>().ok_or(PictureError::Truncated)?;
        let (size, after) = after.split_first_chunk::<4>().ok_or(PictureError::Truncated)?;
        let size = u32::from_le_bytes(*size) as usize;
        let data = after.get(..size).ok_or(PictureError::Truncated)?;
        let (whole, after) = rest.split_at((8 + size + size % 2).min(rest.len()));
        chunks.push(Chunk { kind, data, whole });
        rest = after;
    }
    Ok(chunks)
}

/// The first frame of an animation as a picture of its own.
fn first_frame(bytes: &[u8], header: &Chunk<'_>, all: &[Chunk<'_>]) -> Result<Vec<u8>, PictureError> {
    let frame = all.iter().find(|chunk| chunk.kind == b"ANMF").ok_or(PictureError::Truncated)?;
    let (place, frame) = frame.data.split_at_checked(16).ok_or(PictureError::Truncated)?;
    let canvas = header.data.get(4..10).ok_or(PictureError::Truncated)?;
    let redrawn;
    // At the origin and as large as the canvas. Then the bits of the frame are those of the picture.
    let frame = if place.get(..6) == Some([0; 6].as_slice()) && place.get(6..12) == Some(canvas) {
        frame
    } else {
        redrawn = redrawn_first_frame(bytes)?;
        body(&redrawn)?
    };
    let frame = chunks(frame)?;
    let frame = || frame.iter().filter(|chunk| FRAME.contains(&chunk.kind));
    let mut header = header.whole.to_vec();
    if let Some(flags) = header.get_mut(8) {
        *flags &= !(METADATA | ANIMATION | ALPHA);
        if frame().any(is_translucent) {
            *flags |= ALPHA;
        }
    }
    let profile = all.iter().filter(|chunk| chunk.kind == b"ICCP");
    file(&profile.chain(frame()).fold(header, |mut kept, chunk| {
        kept.extend_from_slice(chunk.whole);
        kept
    }))
}

/// A frame that covers only a part of the canvas, drawn onto the whole of it without loss.
fn redrawn_first_frame(bytes: &[u8]) -> Result<Vec<u8>, PictureError> {
    let decoder = decode::limited(bytes, Format::Webp)?;
    let picture = DynamicImage::from_decoder(decoder).map_err(decode::refused)?;
    let mut file = Vec::new();
    picture.write_with_encoder(WebPEncoder::new_lossless(&mut file)).map_err(PictureError::broken)?;
    Ok(file)
}

/// Whether the chunk says of a frame that something shows through. In `VP8L` it is the bit behind the two sizes.
fn is_translucent(chunk: &Chunk<'_>) -> bool {
    match chunk.kind {
        b"ALPH" => true,
        b"VP8L" => chunk.data.get(4).is_some_and(|byte| byte & 0b0001_0000 != 0),
        _ => false,
    }
}

fn file(chunks: &[u8]) -> Result<Vec<u8>, PictureError> {
    let length = u32::try_from(chunks.len() + 4).map_err(|_| PictureError::Truncated)?;
    Ok([b"RIFF", length.to_le_bytes().as_slice(), b"WEBP", chunks].concat())
}
