//! Identifiers: one type each, so that none can stand in for another.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::ToSchema;
use uuid::Uuid;

/// A text that is not the identifier it should be. Never repeats the text: it may be a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {kind}")]
pub struct InvalidId {
    kind: &'static str,
}

// UUIDs would travel as 16 raw bytes in MessagePack and as text in JSON; here they are text everywhere.
macro_rules! text_on_the_wire {
    ($name:ident) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(de::Error::custom)
            }
        }
    };
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, ToSchema)]
        #[schema(value_type = String, format = "uuid")]
        pub struct $name(Uuid);

        text_on_the_wire!($name);

        impl $name {
            /// Makes an id from 16 random bytes, as a UUID of version 4.
            #[must_use]
            pub fn from_random(bytes: [u8; 16]) -> Self {
                Self(uuid::Builder::from_random_bytes(bytes).into_uuid())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Uuid::try_parse(text).map(Self).map_err(|_| InvalidId { kind: $kind })
            }
        }
    };
}

uuid_id!(
    /// A GPU node: stable over restarts of its agent.
    AgentId,
    "agent id"
);
uuid_id!(
    /// One start of an agent's process. Two boots under one [`AgentId`] are two programs claiming to be one node.
    BootId,
    "boot id"
);
uuid_id!(
    /// One start of an API process.
    ReplicaId,
    "replica id"
);
uuid_id!(
    /// One connection of an agent; what an older connection says about presence is ignored.
    Nonce,
    "connection nonce"
);
uuid_id!(
    /// The life of the Redis data set. A Redis that comes back empty begins a new one.
    SessionId,
    "session id"
);

/// A job: a UUID of version 8 (RFC 9562) with 114 random bits, whose last byte names the partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, ToSchema)]
#[schema(value_type = String, format = "uuid")]
pub struct JobId(Uuid);

text_on_the_wire!(JobId);

impl JobId {
    /// The only partition served so far.
    pub const PARTITION: u8 = 0;

    /// Makes an id from 16 random bytes; the last one is replaced by the partition.
    #[must_use]
    pub fn from_random(mut bytes: [u8; 16]) -> Self {
        if let Some(last) = bytes.last_mut() {
            *last = Self::PARTITION;
        }
        Self(Uuid::new_v8(bytes))
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_hyphenated().fmt(f)
    }
}

impl FromStr for JobId {
    type Err = InvalidId;
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let invalid = InvalidId { kind: "job id" };
        // Only the canonical spelling: the text becomes part of a Redis key.
        let id = Uuid::try_parse(text).map_err(|_| invalid)?;
        let ours = id.get_version_num() == 8 && id.as_bytes().last() == Some(&Self::PARTITION);
        if ours && id.as_hyphenated().to_string() == text { Ok(Self(id)) } else { Err(invalid) }
    }
}

/// Proof of a lease: 128 random bits, known to the agent that holds the lease and to nobody else.
///
/// `Debug` hides the value and there is no `Display`, so that it cannot slip into a log;
/// [`Token::reveal`] is the one way out.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Token([u8; 16]);

impl Token {
    #[must_use]
    pub const fn from_random(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The token as 32 lower-case hexadecimal digits, for the wire and for Redis.
    #[must_use]
    pub fn reveal(&self) -> String {
        hex::encode(self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

impl FromStr for Token {
    type Err = InvalidId;
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let mut bytes = [0; 16];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| InvalidId { kind: "lease token" })?;
        Ok(Self(bytes))
    }
}

impl Serialize for Token {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.reveal())
    }
}

impl<'de> Deserialize<'de> for Token {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_id_reads_back_and_keeps_its_partition_byte() {
        let id = JobId::from_random([0xff; 16]);
        assert_eq!(id.to_string(), "ffffffff-ffff-8fff-bfff-ffffffffff00");
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn a_job_id_of_another_partition_version_or_spelling_is_refused() {
        for text in [
            "ffffffff-ffff-8fff-bfff-ffffffffff01",
            "ffffffff-ffff-4fff-bfff-ffffffffff00",
            "FFFFFFFF-FFFF-8FFF-BFFF-FFFFFFFFFF00",
            "ffffffffffff8fffbfffffffffffff00",
            "",
        ] {
            assert!(text.parse::<JobId>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_token_never_shows_itself_in_debug_output() {
        let token = Token::from_random([0xab; 16]);
        assert_eq!(format!("{token:?}"), "Token(…)");
        assert_eq!(token.reveal().parse(), Ok(token));
    }
}
