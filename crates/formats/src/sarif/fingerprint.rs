//! Which result of a later run is the same problem (§3.27.16, §3.27.17, Appendix B).
//!
//! 1. `fingerprints`: rule, and each name's value at its greatest version.
//! 2. `partialFingerprints`: rule, path, logical location, and the values;
//!    `primaryLocationLineHash` alone where there is one, as GitHub does.
//! 3. Neither: rule, path, logical location and message. Line numbers are never part of it, and
//!    digits of the message are replaced by `#`, so text inserted above changes nothing.
//!
//! Tool and category are part of each. Equal ones in one document are told apart by their order.

use std::collections::{BTreeMap, HashMap};

use super::location::Place;
use super::model::Text;
use crate::FingerprintBasis;
use crate::hash::{hex_of_parts, of_parts};

/// How often each fingerprint was seen in this document.
pub(super) type Ordinals = HashMap<[u8; 32], u64>;

/// What a fingerprint is made of.
pub(super) struct Source<'s> {
    pub tool: &'s str,
    pub category: &'s str,
    pub rule: &'s str,
    pub place: &'s Place,
    pub message: &'s str,
    pub full: Option<&'s str>,
    pub partial: Option<&'s str>,
}

/// The fingerprint and what it was made of.
pub(super) fn fingerprint(
    source: &Source<'_>,
    ordinals: &mut Ordinals,
) -> (String, FingerprintBasis) {
    let full = named_values(source.full);
    let partial = named_values(source.partial);
    let (basis, values) = match (full.is_empty(), partial.is_empty()) {
        (false, _) => (FingerprintBasis::Full, full),
        (true, false) => (FingerprintBasis::Partial, partial),
        (true, true) => (FingerprintBasis::Fallback, BTreeMap::new()),
    };
    let label: &[u8] = match basis {
        FingerprintBasis::Full => b"vulnerary/occurrence/1/full",
        FingerprintBasis::Partial => b"vulnerary/occurrence/1/partial",
        FingerprintBasis::Fallback => b"vulnerary/occurrence/1/fallback",
    };
    let mut parts: Vec<&[u8]> = vec![
        label,
        source.tool.as_bytes(),
        source.category.as_bytes(),
        source.rule.as_bytes(),
    ];
    let message = without_digits(source.message);
    if basis != FingerprintBasis::Full {
        parts.push(source.place.path.as_deref().unwrap_or_default().as_bytes());
        parts.push(
            source
                .place
                .logical
                .as_deref()
                .unwrap_or_default()
                .as_bytes(),
        );
    }
    if basis == FingerprintBasis::Fallback {
        parts.push(message.as_bytes());
    }
    for (name, value) in &values {
        parts.push(name.as_bytes());
        parts.push(value.as_bytes());
    }
    let base = of_parts(&parts);
    let ordinal = ordinals.entry(base).or_insert(0);
    let text = match *ordinal {
        0 => hex::encode(base),
        n => hex_of_parts(&[b"vulnerary/occurrence/1/ordinal", &base, &n.to_be_bytes()]),
    };
    *ordinal += 1;
    (text, basis)
}

/// Names (without version) and values of a map of fingerprints, each at its greatest version.
/// A value that is an object is taken as it is written.
fn named_values(raw: Option<&str>) -> BTreeMap<String, String> {
    type Map<'a> = BTreeMap<Text<'a>, &'a serde_json::value::RawValue>;
    let Some(map) = raw.and_then(|raw| serde_json::from_str::<Map<'_>>(raw).ok()) else {
        return BTreeMap::new();
    };
    let mut greatest: BTreeMap<String, (u64, String)> = BTreeMap::new();
    for (name, value) in map.iter().take(100) {
        let text = serde_json::from_str::<Text<'_>>(value.get());
        let text = text.map_or_else(|_| value.get().to_owned(), |text| text.0.into_owned());
        if is_placeholder(&text) {
            continue;
        }
        let (name, version) = versioned(name.as_str());
        let known = greatest
            .entry(name.to_owned())
            .or_insert((version, String::new()));
        if known.1.is_empty() || version >= known.0 {
            *known = (version, text);
        }
    }
    if let Some((_, hash)) = greatest.remove("primaryLocationLineHash") {
        return BTreeMap::from([("primaryLocationLineHash".to_owned(), hash)]);
    }
    greatest
        .into_iter()
        .map(|(name, (_, text))| (name, text))
        .collect()
}

