//! The API describes itself: as an OpenAPI document and as pages for people, from the same table that serves it.

mod curl;
mod document;
mod errors;
mod explanations;
mod html;
mod openapi;
mod operation;
mod reference;
mod shape;

pub(super) use explanations::{doc as explanations_doc, explanations};
pub(super) use openapi::{doc as openapi_doc, openapi};
pub(crate) use operation::{Operation, Tag};
pub(super) use reference::{doc as reference_doc, reference};

/// The page with an entry for each error code.
pub(super) const ERRORS: &str = "/api/docs/errors";
