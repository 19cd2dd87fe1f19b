//! Refuses at the start a Redis that would lose jobs silently.

use std::{collections::HashMap, time::Duration};

use redis::{RedisError, aio::MultiplexedConnection};
use tracing::warn;

use crate::store::client;

/// Scripts need `allow-oom` flags and TIME before writes, which came with 7.0.
const OLDEST: (u32, u32) = (7, 0);
const PATIENCE: Duration = Duration::from_secs(5);

/// Why a Redis will not do.
#[derive(Debug, thiserror::Error)]
pub enum RedisRefused {
    #[error("Redis at SPOOL_REDIS_URL does not answer: {0}")]
    Unreachable(#[from] RedisError),
    #[error("Redis is version {0}, but Spool needs 7.0 or newer")]
    Old(String),
    #[error(
        "Redis evicts keys when it is full (maxmemory-policy {0}), which would lose jobs; \
         set maxmemory-policy to noeviction"
    )]
    Evicts(String),
}

/// Checks version and eviction policy. `ours` is a private Redis, whose missing memory limit is on purpose.
pub async fn check(url: &str, ours: bool) -> Result<(), RedisRefused> {
    let mut connection = connect(url).await?;
    let server = info(&mut connection, "server").await?;
    let version = server.get("redis_version").cloned().unwrap_or_default();
    if parsed(&version) < OLDEST {
        return Err(RedisRefused::Old(version));
    }
    let memory = info(&mut connection, "memory").await?;
    match memory.get("maxmemory_policy").map(String::as_str) {
        Some("noeviction") => {}
        other => return Err(RedisRefused::Evicts(other.unwrap_or("unknown").to_owned())),
    }
    if !ours && memory.get("maxmemory").map(String::as_str) == Some("0") {
        warn!(
            "Redis has no memory limit; set maxmemory, so that it refuses new jobs instead of being killed"
        );
    }
    Ok(())
}

/// The process that answers at `url`.
pub(super) async fn process_id(url: &str) -> Result<u32, RedisError> {
    let mut connection = connect(url).await?;
    let server = info(&mut connection, "server").await?;
    Ok(server.get("process_id").and_then(|text| text.parse().ok()).unwrap_or_default())
}

async fn connect(url: &str) -> Result<MultiplexedConnection, RedisError> {
    let config = redis::AsyncConnectionConfig::new()
        .set_connection_timeout(Some(PATIENCE))
        .set_response_timeout(Some(PATIENCE));
    client(url)?.get_multiplexed_async_connection_with_config(&config).await
}

async fn info(
    connection: &mut MultiplexedConnection,
    section: &str,
) -> Result<HashMap<String, String>, RedisError> {
    let text: String = redis::cmd("INFO").arg(section).query_async(connection).await?;
    let pairs = text.lines().filter_map(|line| line.split_once(':'));
    Ok(pairs.map(|(name, value)| (name.to_owned(), value.trim_end().to_owned())).collect())
}

fn parsed(version: &str) -> (u32, u32) {
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
    };

    use super::*;

    /// A Redis that says this of itself, and OK to everything else; its address.
    async fn a_redis_that_says(info: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut buffer = [0; 4_096];
            while let Ok(length @ 1..) = stream.read(&mut buffer).await {
                let asked = String::from_utf8_lossy(&buffer[..length]).into_owned();
                // A command is an array of texts.
                for command in asked.split('*').skip(1) {
                    let answer = if command.contains("\nINFO\r") {
                        format!("${}\r\n{info}\r\n", info.len())
                    } else {
                        "+OK\r\n".to_owned()
                    };
                    stream.write_all(answer.as_bytes()).await.unwrap();
                }
            }
        });
        format!("redis://{address}")
    }

    #[tokio::test]
    async fn an_old_redis_and_one_that_evicts_are_refused() {
        let old = a_redis_that_says("redis_version:6.2.14\r\n").await;
        assert!(matches!(check(&old, false).await, Err(RedisRefused::Old(version)) if version == "6.2.14"));
        let evicts = a_redis_that_says("redis_version:7.0.0\r\nmaxmemory_policy:allkeys-lru\r\n").await;
        assert!(
            matches!(check(&evicts, false).await, Err(RedisRefused::Evicts(how)) if how == "allkeys-lru")
        );
        let good = a_redis_that_says("redis_version:7.0.0\r\nmaxmemory_policy:noeviction\r\n").await;
        assert!(check(&good, false).await.is_ok());
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(parsed("7.0.15") >= OLDEST && parsed("10.2") >= OLDEST);
        assert!(parsed("6.2.14") < OLDEST && parsed("") < OLDEST);
    }

    #[test]
    fn a_refusal_says_what_to_set() {
        assert_snapshot!(RedisRefused::Evicts("allkeys-lru".into()), @"Redis evicts keys when it is full (maxmemory-policy allkeys-lru), which would lose jobs; set maxmemory-policy to noeviction");
        assert_snapshot!(RedisRefused::Old("6.2.14".into()), @"Redis is version 6.2.14, but Spool needs 7.0 or newer");
    }
}
