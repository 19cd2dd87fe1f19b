//! The sizes of WebSocket frames, watched before the library sees them: it compares a size with its limit only when the
//! whole frame is there, and until then keeps whatever comes.

use actix_web::{
    FromRequest as _, HttpRequest,
    dev::Payload as Stream,
    error::PayloadError,
    web::{Bytes, Payload},
};
use actix_ws::ProtocolError;
use futures_util::StreamExt as _;

/// The longest head: two bytes, eight of length, four of mask.
const HEAD: usize = 14;

/// The same bytes, up to the first frame that is announced with more than `max_bytes`; then an error ends them.
pub(crate) fn bounded(
    request: &HttpRequest,
    mut payload: Payload,
    max_bytes: usize,
) -> actix_web::Result<Payload> {
    let watched = async_stream::stream! {
        let mut frames = Frames::new(max_bytes);
        while let Some(chunk) = payload.next().await {
            let chunk: Bytes = match chunk {
                Ok(chunk) => chunk,
                Err(error) => {
                    yield Err(error);
                    return;
                }
            };
            let good = frames.good(&chunk);
            let is_whole = good == chunk.len();
            // What stands before it still counts.
            yield Ok(chunk.slice(..good));
            if !is_whole {
                yield Err(PayloadError::Overflow);
                return;
            }
        }
    };
    let mut stream = Stream::from(watched.boxed_local());
    // There is no other way to make one.
    Payload::from_request(request, &mut stream).into_inner()
}

/// Whether a socket broke because of a frame that is too large.
pub(crate) fn is_too_large(error: &ProtocolError) -> bool {
    match error {
        ProtocolError::Overflow => true,
        ProtocolError::Io(error) => {
            let payload = error.get_ref().and_then(|inner| inner.downcast_ref::<PayloadError>());
            matches!(payload, Some(PayloadError::Overflow))
        }
        _ => false,
    }
}

/// Where in a frame the stream is.
struct Frames {
    limit: u64,
    /// What is known of a head that is not whole yet.
    head: Vec<u8>,
    /// What is still to come of a payload.
    left: u64,
}

impl Frames {
    fn new(max_bytes: usize) -> Self {
        let limit = u64::try_from(max_bytes).unwrap_or(u64::MAX);
        Self { limit, head: Vec::with_capacity(HEAD), left: 0 }
    }

    /// How many of these bytes come before the end of a head that announces too much: all of them where there is none.
    fn good(&mut self, bytes: &[u8]) -> usize {
        let mut rest = bytes;
        while !rest.is_empty() {
            if self.left > 0 {
                let passed = rest.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
                self.left -= passed as u64;
                rest = rest.get(passed..).unwrap_or_default();
            } else if let Some((byte, more)) = rest.split_first() {
                self.head.push(*byte);
                if let Some(announced) = announced(&self.head) {
                    if announced > self.limit {
                        return bytes.len() - rest.len();
                    }
                    self.left = announced;
                    self.head.clear();
                }
                rest = more;
            }
        }
        bytes.len()
    }
}

/// What the head of a frame announces, once it is whole.
fn announced(head: &[u8]) -> Option<u64> {
    let (_, [second, rest @ ..]) = head.split_first()? else { return None };
    let mask = if second & 0x80 == 0 { 0 } else { 4 };
    let (announced, length) = match second & 0x7f {
        126 => (u64::from(u16::from_be_bytes(*rest.first_chunk()?)), 2),
        127 => (u64::from_be_bytes(*rest.first_chunk()?), 8),
        short => (u64::from(short), 0),
    };
    (rest.len() == length + mask).then_some(announced)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A masked frame.
    fn frame(length: u64, sent: usize) -> Vec<u8> {
        let head = match length {
            ..126 => vec![0x82, 0x80 | u8::try_from(length).unwrap()],
            126..0x1_0000 => [&[0x82, 0xfe], &u16::try_from(length).unwrap().to_be_bytes()[..]].concat(),
            _ => [&[0x82, 0xff], &length.to_be_bytes()[..]].concat(),
        };
        [head, vec![0; 4 + sent]].concat()
    }

    #[test]
    fn frames_within_the_limit_pass_however_they_are_cut_and_the_first_larger_one_is_stopped_at_its_head() {
        let passing =
            [frame(0, 0), frame(125, 125), frame(126, 126), frame(70_000, 70_000), frame(1, 1)].concat();
        for (length, head) in [(70_001, 14), (1 << 32, 14), (u64::MAX, 14)] {
            let all = [passing.clone(), frame(length, 100)].concat();
            for size in [1, 2, 3, 1_000, all.len()] {
                let mut frames = Frames::new(70_000);
                let (mut good, mut stopped) = (0, false);
                for chunk in all.chunks(size) {
                    let passed = frames.good(chunk);
                    good += passed;
                    stopped = passed < chunk.len();
                    if stopped {
                        break;
                    }
                }
                assert!(stopped && good < passing.len() + head, "{length} in pieces of {size}: {good}");
                assert!(good >= passing.len(), "{length} in pieces of {size}: {good}");
            }
        }
        let mut frames = Frames::new(125);
        assert_eq!(frames.good(&frame(126, 0)), 7, "the last byte of its head is not passed on");
    }
}
