//! What a posted form says, in the core's words. Claims stay claims; no optional field is a reason to refuse.

use crate::channels::form::{FormReport, YesNoUnknown};
use vulnerary_case::report::event::{Answer, Claims, ReporterKind};
use vulnerary_case::source::{ReporterRole, Source, SourceState};

/// What the fields of a form say.
#[derive(Clone, Debug, PartialEq)]
pub struct Understood {
    /// Claims; they move no flag.
    pub claims: Claims,
    /// Claimed role.
    pub role: Option<ReporterRole>,
    /// How they can be answered.
    pub kind: ReporterKind,
    /// A role was written that we do not know.
    pub odd_role: bool,
}

/// Reads a form.
pub fn understand(form: &FormReport) -> Understood {
    let answer = |name| form.answer(name).map(to_answer);
    let claims = Claims {
        danger_now: answer("danger_now"),
        harm: answer("harm"),
        public: answer("public"),
        exploited: answer("exploited"),
    };
    let written = form.text("role");
    let role = role_of(&written);
    let kind = if !form.text("on_behalf_of").trim().is_empty() {
        ReporterKind::Relayed
    } else if form.text("email").trim().is_empty() {
        ReporterKind::Anonymous
    } else {
        ReporterKind::Person
    };
    Understood {
        claims,
        role,
        kind,
        odd_role: role.is_none() && !written.trim().is_empty(),
    }
}

fn to_answer(answer: YesNoUnknown) -> Answer {
    match answer {
        YesNoUnknown::Yes => Answer::Yes,
        YesNoUnknown::No => Answer::No,
        YesNoUnknown::Unknown => Answer::Unknown,
    }
}

/// A role in any spelling: `Patient or caregiver`, `patient-or-caregiver`, `patient_or_caregiver`.
pub fn role_of(written: &str) -> Option<ReporterRole> {
    let word = written.trim().to_ascii_lowercase().replace([' ', '-'], "_");
    serde_json::from_value(serde_json::Value::String(word)).ok()
}

/// The source of a public report: the one the claimed role means; without a role it is assumed to be a researcher (f),
/// unless somebody is in danger or was harmed, which is what users see (d).
pub fn source_of(role: Option<ReporterRole>, claims: &Claims) -> (Source, SourceState) {
    match role {
        Some(role) if role != ReporterRole::PreferNotToSay => (role.source(), SourceState::Claimed),
        _ if claims.danger_now == Some(Answer::Yes) || claims.harm == Some(Answer::Yes) => {
            (Source::D, SourceState::Assumed)
        }
        _ => (Source::F, SourceState::Assumed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(fields: &[(&str, &str)]) -> FormReport {
        let fields = fields
            .iter()
            .map(|(n, v)| (n.as_bytes().to_vec(), v.as_bytes().to_vec()))
            .collect();
        FormReport {
            fields,
            ..FormReport::default()
        }
    }

    #[test]
    fn an_odd_answer_counts_as_unknown_and_an_odd_role_as_none() {
        let u = understand(&form(&[("harm", "maybe?"), ("role", "wizard")]));
        assert_eq!(u.claims.harm, Some(Answer::Unknown));
        assert_eq!((u.role, u.odd_role), (None, true));
        assert_eq!(u.kind, ReporterKind::Anonymous);
    }

    #[test]
    fn roles_are_read_in_any_spelling_and_an_address_makes_a_person() {
        let u = understand(&form(&[
            ("role", "Patient or caregiver"),
            ("email", "a@b.c"),
        ]));
        assert_eq!(u.role, Some(ReporterRole::PatientOrCaregiver));
        assert_eq!((u.kind, u.odd_role), (ReporterKind::Person, false));
        let relayed = understand(&form(&[("email", "a@b.c"), ("on_behalf_of", "Ward 4")]));
        assert_eq!(relayed.kind, ReporterKind::Relayed);
    }

    #[test]
    fn a_claimed_role_decides_and_silence_is_only_assumed() {
        let none = Claims::default();
        assert_eq!(
            source_of(Some(ReporterRole::Maintenance), &none),
            (Source::D, SourceState::Claimed)
        );
        assert_eq!(
            source_of(Some(ReporterRole::Supplier), &none),
            (Source::B, SourceState::Claimed)
        );
        assert_eq!(source_of(None, &none), (Source::F, SourceState::Assumed));
        assert_eq!(
            source_of(Some(ReporterRole::PreferNotToSay), &none),
            (Source::F, SourceState::Assumed)
        );
        let danger = Claims {
            danger_now: Some(Answer::Yes),
            ..none
        };
        assert_eq!(source_of(None, &danger), (Source::D, SourceState::Assumed));
    }
}
