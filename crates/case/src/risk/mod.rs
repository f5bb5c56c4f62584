//! CVSS vectors as typed records. Scores are computed by the standard's own arithmetic, never typed.

use crate::refusal::Refusal;

/// A vector that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scored {
    /// As the standard writes it.
    pub vector: String,
    /// Score times ten, 0 to 100.
    pub score10: u8,
}

/// Reads a CVSS 3.0, 3.1 or 4.0 vector and computes its score.
///
/// # Errors
/// [`Refusal::Field`] that says what to write instead.
pub fn score(typed: &str) -> Result<Scored, Refusal> {
    let no = |why: &str| Refusal::Field {
        field: "Vector",
        why: why.to_owned(),
    };
    let typed = typed.trim();
    if typed.len() > 400 {
        return Err(no("a CVSS vector has at most 400 characters"));
    }
    if !typed.starts_with("CVSS:") {
        return Err(no(
            "begin with CVSS:3.1/ or CVSS:4.0/, for example CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        ));
    }
    let parsed: cvss::Cvss = typed.parse().map_err(|e| {
        no(&format!(
            "this vector could not be read ({e}); copy it from a CVSS calculator"
        ))
    })?;
    if let Some(metric) = missing_metric(&parsed, typed) {
        return Err(no(&format!(
            "the base metric {metric} is missing; copy the whole vector from a CVSS calculator"
        )));
    }
    let tenths = (parsed.score() * 10.0).round().clamp(0.0, 100.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to 0..=100"
    )]
    let score10 = tenths as u8;
    Ok(Scored {
        vector: parsed.to_string(),
        score10,
    })
}

/// The parser takes partial vectors, whose score would mean nothing: every base metric has to be there.
fn missing_metric(parsed: &cvss::Cvss, typed: &str) -> Option<&'static str> {
    let base: &[&str] = match parsed {
        cvss::Cvss::CvssV40(_) => &[
            "AV", "AC", "AT", "PR", "UI", "VC", "VI", "VA", "SC", "SI", "SA",
        ],
        _ => &["AV", "AC", "PR", "UI", "S", "C", "I", "A"],
    };
    let has = |m: &str| {
        typed
            .split('/')
            .any(|part| part.split_once(':').is_some_and(|(k, _)| k == m))
    };
    base.iter().find(|m| !has(m)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_the_standards() {
        for (vector, want) in [
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 98),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0),
            ("CVSS:3.0/AV:L/AC:H/PR:L/UI:R/S:U/C:L/I:N/A:N", 22),
            (
                "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
                93,
            ),
        ] {
            assert_eq!(score(vector).map(|s| s.score10), Ok(want), "{vector}");
        }
    }

    #[test]
    fn what_is_no_vector_is_refused_with_a_hint() {
        for text in [
            "",
            "9.8",
            "AV:N/AC:L",
            "CVSS:3.1/AV:N",
            "CVSS:9.9/AV:N/AC:L",
            &"CVSS:3.1/".repeat(100),
        ] {
            assert!(matches!(score(text), Err(Refusal::Field { .. })), "{text}");
        }
    }
}
