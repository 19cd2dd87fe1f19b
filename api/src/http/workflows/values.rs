//! JSON of which only so many values are taken. A value of two bytes of text takes 32 bytes of memory and more, so the
//! size of a body alone does not bound what parsing it takes.

use std::{cell::Cell, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// A request has a few dozen.
pub(super) const MAX_VALUES: usize = 1_000;

/// Parses a text, which must be one value and whatever it holds.
pub(super) fn parse(text: &[u8]) -> Result<Value, Refused> {
    let count = Cell::new(0);
    let mut reader = serde_json::Deserializer::from_slice(text);
    let value = Next(&count).deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    value.map_err(|error| match count.get() {
        0..=MAX_VALUES => Refused::Malformed(error),
        _ => Refused::TooMany,
    })
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    #[error("a body has at most {MAX_VALUES} values")]
    TooMany,
    #[error("the body is not valid JSON: {0}")]
    Malformed(serde_json::Error),
}

/// The next value, and how many there were before it.
struct Next<'a>(&'a Cell<usize>);

impl<'de> DeserializeSeed<'de> for Next<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        self.0.set(self.0.get() + 1);
        if self.0.get() > MAX_VALUES {
            return Err(D::Error::custom(Refused::TooMany));
        }
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Next<'_> {
    type Value = Value;

    fn expecting(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        text.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(Next(self.0))? {
            values.push(value);
        }
        Ok(values.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let mut fields = Map::new();
        while let Some(name) = object.next_key()? {
            fields.insert(name, object.next_value_seed(Next(self.0))?);
        }
        Ok(fields.into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_means_what_it_always_means() {
        let text = r#"{"a": [1, -2, 0.5, 1e400, "x\n", null, true], "b": {"c": {}}, "b": []}"#;
        let usual = serde_json::from_str::<Value>(&text.replace("1e400", "0")).unwrap();
        assert_eq!(parse(text.replace("1e400", "0").as_bytes()).unwrap(), usual);
        for wrong in [text, "", "{", "{} {}", "[1,]", r#"{"a" 1}"#, &"[".repeat(1_000_000)] {
            let said = parse(wrong.as_bytes()).unwrap_err().to_string();
            assert_eq!(
                said,
                format!("the body is not valid JSON: {}", serde_json::from_str::<Value>(wrong).unwrap_err())
            );
        }
    }

    #[test]
    fn a_text_has_a_thousand_values_at_most() {
        // Object and list are two of them.
        let list = |values: usize| serde_json::to_vec(&json!({"a": vec![0; values - 2]})).unwrap();
        assert!(parse(&list(1_000)).is_ok());
        assert!(matches!(parse(&list(1_001)), Err(Refused::TooMany)));
        assert!(matches!(parse(&list(10_000_000)), Err(Refused::TooMany)));
    }
}
