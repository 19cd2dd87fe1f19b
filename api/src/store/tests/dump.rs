//! Everything under a prefix as comparable text.

use std::collections::BTreeMap;

use ::redis::{AsyncCommands as _, aio::MultiplexedConnection, streams::StreamRangeReply};

/// Key (without the prefix) → content, with times as `t<n>`.
pub(super) type Dump = BTreeMap<String, BTreeMap<String, String>>;

/// Times are rounded to this many milliseconds from the start, so that a slow machine changes nothing.
const UNIT: i64 = 5_000;

/// Writes times relative to `start`.
pub(super) struct Clock {
    pub(super) start: u64,
}

impl Clock {
    pub(super) fn relative(&self, ms: u64) -> String {
        let distance = ms.cast_signed() - self.start.cast_signed();
        format!("t{}", (distance + UNIT / 2).div_euclid(UNIT))
    }

    /// Replaces a time in milliseconds, or a stream id that begins with one.
    fn readable(&self, text: &str) -> String {
        let head = text.split('-').next().unwrap_or_default();
        match head.parse::<u64>() {
            Ok(ms) if head.len() == 13 => self.relative(ms),
            _ => text.to_owned(),
        }
    }
}

pub(super) async fn dump(redis: &mut MultiplexedConnection, prefix: &str, clock: &Clock) -> Dump {
    let keys: Vec<String> = ::redis::cmd("KEYS").arg(format!("{prefix}*")).query_async(redis).await.unwrap();
    let mut dump = Dump::new();
    for key in keys {
        let kind: String = ::redis::cmd("TYPE").arg(&key).query_async(redis).await.unwrap();
        let rows: Vec<(String, String)> = match kind.as_str() {
            "hash" => redis.hgetall(&key).await.unwrap(),
            "zset" => redis.zrange_withscores(&key, 0, -1).await.unwrap(),
            "list" => vec![(String::new(), "(present)".to_owned())],
            "string" => vec![(String::new(), redis.get(&key).await.unwrap())],
            "stream" => {
                let range: StreamRangeReply = redis.xrange_all(&key).await.unwrap();
                let entries = range.ids.into_iter().map(|entry| {
                    let fields: BTreeMap<String, String> = entry
                        .map
                        .into_iter()
                        .map(|(name, value)| (name, ::redis::from_redis_value(value).unwrap()))
                        .collect();
                    (entry.id, format!("{fields:?}"))
                });
                entries.collect()
            }
            other => panic!("{key} is a {other}"),
        };
        let ttl: i64 = redis.pttl(&key).await.unwrap();
        let name = key.strip_prefix(prefix).unwrap().to_owned();
        let mut content: BTreeMap<String, String> =
            rows.into_iter().map(|(field, value)| (clock.readable(&field), clock.readable(&value))).collect();
        if ttl > 0 {
            content.insert("(expires)".to_owned(), String::new());
        }
        // Counters of statuses are kept at zero.
        if name == "counters" {
            content.retain(|_, value| value != "0");
        }
        dump.insert(name, content);
    }
    dump
}
