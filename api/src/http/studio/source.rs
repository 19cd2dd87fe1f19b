//! Where the studio's files are: in the program, when it was built for release; else in the folder `web/dist`, so
//! that a new build of the studio shows at once.

use std::{collections::BTreeMap, sync::Arc};

use actix_web::web::Bytes;
use sha2::{Digest as _, Sha256};

/// What the build of `web/` left.
#[derive(Debug, Clone, Default)]
pub struct Studio {
    /// Instead of what was built.
    given: Option<Arc<BTreeMap<String, Bytes>>>,
}

/// One file.
#[derive(Debug, Clone)]
pub(super) struct File {
    pub(super) bytes: Bytes,
    /// In quotes. Each encoding of a file is a file and so has its own.
    pub(super) etag: String,
}

impl Studio {
    /// What was built, if anything was.
    #[must_use]
    pub fn built() -> Self {
        Self::default()
    }

    /// These files: their names, with folders, and their bytes.
    #[must_use]
    pub fn of(files: &[(&str, &str)]) -> Self {
        let owned =
            |(name, text): &(&str, &str)| ((*name).to_owned(), Bytes::copy_from_slice(text.as_bytes()));
        Self { given: Some(Arc::new(files.iter().map(owned).collect())) }
    }

    /// `name` is relative to the studio's root.
    pub(super) fn file(&self, name: &str) -> Option<File> {
        if !name.split('/').all(is_plain) {
            return None;
        }
        match &self.given {
            Some(files) => files.get(name).cloned().map(File::of),
            None => built::file(name),
        }
    }
}

impl File {
    fn of(bytes: Bytes) -> Self {
        let hash = Sha256::digest(&bytes);
        Self { etag: etag(&hash), bytes }
    }
}

/// Nothing that leads out of the folder, and nothing hidden.
fn is_plain(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    !name.is_empty() && !name.starts_with('.') && name.bytes().all(plain)
}

/// The tag of what has this hash; half of it tells any two files apart.
pub(super) fn etag(hash: &[u8]) -> String {
    format!("\"{}\"", hex::encode(hash.get(..16).unwrap_or(hash)))
}

#[cfg(not(debug_assertions))]
mod built {
    use std::borrow::Cow;

    use actix_web::web::Bytes;

    use super::{File, etag};

    /// Without the folder there is no studio in the program, and the API is whole all the same.
    #[derive(rust_embed::Embed)]
    #[folder = "../web/dist"]
    #[allow_missing = true]
    struct Embedded;

    pub(super) fn file(name: &str) -> Option<File> {
        let file = Embedded::get(name)?;
        let bytes = match file.data {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => bytes.into(),
        };
        Some(File { bytes, etag: etag(&file.metadata.sha256_hash()) })
    }
}

/// Not by the library that embeds: it settles at compile time where the folder is, and finds nothing in one that was
/// not there yet.
#[cfg(debug_assertions)]
mod built {
    use std::path::Path;

    use super::File;

    pub(super) fn file(name: &str) -> Option<File> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/dist");
        std::fs::read(folder.join(name)).ok().map(|bytes| File::of(bytes.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_never_leads_out_of_the_folder() {
        let secret = [("../secret", "x"), (".env", "x"), ("a/.b", "x"), ("a", "x"), ("b/c.js", "x")];
        let studio = Studio::of(&secret);
        for name in ["../secret", ".env", "a/.b", "", "/a", "a/", "b//c.js", "b/../a", "a\0", "b\\c.js"] {
            assert!(studio.file(name).is_none(), "{name:?}");
        }
        assert!(studio.file("a").is_some() && studio.file("b/c.js").is_some());
        assert!(Studio::built().file("../package.json").is_none());
    }

    #[test]
    fn the_tag_follows_the_bytes() {
        let studio = Studio::of(&[("a", "1"), ("b", "1"), ("c", "2")]);
        let [a, b, c] = ["a", "b", "c"].map(|name| studio.file(name).unwrap().etag);
        assert!(a == b && b != c && a.len() == 34 && a.starts_with('"'), "{a} {c}");
    }
}
