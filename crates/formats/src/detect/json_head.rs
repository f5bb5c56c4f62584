//! The top-level keys of a JSON object, read without a tree, recursion or an end.

/// What the beginning of a JSON object says at its top level.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct TopLevel {
    /// The value of `version`, if it is a string or a number.
    pub version: Option<String>,
    /// The value of `$schema`, if it is a string.
    pub schema: Option<String>,
    /// Whether there is a key `runs`.
    pub has_runs: bool,
    /// Whether the object was seen to its end, so that a key not found is not there.
    pub complete: bool,
}

/// The longest scalar kept, in bytes.
const MAX_SCALAR: usize = 1_000;

/// Reads `bytes`, the beginning of a JSON text (all of it if `whole`).
pub(crate) fn scan(bytes: &[u8], whole: bool) -> TopLevel {
    let mut found = TopLevel::default();
    let mut depth = 0usize;
    let mut key: Option<String> = None;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'{' | b'[' => {
                if depth == 1 {
                    note(&mut found, key.take(), None);
                }
                depth += 1;
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    found.complete = true;
                    return found;
                }
            }
            b'"' => {
                let end = string_end(bytes, at + 1);
                if depth == 1 {
                    let text = scalar(&bytes[at + 1..end]);
                    if key.is_some() {
                        note(&mut found, key.take(), Some(text));
                    } else if next_is_colon(bytes, end + 1) {
                        key = Some(text);
                    }
                }
                at = end;
            }
            b'-' | b'0'..=b'9' if depth == 1 && key.is_some() => {
                let end = at
                    + bytes[at..]
                        .iter()
                        .take_while(|b| is_number_byte(**b))
                        .count();
                note(&mut found, key.take(), Some(scalar(&bytes[at..end])));
                at = end - 1;
            }
            b',' if depth == 1 => key = None,
            _ => {}
        }
        at += 1;
    }
    // A file cut short has said all it will: what is missing is not further on.
    found.complete = whole && depth == 0;
    found
}

fn note(found: &mut TopLevel, key: Option<String>, value: Option<String>) {
    match key.as_deref() {
        Some("version") => found.version = value,
        Some("$schema") => found.schema = value,
        Some("runs") => found.has_runs = true,
        _ => {}
    }
}

/// The index of the quote that ends a string, or the end of the bytes.
fn string_end(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'"' => return at,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// The text of a scalar; escapes are decoded where they are valid.
fn scalar(raw: &[u8]) -> String {
    let raw = &raw[..raw.len().min(MAX_SCALAR)];
    let text = String::from_utf8_lossy(raw).into_owned();
    serde_json::from_str(&format!("\"{text}\"")).unwrap_or(text)
}

fn next_is_colon(bytes: &[u8], at: usize) -> bool {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b':')
}

fn is_number_byte(b: u8) -> bool {
    b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.' | b'e' | b'E')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_top_level_counts() {
        let found = scan(br#"{"a":{"version":"9"},"b":["runs"],"version":"1"}"#, true);
        assert_eq!(
            (found.version.as_deref(), found.has_runs),
            (Some("1"), false)
        );
        assert!(found.complete);
    }

    #[test]
    fn escapes_do_not_end_a_string() {
        let found = scan(br#"{"a\"":"\\","\u0076ersion":"2.1.0","runs":[]}"#, true);
        assert_eq!(
            (found.version.as_deref(), found.has_runs),
            (Some("2.1.0"), true)
        );
    }

    #[test]
    fn a_cut_or_a_mess_is_no_problem() {
        for text in [
            "{",
            "{\"",
            "{\"version",
            "{\"version\":",
            "{\"version\":\"\\",
            "}}}",
            "\\",
        ] {
            assert!(
                scan(text.as_bytes(), false)
                    .version
                    .is_none_or(|v| v.len() < 2),
                "{text}"
            );
        }
    }
}
