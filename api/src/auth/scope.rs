//! What a key permits beyond reading one's own jobs.

use std::{fmt, str::FromStr};

/// One permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Send jobs and pictures; cancel, retry and delete jobs.
    Submit,
    /// Send jobs with the priority `high`.
    High,
    /// Drain and resume agents, read the metrics.
    Admin,
}

impl Scope {
    pub const ALL: [Self; 3] = [Self::Submit, Self::High, Self::Admin];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::High => "high",
            Self::Admin => "admin",
        }
    }

    const fn bit(self) -> u8 {
        match self {
            Self::Submit => 1,
            Self::High => 2,
            Self::Admin => 4,
        }
    }
}

/// A set of permissions, written as words with commas between them; `-` is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Scopes(u8);

/// A word that is no scope. What it was is not repeated: it may be a secret in the wrong place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a scope is one of submit, high, admin")]
pub struct UnknownScope;

impl Scopes {
    #[must_use]
    pub fn all() -> Self {
        Scope::ALL.into_iter().fold(Self::default(), Self::with)
    }

    pub(super) const fn only_submit() -> Self {
        Self(Scope::Submit.bit())
    }

    #[must_use]
    pub const fn has(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// The words, in a fixed order.
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        Scope::ALL.into_iter().filter(move |scope| self.has(*scope)).map(Scope::as_str)
    }

    const fn with(self, scope: Scope) -> Self {
        Self(self.0 | scope.bit())
    }
}

impl FromStr for Scopes {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Self, UnknownScope> {
        if text == "-" {
            return Ok(Self::default());
        }
        text.split(',').try_fold(Self::default(), |scopes, word| {
            let scope = Scope::ALL.into_iter().find(|scope| scope.as_str() == word);
            scope.map(|scope| scopes.with(scope)).ok_or(UnknownScope)
        })
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<_> = self.words().collect();
        f.write_str(if words.is_empty() { "-".to_owned() } else { words.join(",") }.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_words_with_commas() {
        let some: Scopes = "admin,submit".parse().unwrap();
        assert!(some.has(Scope::Submit) && some.has(Scope::Admin) && !some.has(Scope::High));
        assert_eq!(some.to_string(), "submit,admin");
        assert_eq!("-".parse(), Ok(Scopes::default()));
        assert_eq!(Scopes::default().to_string(), "-");
        assert_eq!(Scopes::all().to_string().parse(), Ok(Scopes::all()));
    }

    #[test]
    fn an_unknown_scope_is_refused_without_being_repeated() {
        for text in ["", "Submit", "submit,", "submit, high", "spool_canary"] {
            let refused = text.parse::<Scopes>().unwrap_err();
            assert!(!refused.to_string().contains("canary"), "{text}");
        }
    }
}
