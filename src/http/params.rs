//! The parameters of a call. Apollo's clients put them in the query, in a JSON body, or half in each; this file
//! merges all of that into one bag (the body wins) and refuses what cannot be read. It knows no endpoint.

use serde::de::{DeserializeOwned, DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::error::Failure;

/// Brackets nested deeper than this in a query are refused, as the JSON parser refuses its own nesting.
const DEEPEST_QUERY: usize = 8;

/// All parameters of one call by name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Params(Map<String, Value>);

impl Params {
    /// Reads a query string: `a=1`, `a[]=1&a[]=2`, `a[min]=1`, also with brackets that were escaped twice. Blank
    /// values are absent.
    pub fn from_query(query: &str) -> Result<Self, Failure> {
        let mut params = Map::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decode(name)?, decode(value)?);
            // A generated client escapes the brackets of a name twice.
            let name = if name.contains('%') { decode(&name)? } else { name };
            if !value.trim().is_empty() {
                insert(&mut params, &name, Value::String(value))?;
            }
        }
        Ok(Self(params))
    }

    /// Reads a JSON body, which must be one object. An empty body has no parameters; nulls are absent.
    pub fn from_body(body: &[u8]) -> Result<Self, Failure> {
        if body.trim_ascii().is_empty() {
            return Ok(Self::default());
        }
        let mut deserializer = serde_json::Deserializer::from_slice(body);
        let value = UniqueKeys
            .deserialize(&mut deserializer)
            .and_then(|value| deserializer.end().map(|()| value))
            .map_err(|error| {
                Failure::malformed(format!("The request body is not valid JSON: {}", explain(&error)))
            })?;
        let object = match value {
            Value::Object(object) => object,
            other => {
                let what = kind(&other);
                return Err(Failure::malformed(format!(
                    "The request body must be a JSON object such as {{\"email\": \"mark@example.com\"}}, not {what}"
                )));
            }
        };
        let named = object.into_iter().filter(|(_, value)| !value.is_null());
        // Some clients keep the brackets of the query spelling: {"contact_ids[]": […]}.
        let unbracketed = named.map(|(name, value)| match name.strip_suffix("[]") {
            Some(name) => (name.to_owned(), value),
            None => (name, value),
        });
        Ok(Self(unbracketed.collect()))
    }

    /// Adds the parameters of the body, which win over those already here.
    pub fn merge(&mut self, body: Self) {
        self.0.extend(body.0);
    }

    /// Takes a parameter out, if it is a text.
    pub fn take_text(&mut self, name: &str) -> Option<String> {
        match self.0.shift_remove(name)? {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The parameters as an endpoint's own type. Unknown ones are ignored, as Apollo does.
    pub fn read<T: DeserializeOwned>(self) -> Result<T, Failure> {
        serde_path_to_error::deserialize(Value::Object(self.0))
            .map_err(|error| Failure::invalid(format!("{} {}", error.path(), error.inner())))
    }

    /// The parameters in one canonical spelling, whatever order they came in.
    #[must_use]
    pub fn canonical(&self) -> Vec<u8> {
        let mut value = Value::Object(self.0.clone());
        value.sort_all_objects();
        value.to_string().into_bytes()
    }
}

/// The parser's own words, but for the one mistake that they hide.
fn explain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let (line, column) = (error.line(), error.column());
    if text.contains("hex escape") || text.contains("surrogate") {
        return format!("a lone surrogate such as \\ud800 is no character, at line {line} column {column}");
    }
    text
}

/// Percent-decodes one half of a pair; a plus is a blank.
fn decode(text: &str) -> Result<String, Failure> {
    let text = text.replace('+', " ");
    let decoded = percent_encoding::percent_decode_str(&text).decode_utf8();
    decoded
        .map(String::from)
        .map_err(|_| Failure::malformed("The query string is not valid UTF-8".to_owned()))
}

/// Puts a value where a bracketed name says: `a`, `a[]`, `a[b]`, `a[][b]`.
fn insert(params: &mut Map<String, Value>, name: &str, value: Value) -> Result<(), Failure> {
    let (first, rest) = match name.find('[') {
        Some(place) if place > 0 => name.split_at(place),
        _ => (name, ""),
    };
    let path: Vec<&str> = rest.split('[').skip(1).map(|part| part.trim_end_matches(']')).collect();
    if path.len() > DEEPEST_QUERY {
        return Err(Failure::malformed(format!("The query parameter {first} is nested too deeply")));
    }
    insert_at(params.entry(first).or_insert(Value::Null), &path, value);
    Ok(())
}

