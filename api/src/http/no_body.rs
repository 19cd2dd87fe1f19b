//! Requests that have nothing to say beside their address.

use std::pin::pin;

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use futures_util::{TryStreamExt as _, future::LocalBoxFuture};
use serde_json::Value;

use super::{
    bodies::not_encoded,
    limits::{paced, unreadable},
    problem::{Code, Problem},
};

/// Far more than nothing takes, bytes.
const MAX_BYTES: usize = 1024;

/// A body that is empty, or an empty JSON object or `null`, which many HTTP libraries send where they are given nothing.
/// Anything else was meant to change something, and would not.
pub(crate) struct NoBody;

impl FromRequest for NoBody {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let plain = not_encoded(request);
        let payload = Box::pin(payload.take());
        Box::pin(async move {
            plain?;
            let mut body = pin!(paced(payload, None));
            let mut read = Vec::new();
            while let Some(bytes) = body.try_next().await.map_err(|error| unreadable(&error))? {
                read.extend_from_slice(&bytes);
                if read.len() > MAX_BYTES {
                    return Err(refused());
                }
            }
            if is_nothing(&read) { Ok(Self) } else { Err(refused()) }
        })
    }
}

fn is_nothing(body: &[u8]) -> bool {
    body.trim_ascii().is_empty()
        || match serde_json::from_slice(body) {
            Ok(Value::Null) => true,
            Ok(Value::Object(fields)) => fields.is_empty(),
            _ => false,
        }
}

fn refused() -> Problem {
    Problem::new(Code::MalformedBody, "this address takes no body; send none, or an empty JSON object")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_written_in_several_ways() {
        for body in ["", " \r\n", "{}", " { } ", "null"] {
            assert!(is_nothing(body.as_bytes()), "{body}");
        }
        for body in ["{\"seed\": 1}", "[]", "0", "\"\"", "{", "seed=1", "{}{}"] {
            assert!(!is_nothing(body.as_bytes()), "{body}");
        }
    }
}
