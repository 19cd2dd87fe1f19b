//! Frames on the worker's socket: a 32-bit big-endian length, then one MessagePack message.

use std::io;

use spool_shared::protocol::{DecodeError, Wire, decode, encode};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use super::protocol::MAX_FRAME_BYTES;

/// Why a worker cannot be understood.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    #[error("the socket broke: {0}")]
    Io(#[from] io::Error),
    #[error("a frame of {0} bytes is over the limit of {MAX_FRAME_BYTES}")]
    TooLarge(usize),
    #[error(transparent)]
    Message(#[from] DecodeError),
    #[error("the message cannot be encoded: {0}")]
    Encode(#[from] rmp_serde::encode::Error),
}

/// Reads one message; `None` at the end of the stream, also in the middle of a frame.
///
/// Not cancel-safe: a read that is dropped loses what it has read so far.
pub async fn read<T: Wire>(source: &mut (impl AsyncRead + Unpin)) -> Result<Option<T>, FrameError> {
    let length = match source.read_u32().await {
        Err(error) if is_end(&error) => return Ok(None),
        other => usize::try_from(other?).unwrap_or(usize::MAX),
    };
    if length > MAX_FRAME_BYTES {
        return Err(FrameError::TooLarge(length));
    }
    let mut bytes = vec![0; length];
    match source.read_exact(&mut bytes).await {
        Err(error) if is_end(&error) => Ok(None),
        other => {
            other?;
            Ok(Some(decode(&bytes)?))
        }
    }
}

/// Writes one message.
pub async fn write<T: Wire>(target: &mut (impl AsyncWrite + Unpin), message: &T) -> Result<(), FrameError> {
    let bytes = encode(message)?;
    let length = u32::try_from(bytes.len()).ok().filter(|_| bytes.len() <= MAX_FRAME_BYTES);
    let length = length.ok_or(FrameError::TooLarge(bytes.len()))?;
    let mut frame = length.to_be_bytes().to_vec();
    frame.extend_from_slice(&bytes);
    Ok(target.write_all(&frame).await?)
}

fn is_end(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worker::{FromWorker, ToWorker};

    #[tokio::test]
    async fn a_message_reads_back_and_the_end_of_the_stream_is_no_error() {
        let (mut one, mut other) = tokio::io::duplex(64);
        write(&mut one, &ToWorker::Stop {}).await.unwrap();
        assert_eq!(read::<ToWorker>(&mut other).await.unwrap(), Some(ToWorker::Stop {}));
        one.write_all(&[0, 0, 0, 9, 1]).await.unwrap();
        drop(one);
        assert_eq!(read::<ToWorker>(&mut other).await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_frame_over_a_mebibyte_is_refused_before_it_is_read() {
        let mut source: &[u8] = &[0, 0x10, 0, 1];
        let refusal = read::<FromWorker>(&mut source).await.unwrap_err();
        assert_eq!(refusal.to_string(), "a frame of 1048577 bytes is over the limit of 1048576");
    }

    #[tokio::test]
    async fn a_message_of_a_newer_worker_is_told_apart_from_nonsense() {
        let mut source: &[u8] = &[0, 0, 0, 5, 0x81, 0xa2, b'h', b'o', 0x80];
        let unknown = read::<FromWorker>(&mut source).await.unwrap_err();
        assert!(matches!(unknown, FrameError::Message(DecodeError::Unknown(name)) if name == "ho"));
        let mut source: &[u8] = &[0, 0, 0, 1, 0xc0];
        let nonsense = read::<FromWorker>(&mut source).await.unwrap_err();
        assert!(matches!(nonsense, FrameError::Message(DecodeError::Malformed(_))));
    }
}
