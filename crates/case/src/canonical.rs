//! Canonical JSON and its digest: what is signed is the same bytes on every machine.
//!
//! Keys sorted by code point, no white space, integers only (the core has no floating point in what it signs).

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The canonical text of a value.
pub fn text(value: &Value) -> String {
    let mut out = String::with_capacity(256);
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            out.push('{');
            for (i, key) in keys.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                out.push_str(&Value::String(key.clone()).to_string());
                out.push(':');
                if let Some(inner) = map.get(key) {
                    write(inner, out);
                }
            }
            out.push('}');
        }
        Value::Array(list) => {
            out.push('[');
            for (i, inner) in list.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write(inner, out);
            }
            out.push(']');
        }
        other => out.push_str(&other.to_string()),
    }
}

/// Lowercase hex SHA-256 of the canonical JSON of anything serialisable.
///
/// Our own types always serialise; a value that does not (a map with keys that are no strings) would be a defect of
/// this crate and digests as `null`.
pub fn digest_of<T: Serialize>(value: &T) -> String {
    digest(&serde_json::to_value(value).unwrap_or(Value::Null))
}

/// Lowercase hex SHA-256 of the canonical JSON.
pub fn digest(value: &Value) -> String {
    hex::encode(Sha256::digest(text(value).as_bytes()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn keys_are_sorted_at_every_depth_and_nothing_is_added() {
        let value = serde_json::json!({"b": [1, {"z": null, "a": "é\n"}], "a": true});
        assert_eq!(
            super::text(&value),
            r#"{"a":true,"b":[1,{"a":"é\n","z":null}]}"#
        );
    }
}
