//! Why a report could not be read just now, and what the file itself refused.

use crate::tracking::act::{CommitError, JobError, VaultError};
use vulnerary_formats::sarif::SarifError;

/// Reading stopped. Nothing is lost: the same job goes on where it stopped.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The record.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// The bytes cannot be opened.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The report is not there, or has no file.
    #[error("{0}")]
    Nothing(&'static str),
    /// A defect of this software.
    #[error("a defect of this software stopped the reading: {0}")]
    Defect(String),
}

impl ReadError {
    /// Whether another try can help, and the sentence for the desk; without anybody's text.
    pub fn for_job(&self) -> JobError {
        match self {
            Self::Commit(CommitError::Busy | CommitError::Full | CommitError::Unavailable(_)) => {
                JobError::Retry(self.to_string())
            }
            Self::Vault(VaultError::Io(_)) => JobError::Retry(self.to_string()),
            _ => JobError::Fail(self.to_string()),
        }
    }
}

/// A file that cannot be read: for machines, for people, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// A stable code.
    pub code: &'static str,
    /// What happened, and what it means.
    pub message: String,
    /// What to do now.
    pub hint: String,
    /// The sentence for the record: without words of the file.
    pub on_record: String,
}

/// Where the sentences about what happened end and those about what to do begin.
const KEPT: &str = "It is kept as";

impl Unreadable {
    /// Of a whole document that was refused.
    pub fn of(why: &SarifError) -> Self {
        let (message, hint) = split(&why.to_string());
        Self { code: why.code(), message, hint, on_record: split(&without_words(why).to_string()).0 }
    }

    /// None of its results could be read.
    pub fn no_result_readable(results: u64) -> Self {
        let message = format!(
            "None of the file's {results} results could be read. It is kept as received, and none of its results are in a case."
        );
        let hint = "Read what was ignored and why, correct the export, and send it again.".to_owned();
        Self { code: "sarif_no_result_readable", on_record: message.clone(), message, hint }
    }

    /// As the record tells it, when the file was read before.
    pub fn recorded(why: String) -> Self {
        let hint = "Look at the report on the desk: it waits for a person.".to_owned();
        Self { code: "unreadable", on_record: why.clone(), message: why, hint }
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
            SarifError::NotJson { line, column, reason: "the parser's words are not recorded".into() }
        }
        other => other.clone(),
    }
}

fn split(text: &str) -> (String, String) {
    let after = text.find(KEPT).and_then(|at| Some(at + text.get(at..)?.find(". ")? + 1));
    match after.and_then(|at| text.split_at_checked(at)) {
        Some((message, hint)) => (message.to_owned(), hint.trim().to_owned()),
        None => (text.to_owned(), "Check the export of the tool that wrote it, and send it again.".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_what_to_do_and_the_record_holds_no_word_of_the_file() {
        let version = "2.0.0-PLANTED".to_owned();
        let u = Unreadable::of(&SarifError::PreRelease { version });
        assert!(u.message.contains("PLANTED") && u.message.ends_with('.'), "{}", u.message);
        assert!(u.hint.contains("2.1.0") && !u.hint.contains(KEPT), "{}", u.hint);
        assert!(!u.on_record.contains("PLANTED"), "{}", u.on_record);
        let reason = "invalid type: string PLANTED".to_owned();
        let u = Unreadable::of(&SarifError::NotJson { line: 3, column: 4, reason });
        assert!(u.on_record.contains("line 3") && !u.on_record.contains("PLANTED"), "{}", u.on_record);
    }

    #[test]
    fn every_refusal_has_a_hint() {
        let all = [
            SarifError::TooLarge { bytes: 2, max: 1 },
            SarifError::Truncated { line: 1, column: 2 },
            SarifError::Concatenated { at: 3 },
            SarifError::NotSarif { why: "it has no list of runs".into() },
            SarifError::Unknown { version: "3.0".into() },
            SarifError::TooMany { what: "results", max: 1 },
        ];
        for why in all {
            let u = Unreadable::of(&why);
            assert!(u.message.contains(KEPT) && u.hint.len() > 20 && !u.hint.contains(KEPT), "{u:?}");
        }
    }
}
