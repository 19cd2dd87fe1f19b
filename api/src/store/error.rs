//! What can go wrong between Spool and Redis.

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Redis did not answer in time, or the connection broke. Whether the command ran is not known.
    #[error("Redis is not available: {0}")]
    Unavailable(redis::RedisError),
    /// Redis has no memory left for anything new. What runs goes on.
    #[error("Redis is full")]
    Full,
    /// The data set is another one than before: its jobs are gone.
    #[error("the session ended: Redis came back with another data set")]
    Session,
    /// Redis holds something that this version does not understand, or answers what it should not.
    #[error("{place}: {what}")]
    Inconsistent { place: String, what: String },
    /// Redis refused a command.
    #[error("Redis refused a command: {0}")]
    Refused(redis::RedisError),
}

impl StoreError {
    /// Whether it would befall every other call now, too.
    #[must_use]
    pub const fn is_general(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Session)
    }

    pub(crate) fn contract(script: &str, what: &str) -> Self {
        Self::Inconsistent { place: format!("script {script}"), what: what.to_owned() }
    }

    pub(crate) fn record(key: &str, what: impl std::fmt::Display) -> Self {
        Self::Inconsistent { place: key.to_owned(), what: what.to_string() }
    }
}

impl From<redis::RedisError> for StoreError {
    fn from(error: redis::RedisError) -> Self {
        use redis::{ErrorKind, ServerErrorKind};
        let code = code(&error);
        if code.as_deref() == Some("OOM") {
            return Self::Full;
        }
        let passing = matches!(
            error.kind(),
            ErrorKind::Io
                | ErrorKind::Server(
                    ServerErrorKind::BusyLoading
                        | ServerErrorKind::ReadOnly
                        | ServerErrorKind::TryAgain
                        // It was loaded, and forgotten again before it was called.
                        | ServerErrorKind::NoScript
                        | ServerErrorKind::MasterDown
                        | ServerErrorKind::ClusterDown
                )
        );
        let busy = code.as_deref() == Some("BUSY");
        if passing || busy || error.is_timeout() || error.is_connection_dropped() {
            Self::Unavailable(error)
        } else {
            Self::Refused(error)
        }
    }
}

/// The word with which Redis refused, of a pipeline the first one.
fn code(error: &redis::RedisError) -> Option<String> {
    let refusals = error.clone().into_server_errors()?;
    refusals.first().map(|(_, refusal)| refusal.code().to_owned())
}

impl From<deadpool_redis::PoolError> for StoreError {
    fn from(error: deadpool_redis::PoolError) -> Self {
        match error {
            deadpool_redis::PoolError::Backend(error) => error.into(),
            other => Self::Unavailable(redis::RedisError::from(std::io::Error::other(other.to_string()))),
        }
    }
}
