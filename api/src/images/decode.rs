//! Decoding under limits. The pixels are thrown away: that they can be had is all that is asked.

use std::io::Cursor;

use image::{
    ImageDecoder, ImageError, Limits,
    codecs::{jpeg::JpegDecoder, png::PngDecoder, webp::WebPDecoder},
    error::LimitErrorKind,
};
use spool_shared::workflow::{PICTURE, Size};

use super::{Format, PictureError, webp};

/// What a decoder may allocate beside its output, bytes: 40 megapixels of three 16-bit components, which is what a
/// progressive JPEG needs for its coefficients.
const MAX_ALLOC: u64 = 8 * 40_000_000;

/// What the first bytes of a file tell.
pub(super) struct Header {
    pub(super) size: Size,
    pub(super) orientation: u8,
    /// An upper estimate of the memory that decoding takes.
    pub(super) decoding_bytes: u64,
}

/// Reads the size without decoding, and refuses what is too large.
pub(super) fn header(bytes: &[u8], format: Format) -> Result<Header, PictureError> {
    if format == Format::Webp {
        // The decoder believes the length of a block of metadata, and sets the memory aside before it reads.
        webp::is_whole(bytes)?;
    }
    let mut decoder = decoder(bytes, format)?;
    let (width, height) = decoder.dimensions();
    let size = Size::new(width, height);
    if width.max(height) > PICTURE.max_side {
        return Err(PictureError::TooLongSide { size });
    }
    if size.area() > PICTURE.max_pixels {
        return Err(PictureError::TooManyPixels { size });
    }
    // A broken EXIF block is metadata that cannot be read, not a broken picture.
    let orientation = decoder.orientation().map_or(1, image::metadata::Orientation::to_exif);
    let working = match format {
        // Rows.
        Format::Png => 0,
        // JPEG: coefficients of up to four components, 16 bits each. WebP: a frame before colour conversion, and the
        // transforms of the lossless kind.
        Format::Jpeg | Format::Webp => 8 * size.area(),
    };
    let decoding_bytes = decoder.total_bytes().saturating_add(working);
    Ok(Header { size, orientation, decoding_bytes })
}

/// Decodes the first frame, which must be of this size.
pub(super) fn fully(bytes: &[u8], format: Format, size: Size) -> Result<(), PictureError> {
    let decoder = limited(bytes, format)?;
    if decoder.dimensions() != (size.width, size.height) {
        return Err(PictureError::broken("its size depends on its metadata"));
    }
    let total = usize::try_from(decoder.total_bytes()).map_err(PictureError::broken)?;
    let mut pixels = vec![0; total];
    decoder.read_image_boxed(&mut pixels).map_err(refused)
}

/// A decoder of the first frame that keeps to the limit of memory.
pub(super) fn limited(bytes: &[u8], format: Format) -> Result<Box<dyn ImageDecoder + '_>, PictureError> {
    let mut decoder = decoder(bytes, format)?;
    decoder.set_limits(limits()).map_err(refused)?;
    Ok(decoder)
}

fn decoder(bytes: &[u8], format: Format) -> Result<Box<dyn ImageDecoder + '_>, PictureError> {
    let file = Cursor::new(bytes);
    Ok(match format {
        Format::Png => Box::new(PngDecoder::with_limits(file, limits()).map_err(refused)?),
        Format::Jpeg => Box::new(JpegDecoder::new(file).map_err(refused)?),
        Format::Webp => Box::new(WebPDecoder::new(file).map_err(refused)?),
    })
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    // Sides are compared where the sentence can name them.
    limits.max_image_width = None;
    limits.max_image_height = None;
    limits.max_alloc = Some(MAX_ALLOC);
    limits
}

pub(super) fn refused(error: ImageError) -> PictureError {
    match &error {
        ImageError::IoError(io) if io.kind() == std::io::ErrorKind::UnexpectedEof => PictureError::Truncated,
        ImageError::Limits(limit) if matches!(limit.kind(), LimitErrorKind::InsufficientMemory) => {
            PictureError::NeedsMemory
        }
        _ => PictureError::broken(error),
    }
}
