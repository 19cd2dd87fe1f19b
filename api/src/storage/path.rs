//! The names of objects. Parts that come from outside are checked here, so that no name leaves its folder.

use object_store::path::Path;
use spool_shared::{
    ids::{JobId, Token},
    protocol::Part,
};

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

/// The name of the folder of one attempt.
#[must_use]
pub fn attempt_name(token: &Token) -> String {
    token.reveal()
}

impl ResultFile<'_> {
    /// Where it is kept.
    pub fn path(&self) -> Result<Path, BadHash> {
        let Self { job, index, part, .. } = self;
        let (token, sha256) = (attempt_name(self.token), checked(self.sha256)?);
        let suffix = match part {
            Part::Output => "",
            Part::Poster => ".poster",
        };
        Ok(Path::from(format!("results/{job}/{token}/{index}-{sha256}{suffix}")))
    }
}

impl ResultFile<'_> {
    /// Where a thumbnail of it is kept: beside it, so that it goes when the file does.
    #[must_use]
    pub fn thumbnail(&self, size: u32) -> Path {
        let Self { job, index, .. } = self;
        Path::from(format!("results/{job}/{}/thumbnails/{index}-{size}", attempt_name(self.token)))
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

fn checked(sha256: &str) -> Result<&str, BadHash> {
    let digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if sha256.len() == 64 && sha256.bytes().all(digit) { Ok(sha256) } else { Err(BadHash) }
}
