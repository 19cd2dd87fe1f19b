//! Whom the cookie of a browser stands for: kept here, so that every replica knows it and it can be ended.

use std::time::Duration;

use super::{Store, StoreError};

/// A logged-in browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The name of the key that it logged in with.
    pub name: String,
    /// Tells that key from a later one of the same name.
    pub fingerprint: String,
}

impl Store {
    /// Remembers a browser for `life`. `hash` is the hash of its cookie: what is in Redis lets nobody in.
    pub async fn log_in(&self, hash: &str, login: &Login, life: Duration) -> Result<(), StoreError> {
        let ms = u64::try_from(life.as_millis()).unwrap_or(u64::MAX);
        let mut redis = self.inner.redis.clone();
        redis::cmd("SET")
            .arg(self.keys().of("login", hash))
            .arg(format!("{} {}", login.name, login.fingerprint))
            .arg("PX")
            .arg(ms)
            .exec_async(&mut redis)
            .await?;
        Ok(())
    }

    /// Whom a cookie stands for, if it was not ended and has not run out.
    pub async fn login(&self, hash: &str) -> Result<Option<Login>, StoreError> {
        let mut redis = self.inner.redis.clone();
        let key = self.keys().of("login", hash);
        let found: Option<String> = redis::cmd("GET").arg(&key).query_async(&mut redis).await?;
        let Some(found) = found else { return Ok(None) };
        let (name, fingerprint) =
            found.split_once(' ').ok_or_else(|| StoreError::record("login", "neither name nor key"))?;
        Ok(Some(Login { name: name.to_owned(), fingerprint: fingerprint.to_owned() }))
    }

    /// Forgets a browser.
    pub async fn log_out(&self, hash: &str) -> Result<(), StoreError> {
        let mut redis = self.inner.redis.clone();
        redis::cmd("DEL").arg(self.keys().of("login", hash)).exec_async(&mut redis).await?;
        Ok(())
    }
}
