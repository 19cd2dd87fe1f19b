//! Frames of WebSocket (RFC 6455), as far as a line must know them.

/// One frame; its payload without the mask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    /// FIN, reserved bits and opcode.
    first: u8,
    /// Whether it came masked, as those of clients do.
    mask: Option<[u8; 4]>,
    pub(super) payload: Vec<u8>,
}

/// A whole message in one frame: FIN and the opcode of bytes.
const WHOLE_BINARY: u8 = 0x82;
/// In place of a length: it follows in two bytes, or in eight.
const MEDIUM: u8 = 0x7e;
const LONG: u8 = 0x7f;

impl Frame {
    /// The frame that `bytes` begin with, and its length there; `None` while it is not whole.
    pub(super) fn parse(bytes: &[u8]) -> Option<(Self, usize)> {
        let (first, second) = (*bytes.first()?, *bytes.get(1)?);
        let (length, mut at) = match second & 0x7f {
            MEDIUM => (u64::from(u16::from_be_bytes(array(bytes, 2)?)), 4),
            LONG => (u64::from_be_bytes(array(bytes, 2)?), 10),
            short => (u64::from(short), 2),
        };
        let mut mask = None;
        if second & 0x80 != 0 {
            mask = Some(array(bytes, at)?);
            at += 4;
        }
        let end = at.checked_add(usize::try_from(length).ok()?)?;
        let mut payload = bytes.get(at..end)?.to_vec();
        apply(mask, &mut payload);
        Some((Self { first, mask, payload }, end))
    }

    /// As it came, but for what was done to its payload.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let masked = if self.mask.is_some() { 0x80 } else { 0 };
        let mut bytes = vec![self.first];
        let length = self.payload.len();
        match (u8::try_from(length), u16::try_from(length)) {
            (Ok(short @ ..MEDIUM), _) => bytes.push(masked | short),
            (_, Ok(medium)) => {
                bytes.push(masked | MEDIUM);
                bytes.extend(medium.to_be_bytes());
            }
            _ => {
                bytes.push(masked | LONG);
                bytes.extend((length as u64).to_be_bytes());
            }
        }
        bytes.extend(self.mask.into_iter().flatten());
        let mut payload = self.payload.clone();
        apply(self.mask, &mut payload);
        bytes.extend(payload);
        bytes
    }

    /// As a newer program would say it: with a field that nobody knows yet.
    pub(super) fn add_a_field(&mut self) {
        let fields = self.message().map(|name| 2 + name.len());
        // So few that their number is in one byte, and the last thing in the message.
        if let Some(number @ 0x80..0x8f) = fields.and_then(|at| self.payload.get_mut(at)) {
            *number += 1;
            self.payload.extend(b"\xa8tomorrow\xc0");
        }
    }

    /// A message that nobody knows yet, from the same peer.
    pub(super) fn unknown(&self) -> Self {
        Self { payload: b"\x81\xa8tomorrow\x80".to_vec(), ..*self }
    }

    /// The name of the message that it is; `None` for what is no message of agents and replicas in one frame.
    pub(super) fn message(&self) -> Option<&str> {
        let (0x81, [head @ 0xa0..=0xbf, rest @ ..]) = self
            .payload
            .split_first()
            .map(|(first, rest)| (*first, rest))
            .filter(|_| self.first == WHOLE_BINARY)?
        else {
            return None;
        };
        std::str::from_utf8(rest.get(..usize::from(head & 0x1f))?).ok()
    }
}

fn apply(mask: Option<[u8; 4]>, payload: &mut [u8]) {
    if let Some(mask) = mask {
        payload.iter_mut().zip(mask.iter().cycle()).for_each(|(byte, mask)| *byte ^= mask);
    }
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at + N)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use spool_shared::protocol::{FromAgent, decode, encode};

    use super::*;

    #[test]
    fn a_frame_of_any_length_is_whole_at_its_last_byte_and_is_sent_as_it_came() {
        for length in [0, 1, 125, 126, 127, 65_535, 65_536] {
            for mask in [None, Some([1, 2, 3, 255])] {
                let payload: Vec<u8> = (0..length).map(|at: u32| at.to_le_bytes()[0]).collect();
                let frame = Frame { first: WHOLE_BINARY, mask, payload };
                let bytes = frame.bytes();
                for split in (0..bytes.len().min(200)).chain([bytes.len() - 1]) {
                    assert_eq!(Frame::parse(&bytes[..split]), None, "{split} bytes of {length}");
                }
                let followed = [&bytes[..], &[0x89, 0]].concat();
                assert_eq!(Frame::parse(&followed), Some((frame, bytes.len())));
            }
        }
    }

    #[test]
    fn a_frame_of_the_standard_reads_as_it_says() {
        // RFC 6455, 5.7: a masked text message "Hello".
        let hello = [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58];
        let (frame, length) = Frame::parse(&hello).expect("a whole frame");
        assert_eq!((&frame.payload[..], length), (&b"Hello"[..], hello.len()));
        assert_eq!(frame.message(), None);
    }

    #[test]
    fn a_message_with_a_field_more_is_read_as_it_was() {
        let bye = FromAgent::Bye {};
        let said = encode(&bye).expect("an encoded message");
        let mut frame = Frame { first: WHOLE_BINARY, mask: None, payload: said.clone() };
        frame.add_a_field();
        assert_eq!(frame.payload.len(), said.len() + 10);
        assert_eq!(decode::<FromAgent>(&frame.payload).expect("a message"), bye);
    }

    #[test]
    fn a_message_has_its_name() {
        let payload = encode(&FromAgent::Bye {}).expect("an encoded message");
        let frame = Frame { first: WHOLE_BINARY, mask: Some([9; 4]), payload };
        assert_eq!(frame.message(), Some("bye"));
        assert_eq!(frame.unknown().message(), Some("tomorrow"));
        assert_eq!(Frame { first: 0x89, ..frame }.message(), None);
    }
}
