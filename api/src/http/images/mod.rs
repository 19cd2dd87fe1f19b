//! Pictures that are uploaded once and used in any number of requests, by their id.

mod get;
mod upload;

pub(super) use get::get;
pub(super) use upload::upload;