fn insert_at(slot: &mut Value, path: &[&str], value: Value) {
    match path.split_first() {
        None => *slot = value,
        Some((&"", rest)) => {
            if !slot.is_array() {
                *slot = Value::Array(Vec::new());
            }
            if let Value::Array(list) = slot {
                let mut entry = Value::Null;
                insert_at(&mut entry, rest, value);
                list.push(entry);
            }
        }
        Some((name, rest)) => {
            if !slot.is_object() {
                *slot = Value::Object(Map::new());
            }
            if let Value::Object(object) = slot {
                insert_at(object.entry(*name).or_insert(Value::Null), rest, value);
            }
        }
    }
}

/// What a JSON value is, as a person would say it.
#[must_use]
pub fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Reads any JSON value, but refuses an object that names a key twice: one of the two values would be lost.
struct UniqueKeys;

impl<'de> DeserializeSeed<'de> for UniqueKeys {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for UniqueKeys {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(Self)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let mut values = Map::new();
        while let Some(name) = object.next_key::<String>()? {
            if values.contains_key(&name) {
                return Err(A::Error::custom(format!("the key \"{name}\" stands twice")));
            }
            let value = object.next_value_seed(Self)?;
            values.insert(name, value);
        }
        Ok(Value::Object(values))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn query(text: &str) -> Value {
        Value::Object(Params::from_query(text).unwrap().0)
    }

    fn body_error(text: &str) -> String {
        Params::from_body(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn every_spelling_of_a_query() {
        assert_eq!(query("a=1&b=two+words&c=%C3%A9"), json!({"a": "1", "b": "two words", "c": "é"}));
        assert_eq!(query("ids[]=1&ids[]=2"), json!({"ids": ["1", "2"]}));
        assert_eq!(query("ids%5B%5D=1"), json!({"ids": ["1"]}));
        assert_eq!(
            query("ids%255B%255D=1&domains%255B%255D%5B%5D=x"),
            json!({"ids": ["1"], "domains": [["x"]]})
        );
        assert_eq!(query("range[min]=1&range[max]=9"), json!({"range": {"min": "1", "max": "9"}}));
        assert_eq!(query("email=mark+cpp@writers.test"), json!({"email": "mark cpp@writers.test"}));
        assert_eq!(query("page=&q=+&revenue_range[max]=&x"), json!({}), "blank is absent");
        assert!(Params::from_query("a=%FF").is_err());
        assert!(Params::from_query(&format!("a{}=1", "[b]".repeat(1000))).is_err());
    }

    #[test]
    fn the_body_wins_and_null_is_absent() {
        let mut params = Params::from_query("email=a%40b.test&title=x").unwrap();
        params.merge(Params::from_body(br#"{"email": "c@d.test", "title": null, "ids[]": [1]}"#).unwrap());
        assert_eq!(Value::Object(params.0), json!({"email": "c@d.test", "title": "x", "ids": [1]}));
        assert_eq!(Params::from_body(b" \n").unwrap(), Params::default());
    }

    #[test]
    fn bodies_that_cannot_be_read_say_why() {
        assert!(body_error("[1]").contains("not a list"));
        assert!(body_error("7").contains("not a number"));
        assert!(body_error("{\"a\":").contains("EOF"));
        assert!(body_error(r#"{"a": {"b": 1, "b": 2}}"#).contains("stands twice"));
        assert!(body_error(r#"{"a": "\ud800"}"#).contains("surrogate"));
        assert!(
            body_error(&format!("{{\"a\":{}1{}}}", "[".repeat(500), "]".repeat(500))).contains("recursion")
        );
        assert!(body_error("{} {}").contains("trailing"));
        assert!(body_error("{\"a\": \"\u{1}\"}").contains("control character"));
    }

    #[test]
    fn the_canonical_spelling_has_no_order() {
        let one = Params::from_body(br#"{"a": {"y": 1, "x": 2}, "b": 3}"#).unwrap();
        let two = Params::from_body(br#"{"b": 3, "a": {"x": 2, "y": 1}}"#).unwrap();
        assert_eq!(one.canonical(), two.canonical());
    }
}
