//! Lists in which a newer agent may name what this version does not know: it is passed over, for nobody here could
//! ask for it.

use serde::{Deserialize, Deserializer};

use super::Offer;
use crate::{class::Class, workflow::Workflow};

/// The classes that are known here.
pub(super) fn classes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Class>, D::Error> {
    let names = Vec::<String>::deserialize(deserializer)?;
    Ok(names.iter().filter_map(|name| name.parse().ok()).collect())
}

/// The offers of workflows that are known here.
pub(super) fn offers<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Offer>, D::Error> {
    #[derive(Deserialize)]
    struct Named {
        workflow: String,
        engine: String,
        #[serde(deserialize_with = "classes")]
        classes: Vec<Class>,
    }
    let known = |Named { workflow, engine, classes }| {
        Some(Offer { workflow: Workflow::from_word(&workflow)?, engine, classes })
    };
    Ok(Vec::<Named>::deserialize(deserializer)?.into_iter().filter_map(known).collect())
}
