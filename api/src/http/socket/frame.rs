//! WebSocket frames, made once and sent to many: the server's are not masked, so the same bytes serve every browser.

use actix_web::web::{BufMut as _, Bytes, BytesMut};
use serde::Serialize;
use spool_shared::ids::JobId;

/// A whole frame, header included. Clones share the bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame(Bytes);

/// The final frame of a message, as RFC 6455 numbers its kinds.
const TEXT: u8 = 0x81;
const BINARY: u8 = 0x82;

/// The layout of previews that this version sends.
const PREVIEW_LAYOUT: u8 = 1;
/// What the bytes of a preview are: WebP, the only kind so far.
const PREVIEW_WEBP: u8 = 1;

impl Frame {
    /// A text frame with `message` as JSON.
    pub(super) fn json(message: &impl Serialize) -> Self {
        // Every message is plain data with text keys, which can always be written.
        Self::of(TEXT, &serde_json::to_vec(message).unwrap_or_default())
    }

    /// A preview: layout, kind, length of the id, number of the picture, id, picture. Numbers are big-endian.
    pub(super) fn preview(job: JobId, seq: u64, picture: &[u8]) -> Self {
        let id = job.to_string();
        let mut payload = BytesMut::with_capacity(8 + id.len() + picture.len());
        payload.put_u8(PREVIEW_LAYOUT);
        payload.put_u8(PREVIEW_WEBP);
        payload.put_u16(u16::try_from(id.len()).unwrap_or_default());
        payload.put_u32(u32::try_from(seq).unwrap_or(u32::MAX));
        payload.put_slice(id.as_bytes());
        payload.put_slice(picture);
        Self::of(BINARY, &payload)
    }

    pub(super) fn into_bytes(self) -> Bytes {
        self.0
    }

    fn of(kind: u8, payload: &[u8]) -> Self {
        let mut frame = BytesMut::with_capacity(10 + payload.len());
        frame.put_u8(kind);
        match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
            (Ok(short @ ..=125), _) => frame.put_u8(short),
            (_, Ok(medium)) => {
                frame.put_u8(126);
                frame.put_u16(medium);
            }
            _ => {
                frame.put_u8(127);
                frame.put_u64(payload.len() as u64);
            }
        }
        frame.put_slice(payload);
        Self(frame.freeze())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_is_laid_out_as_documented() {
        let job = JobId::from_random([7; 16]);
        let bytes = Frame::preview(job, 258, b"RIFF").into_bytes();
        let head = [0x82, 48, 1, 1, 0, 36, 0, 0, 1, 2];
        assert_eq!(bytes, [&head[..], job.to_string().as_bytes(), b"RIFF"].concat());
    }

    #[test]
    fn a_frame_of_any_length_says_its_length() {
        let head = |length: usize| Frame::of(TEXT, &vec![b' '; length]).into_bytes().slice(..10).to_vec();
        assert_eq!(head(125)[..2], [0x81, 125]);
        assert_eq!(head(126)[..4], [0x81, 126, 0, 126]);
        assert_eq!(head(65_535)[..4], [0x81, 126, 255, 255]);
        assert_eq!(head(65_536)[..10], [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]);
    }
}