/// `contextRegionHash/v2` is `contextRegionHash` in version 2; without a version it is 0.
fn versioned(name: &str) -> (&str, u64) {
    let parsed = name
        .rsplit_once("/v")
        .and_then(|(name, v)| Some((name, v.parse().ok()?)));
    parsed.unwrap_or((name, 0))
}

/// Values that tell nothing apart: `requires login` is what semgrep writes for every result when
/// nobody is signed in; `{}` and `null` are empty.
fn is_placeholder(text: &str) -> bool {
    matches!(
        text.trim(),
        "" | "requires login" | "null" | "{}" | "[]" | "\"\""
    )
}

/// `text` with each run of digits as one `#`.
fn without_digits(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c.is_ascii_digit() {
            true if out.ends_with('#') => {}
            true => out.push('#'),
            false => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(full: Option<&str>, partial: Option<&str>, path: &str, message: &str) -> String {
        let place = Place {
            path: Some(path.into()),
            ..Place::default()
        };
        let source = Source {
            tool: "t",
            category: "",
            rule: "r",
            place: &place,
            message,
            full,
            partial,
        };
        fingerprint(&source, &mut Ordinals::new()).0
    }

    #[test]
    fn the_greatest_version_counts() {
        let old = of(Some(r#"{"h/v1":"a","h/v2":"b"}"#), None, "p", "m");
        assert_eq!(old, of(Some(r#"{"h/v2":"b"}"#), None, "q", "other"));
        assert_ne!(old, of(Some(r#"{"h/v2":"c"}"#), None, "p", "m"));
        assert_ne!(
            of(None, Some(r#"{"h/v10":"a","h/v9":"b"}"#), "p", ""),
            of(None, Some(r#"{"h/v9":"b"}"#), "p", "")
        );
    }

    #[test]
    fn partials_count_with_their_path_only() {
        let one = of(
            None,
            Some(r#"{"primaryLocationLineHash":"a:1","column":"4"}"#),
            "p",
            "m",
        );
        assert_eq!(
            one,
            of(
                None,
                Some(r#"{"primaryLocationLineHash":"a:1","column":"9"}"#),
                "p",
                "n"
            )
        );
        assert_ne!(
            one,
            of(None, Some(r#"{"primaryLocationLineHash":"a:1"}"#), "q", "m")
        );
    }

    #[test]
    fn a_placeholder_is_no_fingerprint() {
        let login = Some(r#"{"matchBasedId/v1":"requires login"}"#);
        assert_eq!(of(login, None, "p", "m"), of(None, None, "p", "m"));
        assert_ne!(of(login, None, "p", "m"), of(login, None, "q", "m"));
    }

    #[test]
    fn the_fallback_ignores_numbers_in_the_message() {
        assert_eq!(
            of(None, None, "p", "at line 12"),
            of(None, None, "p", "at line 345")
        );
        assert_ne!(
            of(None, None, "p", "at line 12"),
            of(None, None, "p", "on line 12")
        );
    }

    #[test]
    fn equals_are_told_apart_by_order() {
        let place = Place::default();
        let source = Source {
            tool: "t",
            category: "",
            rule: "r",
            place: &place,
            message: "m",
            full: None,
            partial: None,
        };
        let run = || {
            let mut seen = Ordinals::new();
            [
                fingerprint(&source, &mut seen).0,
                fingerprint(&source, &mut seen).0,
            ]
        };
        assert_ne!(run()[0], run()[1]);
        assert_eq!(run(), run());
    }
}
