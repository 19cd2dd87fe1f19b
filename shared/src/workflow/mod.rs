//! The kinds of job. Each workflow's file holds its typed parameters with their limits, defaults and help;
//! validation, `/api/config` and the OpenAPI document all read that one description.

mod common;
mod deciding;
mod describe;
mod field;
pub mod i2v;
mod params;
mod picture;
pub mod qwen;
mod read;
mod size;
pub mod upscale;
mod violation;

use serde::{Deserialize, Serialize};

pub use common::{PARENT_FIELD, PRIORITY_FIELD, PresetDefaults};
pub use describe::{description, field as field_description, parameter, schema};
pub use field::{Field, FieldDefault, Kind, Limits, Scalar};
pub use params::{Params, Request};
pub use picture::{PICTURE, PictureLimits};
pub use size::{Size, SizeRule};
pub use violation::{Violation, ViolationCode};

macro_rules! words {
    ($(#[doc = $doc:literal])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[doc = $doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, ::serde::Serialize, ::serde::Deserialize,
        )]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $word)] $variant,)+
        }
        $crate::workflow::words!(@common [$($doc),*] $name { $($variant = $word),+ });
    };
    // A word that this version does not know, because the peer or the writer is newer, is read as the fallback.
    (
        $(#[doc = $doc:literal])*
        $name:ident else $fallback:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, ::serde::Serialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $word)] $variant,)+
        }
        $crate::workflow::words!(@common [$($doc),*] $name { $($variant = $word),+ });

        impl $name {
            /// Reads the word of a peer, which may be newer: one that is not known here is the fallback.
            #[must_use]
            pub fn of_peer(word: &str) -> Self {
                Self::from_word(word).unwrap_or(Self::$fallback)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <::std::borrow::Cow<'de, str> as ::serde::Deserialize>::deserialize(deserializer)?;
                Ok(Self::of_peer(&word))
            }
        }
    };
    (@common [$($doc:literal),*] $name:ident { $($variant:ident = $word:literal),+ }) => {
        impl $name {
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$variant),+];

            /// The words of [`Self::ALL`].
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word used for it everywhere: JSON, Redis, the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// Reads the word back.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }

        impl ::utoipa::ToSchema for $name {}

        impl ::utoipa::PartialSchema for $name {
            fn schema() -> ::utoipa::openapi::RefOr<::utoipa::openapi::Schema> {
                ::utoipa::openapi::ObjectBuilder::new()
                    .schema_type(::utoipa::openapi::Type::String)
                    .enum_values(Some(Self::WORDS.iter().copied()))
                    .description(Some(concat!($($doc, "\n"),*).trim()))
                    .into()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use words;

words! {
    /// A kind of job.
    Workflow {
        /// A picture becomes a video.
        I2v = "i2v",
        /// One to three pictures are edited into one.
        Qwen = "qwen",
        /// A picture is enlarged.
        Upscale = "upscale",
    }
}

words! {
    /// Sets the defaults of steps and CFG scale.
    Preset {
        /// Few steps with the distilled Lightning LoRA, CFG scale 1.
        Lightning = "lightning",
        /// The base model's own schedule, with classifier-free guidance.
        Quality = "quality",
    }
}

words! {
    /// Which Qwen-Image-Edit checkpoint.
    QwenModel {
        Edit2511 = "2511",
        Edit2509 = "2509",
        Edit = "edit",
    }
}

words! {
    /// How urgent a waiting job is against others of its class.
    Priority {
        High = "high",
        Normal = "normal",
        Low = "low",
    }
}

/// How many times wider and higher an upscaled picture becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub enum Scale {
    X2,
    X4,
}

impl Scale {
    pub const ALL: [Self; 2] = [Self::X2, Self::X4];

    #[must_use]
    pub const fn factor(self) -> u32 {
        match self {
            Self::X2 => 2,
            Self::X4 => 4,
        }
    }
}

impl From<Scale> for u32 {
    fn from(scale: Scale) -> Self {
        scale.factor()
    }
}

impl TryFrom<u32> for Scale {
    type Error = &'static str;
    fn try_from(factor: u32) -> Result<Self, Self::Error> {
        Self::ALL.into_iter().find(|scale| scale.factor() == factor).ok_or("must be 2 or 4")
    }
}
