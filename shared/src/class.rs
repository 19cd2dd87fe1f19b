//! Requirement classes: what a job asks of an agent beyond its workflow, from one finite table.
//!
//! Waiting jobs of one class are interchangeable for scheduling, so no job stands behind one that
//! another agent would have to run.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

use crate::workflow::{Preset, QwenModel, Scale, Workflow};

/// Up to 832×480 pixels a frame, or up to 1280×720.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Resolution {
    P480,
    P720,
}

impl Resolution {
    /// 832 × 480, the smaller of the two sizes that Wan 2.2 was released for.
    pub const P480_PIXELS: u32 = 832 * 480;

    #[must_use]
    pub const fn of(width: u32, height: u32) -> Self {
        if width * height <= Self::P480_PIXELS { Self::P480 } else { Self::P720 }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::P480 => "480p",
            Self::P720 => "720p",
        }
    }
}

/// Up to 81 frames, the length Wan 2.2 was trained on, or up to 161.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Length {
    F81,
    F161,
}

impl Length {
    #[must_use]
    pub const fn of(frames: u32) -> Self {
        if frames <= 81 { Self::F81 } else { Self::F161 }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::F81 => "81",
            Self::F161 => "161",
        }
    }
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    I2v(Resolution, Length, Preset),
    Qwen(QwenModel, Preset),
    Upscale(Scale),
}

impl ToSchema for Class {}

impl PartialSchema for Class {
    fn schema() -> RefOr<Schema> {
        let names = Self::all().into_iter().map(|class| class.to_string());
        let class = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names));
        class.description(Some("What a job asks of an agent beyond its workflow.")).into()
    }
}

/// A name that is in no row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such requirement class")]
pub struct UnknownClass;

impl Class {
    /// Every class there is, in the order of the documentation.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut all = Vec::with_capacity(16);
        for resolution in [Resolution::P480, Resolution::P720] {
            for length in [Length::F81, Length::F161] {
                all.extend(Preset::ALL.map(|preset| Self::I2v(resolution, length, preset)));
            }
        }
        for model in QwenModel::ALL {
            all.extend(Preset::ALL.map(|preset| Self::Qwen(model, preset)));
        }
        all.extend(Scale::ALL.map(Self::Upscale));
        all
    }

    #[must_use]
    pub const fn workflow(self) -> Workflow {
        match self {
            Self::I2v(..) => Workflow::I2v,
            Self::Qwen(..) => Workflow::Qwen,
            Self::Upscale(_) => Workflow::Upscale,
        }
    }
}

impl Class {
    /// Of `offered`, the class of the same workflow that differs in the fewest things, the first one of equals.
    pub fn closest(self, offered: impl IntoIterator<Item = Self>) -> Option<Self> {
        offered
            .into_iter()
            .filter_map(|other| Some((self.differences(other)?, other)))
            .min_by_key(|(differences, _)| *differences)
            .map(|(_, other)| other)
    }

    /// In how many things two classes of one workflow differ.
    fn differences(self, other: Self) -> Option<u32> {
        match (self, other) {
            (Self::I2v(resolution, length, preset), Self::I2v(resolution2, length2, preset2)) => Some(
                u32::from(resolution != resolution2)
                    + u32::from(length != length2)
                    + u32::from(preset != preset2),
            ),
            (Self::Qwen(model, preset), Self::Qwen(model2, preset2)) => {
                Some(u32::from(model != model2) + u32::from(preset != preset2))
            }
            (Self::Upscale(scale), Self::Upscale(scale2)) => Some(u32::from(scale != scale2)),
            _ => None,
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::I2v(resolution, length, preset) => {
                write!(f, "i2v.{}.{}.{}", resolution.word(), length.word(), preset.as_str())
            }
            Self::Qwen(model, preset) => write!(f, "qwen.{}.{}", model.as_str(), preset.as_str()),
            Self::Upscale(scale) => write!(f, "upscale.{}x", scale.factor()),
        }
    }
}

impl FromStr for Class {
    type Err = UnknownClass;
    fn from_str(text: &str) -> Result<Self, UnknownClass> {
        Self::all().into_iter().find(|class| class.to_string() == text).ok_or(UnknownClass)
    }
}

impl Serialize for Class {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Class {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_sixteen_rows_and_each_name_reads_back() {
        let all = Class::all();
        assert_eq!(all.len(), 16);
        for class in all {
            assert_eq!(class.to_string().parse(), Ok(class));
        }
    }

    #[test]
    fn the_closest_class_differs_in_the_fewest_things_and_is_of_the_same_workflow() {
        let class = |name: &str| name.parse::<Class>().unwrap();
        let wanted = class("i2v.720p.161.quality");
        let offered = ["qwen.2511.quality", "i2v.480p.81.lightning", "i2v.480p.161.quality"].map(class);
        assert_eq!(wanted.closest(offered), Some(class("i2v.480p.161.quality")));
        assert_eq!(wanted.closest([class("upscale.2x")]), None);
    }

    #[test]
    fn a_clip_of_832_by_480_is_480p_and_one_row_more_is_not() {
        assert_eq!(Resolution::of(832, 480), Resolution::P480);
        assert_eq!(Resolution::of(832, 496), Resolution::P720);
        assert_eq!((Length::of(81), Length::of(85)), (Length::F81, Length::F161));
    }
}
