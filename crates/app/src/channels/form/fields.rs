//! What the public form's fields are called and what is expected of each; whatever differs is taken with a note.

use super::FormReport;

/// The fields of `POST /report` (docs/interfaces.md), without `files` and `idempotency_key`.
pub const FORM_FIELDS: [&str; 25] = [
    "description",
    "product",
    "version",
    "udi",
    "serial",
    "site",
    "impact",
    "found_how",
    "found_when",
    "exploited_evidence",
    "danger_now",
    "harm",
    "public",
    "exploited",
    "share_contact",
    "disclosure_plan",
    "reported_elsewhere",
    "tracking_ids",
    "own_reference",
    "role",
    "on_behalf_of",
    "name",
    "email",
    "pgp_key",
    "credit",
];

/// The fields whose answer is yes, no or unknown.
const YES_NO: [&str; 5] = ["danger_now", "harm", "public", "exploited", "share_contact"];

/// The shortest idempotency key that counts: 128 bits in base64 are 22 characters; a shorter one might be guessed.
const KEY_LENGTH: usize = 22;
/// The longest one that is kept.
const KEY_LONGEST: usize = 256;

/// Something that was taken although it was not as expected. `field` is the name as shown to people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// The form does not know this field; it was kept with the report.
    UnknownField(String),
    /// Sent more than once: all are kept, the first one counts.
    Repeated(String),
    /// Not UTF-8: the bytes are kept, what we show has gaps.
    NotUtf8(String),
    /// Neither yes, no nor unknown: read as unknown.
    NotYesNo(String),
    /// Does not look like an e-mail address: kept, but we may not be able to write to it.
    OddEmail,
    /// The idempotency key was too short or too long and was ignored: sending again would be another report.
    KeyIgnored,
    /// The form ended before its closing line; what came is kept.
    EndedEarly,
}

/// An answer of a yes-no-unknown field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum YesNoUnknown {
    /// yes
    Yes,
    /// no
    No,
    /// unknown, or anything else
    Unknown,
}

impl YesNoUnknown {
    /// Reads an answer, ignoring case and spaces; `None` where it is none of the three.
    pub fn read(value: &[u8]) -> Option<Self> {
        match value.trim_ascii().to_ascii_lowercase().as_slice() {
            b"yes" => Some(Self::Yes),
            b"no" => Some(Self::No),
            b"unknown" => Some(Self::Unknown),
            _ => None,
        }
    }
}

impl FormReport {
    /// The answer to a yes-no-unknown field; `None` where it was not answered.
    pub fn answer(&self, name: &str) -> Option<YesNoUnknown> {
        let value = self.raw(name).filter(|v| !v.trim_ascii().is_empty())?;
        Some(YesNoUnknown::read(value).unwrap_or(YesNoUnknown::Unknown))
    }
}

/// Takes the idempotency key out of the fields and notes whatever is not as expected. Called once, after reading.
pub(super) fn settle(report: &mut FormReport) {
    take_key(report);
    let mut notes = Vec::new();
    let mut seen: Vec<&[u8]> = Vec::new();
    for (name, value) in &report.fields {
        let shown = String::from_utf8_lossy(name).into_owned();
        let known = shown == "language" || FORM_FIELDS.contains(&shown.as_str());
        if !known {
            notes.push(Note::UnknownField(shown.clone()));
        } else if seen.contains(&name.as_slice()) {
            notes.push(Note::Repeated(shown.clone()));
        }
        seen.push(name);
        if std::str::from_utf8(value).is_err() {
            notes.push(Note::NotUtf8(shown.clone()));
        }
        let blank = value.trim_ascii().is_empty();
        if !blank && YES_NO.contains(&shown.as_str()) && YesNoUnknown::read(value).is_none() {
            notes.push(Note::NotYesNo(shown.clone()));
        }
        if !blank && shown == "email" && !looks_like_email(value) {
            notes.push(Note::OddEmail);
        }
    }
    report.notes.extend(notes);
}

fn take_key(report: &mut FormReport) {
    let mut key = None;
    report.fields.retain(|(name, value)| {
        let is_key = name == b"idempotency_key";
        if is_key && key.is_none() {
            key = Some(value.clone());
        }
        !is_key
    });
    let Some(key) = key.filter(|k| !k.is_empty()) else {
        return;
    };
    match String::from_utf8(key) {
        Ok(key) if (KEY_LENGTH..=KEY_LONGEST).contains(&key.chars().count()) => {
            report.idempotency_key = Some(key)
        }
        _ => report.notes.push(Note::KeyIgnored),
    }
}

/// Something before and after one `@`, without spaces: enough to warn by, never to refuse by.
fn looks_like_email(value: &[u8]) -> bool {
    let value = value.trim_ascii();
    let Some(at) = value.iter().rposition(|b| *b == b'@') else {
        return false;
    };
    at > 0 && at + 1 < value.len() && !value.iter().any(u8::is_ascii_whitespace)
}

#[cfg(test)]
mod tests {
    use super::super::{
        FormLimits,
        tests::{URLENCODED, try_read},
    };
    use super::*;

    #[tokio::test]
    async fn optional_fields_are_taken_with_a_note() {
        for (body, expect) in [
            (
                "danger_now=yes&harm=No+&public=unknown&exploited=&email=a%40b.example&language=de",
                vec![],
            ),
            (
                "danger_now=perhaps",
                vec![Note::NotYesNo("danger_now".into())],
            ),
            ("email=nobody", vec![Note::OddEmail]),
            ("email=a+b%40c", vec![Note::OddEmail]),
            ("idempotency_key=short", vec![Note::KeyIgnored]),
            ("idempotency_key=", vec![]),
            ("colour=red", vec![Note::UnknownField("colour".into())]),
        ] {
            let form = try_read(URLENCODED, body.as_bytes(), 100, &FormLimits::default())
                .await
                .unwrap();
            assert_eq!(form.notes, expect, "{body}");
            assert!(form.raw("idempotency_key").is_none() && form.idempotency_key.is_none());
        }
        let form = try_read(
            URLENCODED,
            b"harm=perhaps&public=YES",
            100,
            &FormLimits::default(),
        )
        .await
        .unwrap();
        assert_eq!(
            (
                form.answer("harm"),
                form.answer("public"),
                form.answer("exploited")
            ),
            (Some(YesNoUnknown::Unknown), Some(YesNoUnknown::Yes), None)
        );
    }
}
