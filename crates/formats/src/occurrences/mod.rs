//! The sealed list of occurrences: canonical JSON Lines from which the rows are rebuilt
//! (docs/decisions/0006-occurrence-list.md).
//!
//! The first line is the header, each further line one [`Occurrence`], sorted by fingerprint. Each
//! line is the compact JSON of its struct in declaration order and ends with a newline. There is
//! exactly one way to write a list, so its digest is the list's identity; [`read`] refuses any
//! other spelling. Fields are only ever added, as optional and left out when empty.

use serde::{Deserialize, Serialize};

use crate::{Occurrence, Run};

/// The version written.
pub const VERSION: u32 = 1;
/// The value of `format` in the header.
pub const FORMAT: &str = "vulnerary/occurrences";

/// The first line of a list: whose occurrences these are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// [`VERSION`].
    pub v: u32,
    /// [`FORMAT`].
    pub format: String,
    /// What read the document, e.g. [`crate::sarif::PARSER`].
    pub parser: String,
    /// Number of occurrences that follow.
    pub count: u64,
    /// The tool.
    pub tool: String,
    /// Its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_version: Option<String>,
    /// The run's position in its document.
    pub run: u64,
    /// The run's category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Repository, branch and commit that were scanned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    /// See `repository`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// See `repository`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
}

impl Header {
    /// The header for occurrences of `run` read by `parser`; [`write`] sets the count.
    pub fn of(run: &Run, parser: &str) -> Self {
        Self {
            v: VERSION,
            format: FORMAT.to_owned(),
            parser: parser.to_owned(),
            count: 0,
            tool: run.tool.to_string(),
            tool_version: run.version.clone(),
            run: run.index as u64,
            category: run.category.clone(),
            repository: run.repository.clone(),
            branch: run.branch.clone(),
            commit: run.commit.clone(),
        }
    }
}

/// Why a list could not be written or read. These lists are our own: any of these on reading
/// means that the stored bytes are damaged or were not written by this product.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// Not UTF-8, or the last line has no end.
    #[error(
        "The list of occurrences is not complete text: it was cut off or damaged. Restore it from a backup."
    )]
    NotText,
    /// A line that cannot be read.
    #[error(
        "Line {line} of the list of occurrences cannot be read ({why}): it was damaged. Restore it from a backup."
    )]
    BadLine {
        /// From 1.
        line: u64,
        /// The parser's words.
        why: String,
    },
    /// A version this program does not know.
    #[error(
        "The list of occurrences has version {v}, and this program knows {VERSION}: it was written by a newer one. Use that or a later one."
    )]
    Newer {
        /// As stated.
        v: u32,
    },
    /// The number of lines is not the header's.
    #[error(
        "The list of occurrences says {stated} and holds {found}: lines were lost or added. Restore it from a backup."
    )]
    Count {
        /// The header's.
        stated: u64,
        /// Lines found.
        found: u64,
    },
    /// Two occurrences with one fingerprint: both cannot be one row.
    #[error(
        "Two occurrences have the fingerprint {fingerprint}: a list holds each once. Nothing was written."
    )]
    Twice {
        /// The fingerprint.
        fingerprint: String,
    },
}

/// Writes a list; sorts `occurrences` by fingerprint and sets the header's count.
///
/// # Errors
/// [`ListError::Twice`] when a fingerprint is there twice.
pub fn write(header: &Header, occurrences: &mut [Occurrence]) -> Result<Vec<u8>, ListError> {
    occurrences.sort_by(|a, b| a.fingerprint.cmp(&b.fingerprint));
    if let Some(pair) = occurrences
        .windows(2)
        .find(|p| p[0].fingerprint == p[1].fingerprint)
    {
        return Err(ListError::Twice {
            fingerprint: pair[0].fingerprint.clone(),
        });
    }
    let header = Header {
        v: VERSION,
        format: FORMAT.to_owned(),
        count: occurrences.len() as u64,
        ..header.clone()
    };
    let mut out = Vec::with_capacity(256 + occurrences.len() * 400);
    line(&mut out, &header, 1)?;
    for (at, occurrence) in occurrences.iter().enumerate() {
        line(&mut out, occurrence, at as u64 + 2)?;
    }
    Ok(out)
}

fn line(out: &mut Vec<u8>, value: &impl Serialize, line: u64) -> Result<(), ListError> {
    serde_json::to_writer(&mut *out, value).map_err(|error| ListError::BadLine {
        line,
        why: error.to_string(),
    })?;
    out.push(b'\n');
    Ok(())
}

/// Reads a list and hands over each occurrence, in order of fingerprint.
///
/// # Errors
/// When the bytes are not exactly what [`write`] would have written. `each` may have been called
/// for lines before the bad one.
pub fn read(bytes: &[u8], mut each: impl FnMut(Occurrence)) -> Result<Header, ListError> {
    let text = std::str::from_utf8(bytes).map_err(|_| ListError::NotText)?;
    let text = text.strip_suffix('\n').ok_or(ListError::NotText)?;
    let mut lines = text.split('\n').zip(1u64..);
    let (first, _) = lines.next().ok_or(ListError::NotText)?;
    let header = header(first)?;
    let mut last = String::new();
    let mut found = 0;
    for (text, line) in lines {
        let occurrence: Occurrence = canonical(text, line)?;
        if found > 0 && occurrence.fingerprint <= last {
            let why = "not in order of fingerprint".to_owned();
            return Err(ListError::BadLine { line, why });
        }
        last.clone_from(&occurrence.fingerprint);
        found += 1;
        each(occurrence);
    }
    if found != header.count {
        return Err(ListError::Count {
            stated: header.count,
            found,
        });
    }
    Ok(header)
}

fn header(text: &str) -> Result<Header, ListError> {
    #[derive(Deserialize)]
    struct Version {
        v: u32,
    }
    // The version first: a newer header may have fields that this program does not know.
    let bad = |error: serde_json::Error| ListError::BadLine {
        line: 1,
        why: error.to_string(),
    };
    let version: Version = serde_json::from_str(text).map_err(bad)?;
    if version.v != VERSION {
        return Err(ListError::Newer { v: version.v });
    }
    let header: Header = canonical(text, 1)?;
    match header.format == FORMAT {
        true => Ok(header),
        false => Err(ListError::BadLine {
            line: 1,
            why: "not a list of occurrences".to_owned(),
        }),
    }
}

/// Reads a line and checks that writing it again gives the same bytes.
fn canonical<T: Serialize + for<'de> Deserialize<'de>>(
    text: &str,
    line: u64,
) -> Result<T, ListError> {
    let bad = |error: serde_json::Error| ListError::BadLine {
        line,
        why: error.to_string(),
    };
    let value: T = serde_json::from_str(text).map_err(bad)?;
    match serde_json::to_string(&value).map_err(bad)? == text {
        true => Ok(value),
        false => Err(ListError::BadLine {
            line,
            why: "not in canonical spelling".to_owned(),
        }),
    }
}
