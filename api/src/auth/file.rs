//! The files of keys and tokens: a line each, with `#` before a comment.
//!
//! ```text
//! # name   hash of the secret   scopes (keys only)
//! alice    sha256:9f86d0…       submit,high
//! ```

use std::{collections::HashSet, fmt, path::PathBuf};

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::Scopes;

/// The longest name, characters.
const MAX_NAME: usize = 64;
const NAME_RULE: &str =
    "a name has 1 to 64 letters, digits, dots, dashes or underscores and begins with a letter or digit";

/// Whose secrets a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Client,
    Agent,
}

impl Kind {
    /// The setting that names the file.
    #[must_use]
    pub const fn setting(self) -> &'static str {
        match self {
            Self::Client => "SPOOL_API_KEYS_FILE",
            Self::Agent => "SPOOL_AGENT_TOKENS_FILE",
        }
    }

    /// What a line stands for.
    #[must_use]
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Client => "key",
            Self::Agent => "token",
        }
    }

    /// What its secrets begin with, so that they are recognised where they should not be.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Client => "spool_",
            Self::Agent => "spoola_",
        }
    }
}

/// Why a file cannot be used. Never repeats what stands in it.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("{setting} names {}, which cannot be read: {error}", file.display())]
    Io { setting: &'static str, file: PathBuf, error: std::io::Error },
    #[error("{setting}: {} line {line}: {what}", file.display())]
    Line { setting: &'static str, file: PathBuf, line: usize, what: &'static str },
}

/// The SHA-256 of a secret. A random secret of 256 bits needs no slower hash.
#[derive(Clone, Copy)]
pub(super) struct Hash([u8; 32]);

impl Hash {
    pub(super) fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret).into())
    }

    pub(super) const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text.strip_prefix("sha256:")?, &mut bytes).ok()?;
        Some(Self(bytes))
    }
}

/// In constant time: how much of a guess was right does not show.
impl PartialEq for Hash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Hash {}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256:{}", hex::encode(self.0))
    }
}

/// One line.
#[derive(Clone, PartialEq, Eq)]
pub struct Named {
    pub name: String,
    pub(super) hash: Hash,
    pub scopes: Scopes,
}

/// What is wrong in a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) line: usize,
    pub(super) what: &'static str,
}

/// Reads the whole text of a file, in order.
pub(super) fn parse(kind: Kind, text: &str) -> Result<Vec<Named>, Wrong> {
    let mut names = HashSet::new();
    let mut all = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let wrong = |what| Wrong { line: number, what };
        let Some(entry) = parse_line(kind, line).map_err(wrong)? else { continue };
        if !names.insert(entry.name.clone()) {
            return Err(wrong("the name stands in the file twice"));
        }
        all.push(entry);
    }
    Ok(all)
}

/// Reads one line; `None` for a blank one and for a comment.
pub(super) fn parse_line(kind: Kind, line: &str) -> Result<Option<Named>, &'static str> {
    let line = line.split('#').next().unwrap_or_default();
    let mut words = line.split_whitespace();
    let Some(name) = words.next() else { return Ok(None) };
    if !is_name(name) {
        return Err(NAME_RULE);
    }
    let hash = words.next().and_then(Hash::parse);
    let hash =
        hash.ok_or("after the name stands sha256: and the 64 hexadecimal digits of the secret's hash")?;
    let scopes = match (kind, words.next()) {
        (_, None) => Scopes::default(),
        (Kind::Client, Some(scopes)) => {
            scopes.parse().map_err(|_| "the scopes are submit, high, admin with commas between them, or -")?
        }
        (Kind::Agent, Some(_)) => return Err("the token of an agent has no scopes"),
    };
    if words.next().is_some() {
        return Err("the line has too many words");
    }
    Ok(Some(Named { name: name.to_owned(), hash, scopes }))
}

/// The line of an entry.
pub(super) fn written(kind: Kind, named: &Named) -> String {
    match kind {
        Kind::Client => format!("{} {} {}", named.name, named.hash, named.scopes),
        Kind::Agent => format!("{} {}", named.name, named.hash),
    }
}

/// Whether a name may stand in a file. It becomes a part of keys in the store, too.
pub(super) fn checked_name(name: &str) -> Result<(), &'static str> {
    if is_name(name) { Ok(()) } else { Err(NAME_RULE) }
}

fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    (1..=MAX_NAME).contains(&name.len())
        && name.bytes().all(plain)
        && name.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    #[test]
    fn a_file_has_names_hashes_scopes_comments_and_blank_lines() {
        let text =
            format!("# people\n\nalice {HASH} submit,high # on holiday\nbob\t{HASH}\n  ci {HASH} -\r\n");
        let all = parse(Kind::Client, &text).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        let told: Vec<_> = all.iter().map(|named| format!("{} {}", named.name, named.scopes)).collect();
        assert_eq!(told, ["alice submit,high", "bob -", "ci -"]);
        assert!(all[0].hash == Hash::of("test"));
        assert_eq!(written(Kind::Client, &all[0]), format!("alice {HASH} submit,high"));
        assert_eq!(written(Kind::Agent, &all[0]), format!("alice {HASH}"));
    }

    #[test]
    fn a_wrong_line_is_told_by_its_number_and_not_by_its_content() {
        let wrong = |kind, text: &str| match parse(kind, text) {
            Ok(_) => panic!("{text} was read"),
            Err(Wrong { line, what }) => format!("{line}: {what}"),
        };
        let client = |text: &str| wrong(Kind::Client, text);
        assert!(client("\na/b sha256:00").starts_with("2: a name has"));
        assert!(client(&format!("- {HASH}")).starts_with("1: a name has"));
        assert!(client("alice spool_canary").starts_with("1: after the name stands sha256:"));
        assert!(client(&format!("alice {}", &HASH[..70])).starts_with("1: after the name"));
        assert!(client("alice").starts_with("1: after the name"));
        assert!(client(&format!("alice {HASH} all")).starts_with("1: the scopes are"));
        assert_eq!(client(&format!("alice {HASH} submit high")), "1: the line has too many words");
        assert_eq!(client(&format!("a {HASH}\na {HASH}")), "2: the name stands in the file twice");
        let agent = format!("gpu {HASH} admin");
        assert_eq!(wrong(Kind::Agent, &agent), "1: the token of an agent has no scopes");
    }

    #[test]
    fn names_are_safe_in_keys_of_the_store() {
        for name in ["alice", "ci-2", "a.b_c", "7", &"x".repeat(64)] {
            assert_eq!(checked_name(name), Ok(()), "{name}");
        }
        for name in ["", "-", ".a", "a b", "a/b", "a:b", "ä", "a*", &"x".repeat(65)] {
            assert!(checked_name(name).is_err(), "{name}");
        }
    }
}
