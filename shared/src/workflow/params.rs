//! The requests and the parameters of all workflows behind one type.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    Field, Kind, Violation, Workflow,
    common::workflow_field,
    i2v::{self, I2vParams, I2vRequest},
    qwen::{self, QwenParams, QwenRequest},
    size::Size,
    upscale::{self, UpscaleParams, UpscaleRequest},
};
use crate::class::Class;

/// The parameters of a request, each within its limits; what follows from the pictures is still open.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Request {
    I2v(I2vRequest),
    Qwen(QwenRequest),
    Upscale(UpscaleRequest),
}

/// The parameters of a job, complete.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Params {
    I2v(I2vParams),
    Qwen(QwenParams),
    Upscale(UpscaleParams),
}

impl Workflow {
    /// The table of parameters.
    #[must_use]
    pub const fn fields(self) -> &'static [Field] {
        match self {
            Self::I2v => i2v::FIELDS,
            Self::Qwen => qwen::FIELDS,
            Self::Upscale => upscale::FIELDS,
        }
    }

    /// The fields that take pictures, in the order in which agents get the pictures.
    #[must_use]
    pub const fn pictures(self) -> &'static [Field] {
        match self {
            Self::I2v => i2v::PICTURES,
            Self::Qwen => qwen::PICTURES,
            Self::Upscale => upscale::PICTURES,
        }
    }

    /// The field that may name the workflow in a request, so that a body says by itself what it is for.
    #[must_use]
    pub const fn own_field(self) -> Field {
        workflow_field(match self {
            Self::I2v => const { &[Self::I2v.as_str()] },
            Self::Qwen => const { &[Self::Qwen.as_str()] },
            Self::Upscale => const { &[Self::Upscale.as_str()] },
        })
    }

    /// The request that makes a job with these parameters: what [`Params::to_map`] told, and the pictures under
    /// the fields that they were sent in.
    #[must_use]
    pub fn request_of(self, params: &Map<String, Value>, pictures: Vec<Value>) -> Map<String, Value> {
        let known = |field: &Field| Some((field.name.to_owned(), params.get(field.name)?.clone()));
        let mut request: Map<String, Value> = self.fields().iter().filter_map(known).collect();
        let mut pictures = pictures.into_iter();
        for field in self.pictures() {
            let Kind::Pictures(limits) = field.kind else { continue };
            let mut taken: Vec<Value> = pictures.by_ref().take(limits.max as usize).collect();
            let value = if limits.max == 1 { taken.pop() } else { Some(Value::Array(taken)) };
            request.extend(value.map(|value| (field.name.to_owned(), value)));
        }
        request
    }

    /// Reads the parameters out of a request without its pictures; tells everything that is wrong at once.
    pub fn read(self, raw: &Map<String, Value>) -> Result<Request, Vec<Violation>> {
        Ok(match self {
            Self::I2v => Request::I2v(I2vRequest::read(raw)?),
            Self::Qwen => Request::Qwen(QwenRequest::read(raw)?),
            Self::Upscale => Request::Upscale(UpscaleRequest::read(raw)?),
        })
    }
}

impl Request {
    /// Completes the parameters. `pictures` are the sizes of the pictures sent, in the order of
    /// [`Workflow::pictures`]; `seed` is taken where the request has none.
    pub fn resolve(self, pictures: &[Size], seed: u32) -> Result<Params, Vec<Violation>> {
        let Some(first) = pictures.first().copied() else {
            let workflow = match self {
                Self::I2v(_) => Workflow::I2v,
                Self::Qwen(_) => Workflow::Qwen,
                Self::Upscale(_) => Workflow::Upscale,
            };
            return Err(workflow.pictures().iter().take(1).map(Violation::missing).collect());
        };
        Ok(match self {
            Self::I2v(request) => Params::I2v(request.resolve(first, pictures.len() > 1, seed)),
            Self::Qwen(request) => Params::Qwen(request.resolve(first, seed)),
            Self::Upscale(request) => Params::Upscale(request.resolve(first, seed)?),
        })
    }

    /// The request in one spelling: two requests that mean the same have the same text.
    #[must_use]
    pub fn canonical(&self) -> String {
        Value::Object(to_map(self)).to_string()
    }
}

impl Params {
    /// The parameters as they stand in the job's record and in the hand-out.
    #[must_use]
    pub fn to_map(&self) -> Map<String, Value> {
        to_map(self)
    }

    /// What an agent must offer.
    #[must_use]
    pub const fn class(&self) -> Class {
        match self {
            Self::I2v(params) => params.class(),
            Self::Qwen(params) => params.class(),
            Self::Upscale(params) => params.class(),
        }
    }
}

/// Structs of numbers, texts and words always make an object.
fn to_map(value: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}
