//! Reading an element of which a part is bad: the part is left out and named, the rest is read.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// How deep the bad part is looked for; below, the whole sub-element is left out.
const MAX_DEPTH: usize = 6;

/// What was left out: a path below the element, and why.
pub(super) type Dropped = Vec<(String, String)>;

/// Copies `text` without the parts that `accepts` refuses. `accepts` must take an object with any
/// subset of its keys. `None` when nothing can be kept.
///
/// Each level is looked at once more than the one above it, so the cost is at most
/// [`MAX_DEPTH`] readings of the element.
pub(super) fn repair(
    text: &str,
    accepts: &dyn Fn(&str) -> Result<(), serde_json::Error>,
) -> (Option<String>, Dropped) {
    let mut walk = Walk {
        accepts,
        dropped: Vec::new(),
    };
    let kept = walk.value(text, "", "", "", 0);
    (kept, walk.dropped)
}

struct Walk<'s> {
    accepts: &'s dyn Fn(&str) -> Result<(), serde_json::Error>,
    dropped: Dropped,
}

impl Walk<'_> {
    fn value(
        &mut self,
        text: &str,
        prefix: &str,
        suffix: &str,
        path: &str,
        depth: usize,
    ) -> Option<String> {
        let Err(error) = (self.accepts)(&format!("{prefix}{text}{suffix}")) else {
            return Some(text.to_owned());
        };
        let children = if depth < MAX_DEPTH {
            children(text)
        } else {
            None
        };
        let Some(children) = children else {
            self.dropped.push((path.to_owned(), reason(&error)));
            return None;
        };
        let is_object = text.starts_with('{');
        let mut kept = Vec::new();
        let count = children.len();
        for (at, (key, raw)) in children.iter().enumerate() {
            let child_path = match key {
                Some(key) => format!("{path}.{key}"),
                None => format!("{path}[{at}]"),
            };
            // Almost every reader takes the last of equal keys.
            if key.is_some()
                && children[at + 1..count.min(at + 200)]
                    .iter()
                    .any(|(k, _)| k == key)
            {
                self.dropped
                    .push((child_path, "stated twice; the last one counts".into()));
                continue;
            }
            let key = key
                .as_ref()
                .map(|key| serde_json::Value::from(key.as_ref()).to_string());
            let (open, close) = if is_object { ("{", "}") } else { ("[", "]") };
            let label = key.map_or(String::new(), |key| format!("{key}:"));
            let prefix = format!("{prefix}{open}{label}");
            let suffix = format!("{close}{suffix}");
            if let Some(value) = self.value(raw.get(), &prefix, &suffix, &child_path, depth + 1) {
                kept.push(format!("{label}{value}"));
            }
        }
        let body = kept.join(",");
        let whole = if is_object {
            format!("{{{body}}}")
        } else {
            format!("[{body}]")
        };
        match (self.accepts)(&format!("{prefix}{whole}{suffix}")) {
            Ok(()) => Some(whole),
            Err(error) => {
                self.dropped.push((path.to_owned(), reason(&error)));
                None
            }
        }
    }
}

/// The parser's words without its line and column, which count from the element.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}

type Child<'a> = (Option<Cow<'a, str>>, &'a RawValue);

/// The members of an object or array; `None` for anything else.
fn children(text: &str) -> Option<Vec<Child<'_>>> {
    serde_json::from_str::<Children<'_>>(text)
        .ok()
        .map(|children| children.0)
}

struct Children<'a>(Vec<Child<'a>>);

impl<'de: 'a, 'a> Deserialize<'de> for Children<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'a> Visitor<'a> for Members {
            type Value = Children<'a>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object or array")
            }
            fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut all = Vec::new();
                while let Some((key, raw)) = map.next_entry::<super::model::Text<'a>, _>()? {
                    all.push((Some(key.0), raw));
                }
                Ok(Children(all))
            }
            fn visit_seq<A: SeqAccess<'a>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut all = Vec::new();
                while let Some(raw) = seq.next_element()? {
                    all.push((None, raw));
                }
                Ok(Children(all))
            }
        }
        deserializer.deserialize_any(Members)
    }
}
