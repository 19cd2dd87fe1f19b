//! Pictures that are uploaded once and used in any number of requests, by their id.

mod get;
mod upload;

pub(super) use get::{doc as get_doc, get};
pub(super) use upload::{doc as upload_doc, upload};

/// The id of an upload, as the document shows it.
pub(super) const EXAMPLE_IMAGE: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08.1";
