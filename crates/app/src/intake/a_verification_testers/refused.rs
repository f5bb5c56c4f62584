//! What a file that was refused is told, and what of it goes on record.

use crate::intake::reading::Unreadable;
use vulnerary_formats::sarif::SarifError;

/// Where the sentences about what happened end and those about what to do begin.
const KEPT: &str = "It is kept as";

/// A whole document that was refused.
pub fn refused(why: &SarifError) -> Unreadable {
    let (message, hint) = split(&why.to_string());
    Unreadable {
        code: why.code(),
        message,
        hint,
        on_record: split(&without_words(why).to_string()).0,
    }
}

/// None of its results could be read.
pub fn no_result_readable(results: u64) -> Unreadable {
    let message = format!(
        "None of the file's {results} results could be read. It is kept as received, and none of its results are in a case."
    );
    let hint = "Read what was ignored and why, correct the export, and send it again.".to_owned();
    Unreadable {
        code: "sarif_no_result_readable",
        on_record: message.clone(),
        message,
        hint,
    }
}

/// The same refusal without what the file says of itself: an event holds nothing that a file wrote.
fn without_words(why: &SarifError) -> SarifError {
    let version = "(as the file states)".to_owned();
    match why {
        SarifError::PreRelease { .. } => SarifError::PreRelease { version },
        SarifError::Unknown { .. } => SarifError::Unknown { version },
        SarifError::NotJson { line, column, .. } => {
            let (line, column) = (*line, *column);
            SarifError::NotJson {
                line,
                column,
                reason: "the parser's words are not recorded".into(),
            }
        }
        other => other.clone(),
    }
}

fn split(text: &str) -> (String, String) {
    let after = text
        .find(KEPT)
        .and_then(|at| Some(at + text.get(at..)?.find(". ")? + 1));
    match after.and_then(|at| text.split_at_checked(at)) {
        Some((message, hint)) => (message.to_owned(), hint.trim().to_owned()),
        None => (
            text.to_owned(),
            "Check the export of the tool that wrote it, and send it again.".into(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_what_to_do_and_the_record_holds_no_word_of_the_file() {
        let version = "2.0.0-PLANTED".to_owned();
        let u = refused(&SarifError::PreRelease { version });
        assert!(
            u.message.contains("PLANTED") && u.message.ends_with('.'),
            "{}",
            u.message
        );
        assert!(
            u.hint.contains("2.1.0") && !u.hint.contains(KEPT),
            "{}",
            u.hint
        );
        assert!(!u.on_record.contains("PLANTED"), "{}", u.on_record);
        let reason = "invalid type: string PLANTED".to_owned();
        let u = refused(&SarifError::NotJson {
            line: 3,
            column: 4,
            reason,
        });
        assert!(
            u.on_record.contains("line 3") && !u.on_record.contains("PLANTED"),
            "{}",
            u.on_record
        );
    }

    #[test]
    fn every_refusal_has_a_hint() {
        let all = [
            SarifError::TooLarge { bytes: 2, max: 1 },
            SarifError::Truncated { line: 1, column: 2 },
            SarifError::Concatenated { at: 3 },
            SarifError::NotSarif {
                why: "it has no list of runs".into(),
            },
            SarifError::Unknown {
                version: "3.0".into(),
            },
            SarifError::TooMany {
                what: "results",
                max: 1,
            },
        ];
        for why in all {
            let u = refused(&why);
            assert!(
                u.message.contains(KEPT) && u.hint.len() > 20 && !u.hint.contains(KEPT),
                "{u:?}"
            );
        }
    }
}
