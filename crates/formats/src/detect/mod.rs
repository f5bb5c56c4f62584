//! What a file is, from its content alone: never from its name or from what a sender called it.
//!
//! The answer chooses a reader and a word for the desk; it is not a promise. A file that looks
//! like SARIF may still be refused by [`crate::sarif::read`], which then says why.

mod json_head;
mod table;

use std::borrow::Cow;

pub use table::DocumentKind;

/// How many bytes of a file are looked at, at most.
pub const LOOK_AHEAD: usize = 1 << 20;

/// The version of SARIF that is read (OASIS SARIF 2.1.0, §3.13.2).
pub const SARIF_VERSION: &str = "2.1.0";

/// What a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Format {
    /// SARIF 2.1.0: read with [`crate::sarif::read`].
    Sarif210,
    /// SARIF of another version, in practice an older one (1.0.0, 2.0.0, a beta of 2).
    SarifPreRelease {
        /// The version the file states, as it stands there (at most 100 characters).
        version: String,
    },
    /// Anything else: kept as a document, not read further.
    Document {
        /// What it seems to be.
        kind: DocumentKind,
    },
}

impl Format {
    /// A stable short name: `sarif-2.1.0`, `sarif-pre-release`, or [`DocumentKind::name`].
    pub fn name(&self) -> &'static str {
        match self {
            Format::Sarif210 => "sarif-2.1.0",
            Format::SarifPreRelease { .. } => "sarif-pre-release",
            Format::Document { kind } => kind.name(),
        }
    }
}

/// Says what `bytes` are. Looks at [`LOOK_AHEAD`] bytes at most, takes UTF-8 and UTF-16 byte
/// order marks, never fails.
pub fn detect(bytes: &[u8]) -> Format {
    let head = Head::new(bytes);
    let kind = table::kind(&head);
    if kind != DocumentKind::Json {
        return Format::Document { kind };
    }
    let keys = json_head::scan(head.text.as_bytes(), head.whole);
    sarif_format(&keys).unwrap_or(Format::Document { kind })
}

/// The beginning of a file, decoded where a byte order mark says how.
pub(crate) struct Head<'a> {
    /// The raw bytes, at most [`LOOK_AHEAD`].
    pub bytes: &'a [u8],
    /// The same without byte order mark and leading white space, as text.
    pub text: Cow<'a, str>,
    /// Whether this is the whole file.
    pub whole: bool,
    /// Whether `text` says what the bytes say: valid UTF-8 or marked UTF-16, without NUL.
    pub is_text: bool,
}

impl<'a> Head<'a> {
    fn new(all: &'a [u8]) -> Self {
        let bytes = &all[..all.len().min(LOOK_AHEAD)];
        let whole = bytes.len() == all.len();
        let (text, is_text) = decode(bytes, whole);
        let text = match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim_start()),
            Cow::Owned(text) => Cow::Owned(text.trim_start().to_owned()),
        };
        Self {
            bytes,
            text,
            whole,
            is_text,
        }
    }
}

/// Text of the head, and whether the bytes were text at all. A character cut in two by the
/// look-ahead does not count against it.
fn decode(bytes: &[u8], whole: bool) -> (Cow<'_, str>, bool) {
    if matches!(bytes, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]) {
        let text = crate::text::lossy(bytes).text;
        let is_text = !text.contains('\0') && !text.contains(char::REPLACEMENT_CHARACTER);
        return (text, is_text);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), !text.contains('\0')),
        Err(error) if !whole && error.error_len().is_none() => {
            let text = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            let is_text = !text.contains('\0');
            (text, is_text)
        }
        Err(_) => (String::from_utf8_lossy(bytes), false),
    }
}

/// SARIF is recognised by its own words at the top level: `runs` beside `version`, or a
/// `$schema` that names SARIF. Where `runs` fills the look-ahead before `version` comes, the
/// reader decides.
fn sarif_format(keys: &json_head::TopLevel) -> Option<Format> {
    let by_schema = keys
        .schema
        .as_deref()
        .is_some_and(|s| s.to_lowercase().contains("sarif"));
    let version = match keys.version.as_deref() {
        Some(version) => version,
        None if by_schema || (keys.has_runs && !keys.complete) => return Some(Format::Sarif210),
        None => return None,
    };
    if !by_schema && !keys.has_runs {
        return None;
    }
    if version == SARIF_VERSION {
        return Some(Format::Sarif210);
    }
    let looks_like_a_version = version.chars().next().is_some_and(|c| c.is_ascii_digit());
    (by_schema || looks_like_a_version).then(|| Format::SarifPreRelease {
        version: crate::text::visible_line(version, 100),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: impl AsRef<[u8]>, name: &str) {
        assert_eq!(detect(bytes.as_ref()).name(), name);
    }

    #[test]
    fn sarif_is_known_by_its_content() {
        check(r#"{"version":"2.1.0","runs":[]}"#, "sarif-2.1.0");
        check(
            "\u{feff} \n{\"runs\":[],\"version\":\"2.1.0\"}",
            "sarif-2.1.0",
        );
        check(
            r#"{"$schema":"https://json.schemastore.org/sarif-2.1.0.json"}"#,
            "sarif-2.1.0",
        );
        check(r#"{"version":"1.0.0","runs":[]}"#, "sarif-pre-release");
        check(
            r#"{"version":"2.0.0-csd.2.beta.2019-01-24","runs":[]}"#,
            "sarif-pre-release",
        );
        check(r#"{"version":2.1,"runs":[]}"#, "sarif-pre-release");
        check(r#"{"version":"2.1.0","runs":["#, "sarif-2.1.0");
    }

    #[test]
    fn utf16_sarif_is_sarif() {
        let mut bytes = vec![0xFF, 0xFE];
        let text = r#"{"version":"2.1.0","runs":[]}"#;
        bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        check(bytes, "sarif-2.1.0");
    }

    #[test]
    fn json_that_only_resembles_sarif_is_not() {
        check(r#"{"version":"2.1.0"}"#, "json");
        check(r#"{"runs":[]}"#, "json");
        check(r#"{"a":{"version":"2.1.0","runs":[]}}"#, "json");
        check(r#"{"version":"next","runs":3}"#, "json");
        check(r#"["version","2.1.0","runs"]"#, "json");
        check(
            r#"{"bomFormat":"CycloneDX","specVersion":"1.5","version":1}"#,
            "json",
        );
    }

    #[test]
    fn the_version_may_come_after_more_runs_than_are_looked_at() {
        let runs = format!("{{\"runs\":[\"{}\"]", "x".repeat(LOOK_AHEAD));
        check(format!("{runs},\"version\":\"2.1.0\"}}"), "sarif-2.1.0");
    }

    #[test]
    fn a_thousand_levels_are_no_problem() {
        check("[".repeat(100_000), "json");
        check(format!("{{\"a\":{}", "[".repeat(100_000)), "json");
    }

    #[test]
    fn a_hostile_version_is_made_visible() {
        let found = detect(b"{\"runs\":[],\"version\":\"1\xE2\x80\xAE0\"}");
        assert_eq!(
            found,
            Format::SarifPreRelease {
                version: "1⟨U+202E⟩0".into()
            }
        );
    }
}
