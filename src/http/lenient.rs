//! Parameter types that read what clients really send: numbers for texts, texts for booleans, one text for a list
//! of one. What they cannot read they refuse, saying what would be right; the path to it is added by the caller.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::params::kind;
use crate::model::Patch;

/// The most characters in one text; what is longer is no name, address or note.
const LONGEST_TEXT: usize = 5_000;

/// A text: absent or null, explicitly blank, or a value without the blanks around it.
#[derive(Debug, Clone, Default)]
pub struct Text(pub Patch<String>);

/// A boolean: `true`, `"true"`, `1`, `"1"` and their opposites; blank is absent.
#[derive(Debug, Clone, Copy, Default)]
pub struct Flag(pub Option<bool>);

/// A list of texts, or one text that stands for a list of one.
#[derive(Debug, Clone, Default)]
pub struct TextList(pub Patch<Vec<String>>);

impl Text {
    /// The text, if it is not blank.
    pub fn into_value(self) -> Option<String> {
        match self.0 {
            Patch::Set(text) => Some(text),
            Patch::Keep | Patch::Clear => None,
        }
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match optional(deserializer)? {
            Value::Null => Patch::Keep,
            value => match text(value).map_err(D::Error::custom)? {
                text if text.is_empty() => Patch::Clear,
                text => Patch::Set(text),
            },
        }))
    }
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = optional(deserializer)?;
        let flag = match &value {
            Value::Null => None,
            Value::Bool(flag) => Some(*flag),
            Value::Number(number) if number.as_i64() == Some(1) => Some(true),
            Value::Number(number) if number.as_i64() == Some(0) => Some(false),
            Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
                "" => None,
                "true" | "1" | "yes" => Some(true),
                "false" | "0" | "no" => Some(false),
                _ => return Err(D::Error::custom("must be true or false")),
            },
            other => return Err(D::Error::custom(format!("must be true or false, not {}", kind(other)))),
        };
        Ok(Self(flag))
    }
}

impl<'de> Deserialize<'de> for TextList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match optional(deserializer)? {
            Value::Null => Patch::Keep,
            Value::Array(values) => {
                // Brackets that were written twice in a query make a list of lists.
                let flat = values.into_iter().flat_map(|value| match value {
                    Value::Array(inner) => inner,
                    other => vec![other],
                });
                let texts = flat.filter(|value| !value.is_null()).map(text);
                let texts: Result<Vec<_>, _> = texts.collect();
                let mut texts =
                    texts.map_err(|error| D::Error::custom(format!("holds an entry that {error}")))?;
                texts.retain(|text| !text.is_empty());
                if texts.is_empty() { Patch::Clear } else { Patch::Set(texts) }
            }
            value @ Value::Object(_) => {
                return Err(D::Error::custom(format!("must be a list of texts, not {}", kind(&value))));
            }
            value => match text(value).map_err(D::Error::custom)? {
                text if text.is_empty() => Patch::Clear,
                text => Patch::Set(vec![text]),
            },
        }))
    }
}

/// A value that may be missing: serde offers a missing field to an `Option`, and refuses it to anything else.
fn optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
    Option::<Value>::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// A scalar as a text, without the blanks around it.
fn text(value: Value) -> Result<String, String> {
    let text = match value {
        Value::String(text) => text,
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        other => return Err(format!("must be a text, not {}", kind(&other))),
    };
    if text.contains('\0') {
        return Err("holds a NUL character (U+0000), which cannot be kept; leave it out".to_owned());
    }
    let length = text.chars().count();
    if length > LONGEST_TEXT {
        return Err(format!("has {length} characters; at most {LONGEST_TEXT} are allowed"));
    }
    let trimmed = text.trim();
    Ok(if trimmed.len() == text.len() { text } else { trimmed.to_owned() })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn error<T: for<'de> Deserialize<'de>>(value: Value) -> String {
        serde_json::from_value::<T>(value).map(|_| ()).unwrap_err().to_string()
    }

    #[test]
    fn texts() {
        let read = |value: Value| serde_json::from_value::<Text>(value).unwrap().0;
        assert_eq!(read(json!(null)), Patch::Keep);
        assert_eq!(read(json!("  ")), Patch::Clear);
        assert_eq!(read(json!(" x ")), Patch::Set("x".to_owned()));
        assert_eq!(read(json!(5_551_234_567_i64)), Patch::Set("5551234567".to_owned()));
        assert!(error::<Text>(json!([1])).contains("not a list"));
        assert!(error::<Text>(json!("a\0b")).contains("NUL"));
        assert!(error::<Text>(json!("x".repeat(10_240))).contains("10240"));
    }

    #[test]
    fn flags() {
        let read = |value: Value| serde_json::from_value::<Flag>(value).unwrap().0;
        for value in [json!(true), json!("true"), json!("1"), json!(1), json!("TRUE")] {
            assert_eq!(read(value), Some(true));
        }
        for value in [json!(false), json!("false"), json!("0"), json!(0)] {
            assert_eq!(read(value), Some(false));
        }
        assert_eq!((read(json!(null)), read(json!(""))), (None, None));
        assert!(error::<Flag>(json!("maybe")).contains("true or false"));
        assert!(error::<Flag>(json!([])).contains("not a list"));
    }

    #[test]
    fn lists() {
        let read = |value: Value| serde_json::from_value::<TextList>(value).unwrap().0;
        assert_eq!(read(json!(["a", " ", null, 7])), Patch::Set(vec!["a".to_owned(), "7".to_owned()]));
        assert_eq!(read(json!("a")), Patch::Set(vec!["a".to_owned()]));
        assert_eq!(
            (read(json!([])), read(json!("")), read(json!(null))),
            (Patch::Clear, Patch::Clear, Patch::Keep)
        );
        assert!(error::<TextList>(json!({"a": 1})).contains("not an object"));
        assert_eq!(read(json!([["a"], "b"])), Patch::Set(vec!["a".to_owned(), "b".to_owned()]));
        assert!(error::<TextList>(json!([[["a"]]])).contains("not a list"));
    }
}
