//! Bounded MessagePack: size, depth and trailing bytes are checked before anything is believed.

use serde::{Serialize, de::DeserializeOwned};

/// The deepest nesting accepted. The decoder's own limit of 1,024 levels overflows the stack of a debug build.
pub const MAX_DEPTH: usize = 16;

/// A type that travels as `{name: {field: …}}`.
pub trait Wire: Serialize + DeserializeOwned {
    /// The names of all its messages.
    const NAMES: &'static [&'static str];
    /// The largest encoded message, bytes.
    const MAX_BYTES: usize;
}

/// Why bytes are not a message.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    #[error("message of {bytes} bytes is over the limit of {limit}")]
    TooLarge { bytes: usize, limit: usize },
    /// A well-formed envelope with a name that this version does not know: to be logged and passed over.
    #[error("unknown message {0:?}")]
    Unknown(String),
    #[error("malformed message: {0}")]
    Malformed(String),
    #[error("{0} bytes follow the message")]
    Trailing(usize),
}

/// Encodes a message with named fields.
pub fn encode<T: Wire>(message: &T) -> Result<Vec<u8>, rmp_serde::encode::Error> {
    rmp_serde::to_vec_named(message)
}

/// Decodes one message that fills `bytes` exactly.
pub fn decode<T: Wire>(bytes: &[u8]) -> Result<T, DecodeError> {
    if bytes.len() > T::MAX_BYTES {
        return Err(DecodeError::TooLarge { bytes: bytes.len(), limit: T::MAX_BYTES });
    }
    let mut deserializer = rmp_serde::Deserializer::new(std::io::Cursor::new(bytes));
    deserializer.set_max_depth(MAX_DEPTH);
    let message = T::deserialize(&mut deserializer).map_err(|error| match name_of(bytes) {
        Some(name) if !T::NAMES.contains(&name) => DecodeError::Unknown(printable(name)),
        _ => DecodeError::Malformed(error.to_string()),
    })?;
    let read = usize::try_from(deserializer.position()).unwrap_or(usize::MAX);
    match bytes.len().saturating_sub(read) {
        0 => Ok(message),
        trailing => Err(DecodeError::Trailing(trailing)),
    }
}

/// The name in an envelope: a map of one entry (`0x81`) whose key is a short string (`0xa0`–`0xbf`).
fn name_of(bytes: &[u8]) -> Option<&str> {
    let (0x81, [head @ 0xa0..=0xbf, rest @ ..]) = bytes.split_first().map(|(first, rest)| (*first, rest))?
    else {
        return None;
    };
    let name = rest.get(..usize::from(head & 0x1f))?;
    std::str::from_utf8(name).ok()
}

/// A peer's word for a log line: letters, digits and underscores only.
fn printable(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '?' }).collect()
}
