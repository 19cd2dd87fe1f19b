//! Keys as they should stand in Redis: planted before a script runs, and expected after it.

use std::collections::BTreeMap;

use ::redis::aio::MultiplexedConnection;

use super::dump::{Clock, Dump};
use crate::store::keys::Keys;

/// The content of one key.
pub(super) enum Raw {
    Hash(Vec<(String, String)>),
    Sorted(Vec<(String, u64)>),
    Text(String),
    Stream(Vec<(String, Vec<(String, String)>)>),
}

/// By the key, without the prefix; whether it has an expiry.
pub(super) type Raws = BTreeMap<String, (Raw, bool)>;

/// Writes the keys.
pub(super) async fn plant(redis: &mut MultiplexedConnection, keys: &Keys, raws: &Raws) {
    let mut pipe = ::redis::pipe();
    for (name, (raw, _)) in raws {
        let key = format!("{}{name}", keys.prefix());
        match raw {
            Raw::Hash(fields) => pipe.hset_multiple(key, fields).ignore(),
            Raw::Sorted(scores) => {
                let scores: Vec<(u64, &str)> =
                    scores.iter().map(|(member, score)| (*score, member.as_str())).collect();
                pipe.zadd_multiple(key, &scores).ignore()
            }
            Raw::Text(text) => pipe.set(key, text).ignore(),
            Raw::Stream(entries) => {
                for (id, fields) in entries {
                    pipe.xadd(&key, id, fields).ignore();
                }
                &mut pipe
            }
        };
    }
    pipe.exec_async(redis).await.unwrap();
}

/// What a dump of the keys shows.
pub(super) fn expected(raws: Raws, clock: &Clock) -> Dump {
    let time = |text: &str| {
        let head = text.split('-').next().unwrap_or_default();
        match head.parse::<u64>() {
            Ok(ms) if head.len() == 13 => clock.relative(ms),
            _ => text.to_owned(),
        }
    };
    raws.into_iter()
        .map(|(name, (raw, expires))| {
            let mut content: BTreeMap<String, String> = match raw {
                Raw::Hash(fields) => fields.into_iter().map(|(field, value)| (field, time(&value))).collect(),
                Raw::Sorted(scores) => {
                    scores.into_iter().map(|(member, score)| (member, time(&score.to_string()))).collect()
                }
                Raw::Text(text) => BTreeMap::from([(String::new(), text)]),
                Raw::Stream(entries) => entries
                    .into_iter()
                    .map(|(id, fields)| {
                        let fields: BTreeMap<String, String> = fields.into_iter().collect();
                        (time(&id), format!("{fields:?}"))
                    })
                    .collect(),
            };
            if expires {
                content.insert("(expires)".to_owned(), String::new());
            }
            (name, content)
        })
        .collect()
}
