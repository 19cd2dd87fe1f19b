//! The names of objects. Parts that come from outside are checked here, so that no name leaves its folder.

use object_store::path::Path;
use sha2::{Digest as _, Sha256};
use spool_shared::{
    ids::{JobId, Token},
    protocol::Part,
};

use super::parts;

/// A text that is not a SHA-256 in lower-case hexadecimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a SHA-256 is 64 lower-case hexadecimal digits")]
pub struct BadHash;

/// A file of a result, written under the token of its lease.
#[derive(Debug, Clone, Copy)]
pub struct ResultFile<'a> {
    pub job: JobId,
    pub token: &'a Token,
    pub index: u32,
    pub part: Part,
    pub sha256: &'a str,
}

impl ResultFile<'_> {
    /// Where it is kept.
    pub fn path(&self) -> Result<Path, BadHash> {
        Ok(Path::from(format!("{}/{}", self.folder(), self.name()?)))
    }

    /// Where its parts are kept until it is whole.
    pub(super) fn parts(&self) -> Result<Path, BadHash> {
        Ok(Path::from(format!("{}/parts/{}", self.folder(), self.name()?)))
    }

    /// Where a thumbnail of it is kept: beside it, so that it goes when the file does.
    #[must_use]
    pub fn thumbnail(&self, size: u32) -> Path {
        Path::from(format!("{}/thumbnails/{}-{size}", self.folder(), self.index))
    }

    pub(super) fn folder(&self) -> String {
        format!("results/{}/{}", self.job, attempt_name(self.token))
    }

    fn name(&self) -> Result<String, BadHash> {
        let (index, sha256) = (self.index, checked(self.sha256)?);
        let suffix = match self.part {
            Part::Output => "",
            Part::Poster => ".poster",
        };
        Ok(format!("{index}-{sha256}{suffix}"))
    }
}

/// The path of the file that an object of `bytes` is, or is a part of, and how far that file reaches by this object.
pub(super) fn reach(object: Path, bytes: u64) -> (Path, u64) {
    match object
        .as_ref()
        .split_once("/parts/")
        .and_then(|(folder, part)| Some((folder, part.split_once('/')?)))
    {
        Some((folder, (name, part))) => {
            let end = parts::Part::named(part, bytes).map_or(bytes, |part| part.end());
            (Path::from(format!("{folder}/{name}")), end)
        }
        None => (object, bytes),
    }
}

/// Where a thumbnail of an input picture is kept; it goes when the picture does.
pub fn input_thumbnail(sha256: &str, orientation: u8, size: u32) -> Result<Path, BadHash> {
    Ok(Path::from(format!("thumbnails/{}/{orientation}-{size}", checked(sha256)?)))
}

/// Where an input picture is kept.
pub fn input_path(sha256: &str) -> Result<Path, BadHash> {
    Ok(Path::from(format!("inputs/{}", checked(sha256)?)))
}

/// The name of the folder of one attempt. It is made from the token and does not tell it: names of objects stand in
/// addresses and in the logs of storages, and a token is a secret.
#[must_use]
pub fn attempt_name(token: &Token) -> String {
    let mut name = hex::encode(Sha256::digest(token.reveal()));
    name.truncate(32);
    name
}

fn checked(sha256: &str) -> Result<&str, BadHash> {
    let digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if sha256.len() == 64 && sha256.bytes().all(digit) { Ok(sha256) } else { Err(BadHash) }
}
