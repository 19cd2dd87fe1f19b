//! Small copies of pictures, for lists: turned upright, with their colours, transparent where the picture is.

use std::{io::Cursor, sync::Arc};

use bytes::Bytes;
use image::{
    DynamicImage, ImageDecoder as _, ImageEncoder as _,
    codecs::{jpeg::JpegEncoder, webp::WebPEncoder},
    imageops::FilterType,
    metadata::Orientation,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{Format, PictureError, Pictures, decode};

/// The longer sides that a thumbnail may have, pixels.
pub const THUMBNAIL_SIZES: [u32; 3] = [256, 512, 1024];

/// The largest file that a thumbnail is made of, and how much of such files is in memory at once, bytes. What an agent
/// sent may be far larger than any picture.
const MAX_SOURCE_BYTES: u64 = 64 * 1024 * 1024;

/// For pictures without transparency.
const QUALITY: u8 = 82;
/// The largest colour profile that goes along, bytes: it must not outweigh the picture.
const MAX_PROFILE: usize = 16 * 1024;

/// Memory for the files that thumbnails are made of. Taken before the memory for decoding, which nobody holds who still
/// wants some of this.
pub(super) fn sources() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(kib(MAX_SOURCE_BYTES) as usize))
}

fn kib(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX)
}

impl Pictures {
    /// Waits for memory for a file of this size, to be taken before it is read.
    pub async fn room_for_source(&self, bytes: u64) -> Result<OwnedSemaphorePermit, PictureError> {
        if bytes > MAX_SOURCE_BYTES {
            return Err(PictureError::TooLargeForThumbnail { bytes, max: MAX_SOURCE_BYTES });
        }
        Arc::clone(&self.sources).acquire_many_owned(kib(bytes)).await.map_err(|_| PictureError::Closed)
    }

    /// Makes a thumbnail whose longer side has at most `size` pixels: JPEG, or WebP where something is transparent.
    /// Waits for the memory that decoding takes.
    pub async fn thumbnail(
        &self,
        bytes: Bytes,
        orientation: u8,
        size: u32,
    ) -> Result<(Format, Bytes), PictureError> {
        let format = Format::of(&bytes).ok_or(PictureError::UnknownFormat)?;
        let header = decode::header(&bytes, format)?;
        let memory = self.memory(header.decoding_bytes).await?;
        let made = tokio::task::spawn_blocking(move || {
            let _memory = memory;
            made(&bytes, format, orientation, size)
        });
        made.await.map_err(|_| PictureError::Closed)?
    }
}

fn made(bytes: &[u8], format: Format, orientation: u8, size: u32) -> Result<(Format, Bytes), PictureError> {
    let mut decoder = decode::limited(bytes, format)?;
    let profile = decoder.icc_profile().ok().flatten().filter(|profile| fits_rgb(profile));
    let mut picture = scaled(DynamicImage::from_decoder(decoder).map_err(decode::refused)?, size);
    if let Some(orientation) = Orientation::from_exif(orientation) {
        picture.apply_orientation(orientation);
    }
    let mut file = Cursor::new(Vec::new());
    // Without its profile a picture is shown as sRGB, which is what most are.
    let format = if is_translucent(&picture) {
        let mut encoder = WebPEncoder::new_lossless(&mut file);
        profile.map(|profile| encoder.set_icc_profile(profile));
        picture.to_rgba8().write_with_encoder(encoder).map_err(PictureError::broken)?;
        Format::Webp
    } else {
        let mut encoder = JpegEncoder::new_with_quality(&mut file, QUALITY);
        profile.map(|profile| encoder.set_icc_profile(profile));
        picture.to_rgb8().write_with_encoder(encoder).map_err(PictureError::broken)?;
        Format::Jpeg
    };
    Ok((format, file.into_inner().into()))
}

/// Whether anything behind the picture would be seen.
fn is_translucent(picture: &DynamicImage) -> bool {
    picture.color().has_alpha() && picture.to_rgba8().pixels().any(|pixel| pixel.0[3] < u8::MAX)
}

/// In two steps where much is left out: a plain average down to twice the size, and a filter for the rest.
fn scaled(picture: DynamicImage, size: u32) -> DynamicImage {
    let longer = |picture: &DynamicImage| picture.width().max(picture.height());
    let picture = if longer(&picture) > 4 * size { picture.thumbnail(2 * size, 2 * size) } else { picture };
    if longer(&picture) > size { picture.resize(size, size, FilterType::CatmullRom) } else { picture }
}

/// Whether a colour profile speaks of red, green and blue, as the thumbnail does (ICC.1:2022, header).
fn fits_rgb(profile: &[u8]) -> bool {
    profile.len() <= MAX_PROFILE && profile.get(16..20) == Some(b"RGB ")
}
