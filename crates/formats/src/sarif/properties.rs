//! What property bags say by convention: tags, `security-severity`, weaknesses, identifiers.

use super::model::{Properties, Text};
use crate::text::{Identifier, IdentifierKind, excerpt, find_identifiers};
use crate::{Level, Severity};

/// How much of a property bag is searched for identifiers, in characters.
const MAX_SEARCHED: usize = 16_384;

/// A property bag's meaning.
#[derive(Debug, Default)]
pub(super) struct Bag {
    pub score_tenths: Option<u8>,
    pub in_tags: Vec<Identifier>,
    pub in_values: Vec<Identifier>,
}

/// Reads a property bag; a bag of another shape says nothing.
pub(super) fn bag(raw: Option<&str>, max: usize) -> Bag {
    let Some(raw) = raw else {
        return Bag::default();
    };
    let properties: Properties<'_> = match serde_json::from_str(raw) {
        Ok(properties) => properties,
        Err(_) => {
            let accepts = |t: &str| serde_json::from_str::<Properties<'_>>(t).map(drop);
            let (kept, _) = super::tolerant::repair(raw, &accepts);
            return Bag {
                score_tenths: kept.and_then(|text| {
                    score(
                        serde_json::from_str::<Properties<'_>>(&text)
                            .ok()?
                            .security_severity,
                    )
                }),
                in_tags: Vec::new(),
                in_values: find_identifiers(&excerpt(raw, MAX_SEARCHED), max),
            };
        }
    };
    let tags = properties.tags.iter().flatten().map(Text::as_str).take(200);
    let tags = tags.collect::<Vec<_>>().join(" ");
    Bag {
        score_tenths: score(properties.security_severity),
        in_tags: find_identifiers(&excerpt(&tags, MAX_SEARCHED), max),
        in_values: find_identifiers(&excerpt(raw, MAX_SEARCHED), max),
    }
}

/// `security-severity`, 0.0 to 10.0, in tenths.
fn score(text: Option<Text<'_>>) -> Option<u8> {
    let value: f64 = text?.as_str().trim().parse().ok()?;
    // Rounding a number between 0 and 100 cannot leave u8.
    (0.0..=10.0)
        .contains(&value)
        .then(|| (value * 10.0).round() as u8)
}

/// Severity from score and level (standards/09 §9.1).
pub(super) fn severity(score_tenths: Option<u8>, level: Level) -> Severity {
    match (score_tenths, level) {
        (Some(90..), _) => Severity::Critical,
        (Some(70..), _) => Severity::High,
        (Some(40..), _) => Severity::Medium,
        (Some(1..), _) => Severity::Low,
        (Some(0), _) | (None, Level::None) => Severity::None,
        (None, Level::Error) => Severity::High,
        (None, Level::Warning) => Severity::Medium,
        (None, Level::Note) => Severity::Low,
    }
}

/// Whether an identifier names a vulnerability.
pub(super) fn names_vulnerability(identifier: &Identifier) -> bool {
    matches!(identifier.kind, IdentifierKind::Cve | IdentifierKind::Ghsa)
}

/// The one vulnerability among identifiers of equal standing: the only CVE, or without a CVE the
/// only GHSA. Several say that this is about more than one.
pub(super) fn sole<'i>(identifiers: impl IntoIterator<Item = &'i Identifier>) -> Option<String> {
    let mut all: Vec<_> = identifiers
        .into_iter()
        .filter(|i| names_vulnerability(i))
        .collect();
    all.sort();
    all.dedup();
    let cves = all.iter().filter(|i| i.kind == IdentifierKind::Cve).count();
    match (cves, all.len()) {
        (1, _) | (0, 1) => all.first().map(|i| i.text.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_taken_as_text_or_number() {
        let tenths = |raw: &str| bag(Some(raw), 8).score_tenths;
        assert_eq!(tenths(r#"{"security-severity":"9.8"}"#), Some(98));
        assert_eq!(tenths(r#"{"security-severity":7}"#), Some(70));
        assert_eq!(tenths(r#"{"security-severity":"11"}"#), None);
        assert_eq!(tenths(r#"{"security-severity":"NaN"}"#), None);
        assert_eq!(tenths(r#"{"security-severity":"5.0","tags":7}"#), Some(50));
        assert_eq!(tenths("[]"), None);
    }

    #[test]
    fn several_vulnerabilities_are_not_one() {
        let found = |text: &str| sole(&find_identifiers(text, 9));
        assert_eq!(
            found("CVE-2021-44228 GHSA-jfh8-c2jp-5v3q"),
            Some("CVE-2021-44228".into())
        );
        assert_eq!(
            found("GHSA-jfh8-c2jp-5v3q"),
            Some("GHSA-jfh8-c2jp-5v3q".into())
        );
        assert_eq!(found("CVE-2021-44228 CVE-2021-45046"), None);
        assert_eq!(found("CWE-79"), None);
    }
}
