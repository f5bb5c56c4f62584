//! Why a SARIF file could not be read: what happened, what it means, what to do.

/// A refusal of a whole document. Each text says what to do; single bad elements never come
/// here, they are counted in the summary.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SarifError {
    /// Larger than the limit.
    #[error(
        "The file has {bytes} bytes; at most {max} are read. It is kept as received, but its results are not in any case. Split it into several files, or raise the limit."
    )]
    TooLarge {
        /// Length of the file.
        bytes: u64,
        /// The limit.
        max: u64,
    },
    /// The JSON ends too early.
    #[error(
        "The file ends in the middle of its JSON (line {line}, column {column}): it was probably cut off. It is kept as received, but none of its results were taken, because the missing part cannot be told from a clean result. Export it again and send the whole file."
    )]
    Truncated {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// Not valid JSON.
    #[error(
        "The file is not valid JSON at line {line}, column {column} ({reason}). It is kept as received, but none of its results were taken. Export it again, or correct that place and send it again."
    )]
    NotJson {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// The parser's words.
        reason: String,
    },
    /// Several JSON documents in one file.
    #[error(
        "The file holds more than one JSON document; another begins at byte {at}. It is kept as received, but none of its results were taken, so that none of them are lost unseen. Send each document as its own file."
    )]
    Concatenated {
        /// Offset of the second document in the text.
        at: usize,
    },
    /// JSON, but not a SARIF log.
    #[error(
        "The file is JSON but not a SARIF log: {why}. It is kept as a document. If it should be SARIF, check the export of the tool that wrote it."
    )]
    NotSarif {
        /// What is missing.
        why: String,
    },
    /// An older SARIF.
    #[error(
        "The file is SARIF version {version}, from before the standard 2.1.0. It is kept as received, but none of its results were taken. Upgrade it with Microsoft's sarif-multitool (`dotnet tool install --global Sarif.Multitool`, then `sarif transform OLD.sarif --sarif-output-version Current --output NEW.sarif`) or let the tool write SARIF 2.1.0, and send it again."
    )]
    PreRelease {
        /// The version as stated.
        version: String,
    },
    /// A SARIF that did not exist when this was written.
    #[error(
        "The file is SARIF version {version}; 2.1.0 is what is read. It is kept as received, but none of its results were taken. Let the tool write SARIF 2.1.0, and send it again."
    )]
    Unknown {
        /// The version as stated.
        version: String,
    },
    /// Over a limit of number.
    #[error(
        "The file has more than {max} {what}. It is kept as received, but none of its results were taken, because a part of them would look like the whole. Split it into several files, or raise the limit."
    )]
    TooMany {
        /// Of what.
        what: &'static str,
        /// The limit.
        max: usize,
    },
}

impl SarifError {
    /// A stable code for machines.
    pub fn code(&self) -> &'static str {
        match self {
            SarifError::TooLarge { .. } => "sarif_too_large",
            SarifError::Truncated { .. } => "sarif_truncated",
            SarifError::NotJson { .. } => "sarif_not_json",
            SarifError::Concatenated { .. } => "sarif_concatenated",
            SarifError::NotSarif { .. } => "not_sarif",
            SarifError::PreRelease { .. } => "sarif_pre_release",
            SarifError::Unknown { .. } => "sarif_unknown_version",
            SarifError::TooMany { .. } => "sarif_too_many",
        }
    }
}

impl From<serde_json::Error> for SarifError {
    fn from(error: serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        if error.is_eof() {
            return SarifError::Truncated { line, column };
        }
        let reason = crate::text::visible_line(&error.to_string(), 200);
        SarifError::NotJson {
            line,
            column,
            reason,
        }
    }
}
