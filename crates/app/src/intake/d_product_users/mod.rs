//! Source d: product users (IEC 81001-5-1 9.2 d): integrators, operators, administrators, maintenance personnel.
//!
//! They use the public form. The role they name is a claim that decides between d and f until a person confirms it.

use vulnerary_case::report::event::{Answer, Claims};
use vulnerary_case::source::{ReporterRole, SPECS, Source, SourceSpec, SourceState};

/// What the clause says of this source.
pub const SPEC: &SourceSpec = &SPECS[3];

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
