//! SARIF 2.1.0 (OASIS Standard, 2020) into [`Run`]s and [`Occurrence`]s.
//!
//! [`read`] walks the document twice: once for its outline, where a file that is cut off, broken
//! or over a limit is refused before anything was handed out; once for its results, which are
//! handed to the caller one at a time. Results are never all in memory.
//!
//! A bad element never fails the document: the bad part is left out and named in
//! [`Summary::ignored`], the rest of the element is read.

mod error;
mod fingerprint;
mod location;
mod message;
mod model;
mod properties;
mod result;
mod rules;
mod structure;
mod tolerant;

use std::collections::HashMap;
use std::fmt;
use std::ops::ControlFlow;

pub use error::SarifError;

use crate::detect::SARIF_VERSION;
use crate::ignored::IgnoredList;
use crate::text;
use crate::{Disposition, Occurrence, Run};

/// The version of this reader, recorded with every list of occurrences: a fingerprint may only
/// change together with it.
pub const PARSER: &str = "vulnerary-sarif/1";

/// What is read of a document at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Length of the file.
    pub max_bytes: u64,
    /// Runs in a file.
    pub max_runs: usize,
    /// Results in a file, over all runs.
    pub max_results: usize,
    /// Rules in a run, over driver and extensions.
    pub max_rules: usize,
    /// Characters kept of a message.
    pub max_message: usize,
    /// Characters kept of any other text.
    pub max_text: usize,
    /// Identifiers kept of a result, and weaknesses as many.
    pub max_identifiers: usize,
    /// Ignored elements that are named; the rest is counted.
    pub max_ignored: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 512 << 20,
            max_runs: 1_000,
            max_results: 1_000_000,
            max_rules: 50_000,
            max_message: 2_000,
            max_text: 500,
            max_identifiers: 32,
            max_ignored: 100,
        }
    }
}

impl fmt::Display for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "SARIF: at most {} MB, {} runs, {} results and {} rules a run; messages are kept to {} \
             characters, other texts to {}; {} identifiers a result; {} ignored elements are named",
            self.max_bytes >> 20,
            self.max_runs,
            self.max_results,
            self.max_rules,
            self.max_message,
            self.max_text,
            self.max_identifiers,
            self.max_ignored
        )
    }
}

/// When a result with `suppressions` counts as suppressed (§3.27.23, §3.35.3: the standard gives
/// `status` no default, so what an absent status means is policy).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SuppressionPolicy {
    /// Suppressed when there is a suppression and none is `rejected` or `underReview`.
    #[default]
    AbsentIsAccepted,
    /// Suppressed only when a suppression is `accepted` and none is `rejected` or `underReview`.
    OnlyAccepted,
    /// Never: every suppression of a producer is ignored.
    Never,
}

/// How to read a document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    /// Limits.
    pub limits: Limits,
    /// What suppresses a result.
    pub suppression: SuppressionPolicy,
}

/// What a document held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The runs, also those without results.
    pub runs: Vec<Run>,
    /// Elements of `results`, over all runs.
    pub results: u64,
    /// Occurrences handed to the caller, by what they ask of us.
    pub findings: u64,
    /// Suppressed at the producer.
    pub suppressed: u64,
    /// Claiming no problem (kind pass, informational, notApplicable).
    pub no_problem: u64,
    /// Absent since the producer's baseline.
    pub absent: u64,
    /// Results that could not be read at all; each is in `ignored`.
    pub unreadable: u64,
    /// Everything left out, and why.
    pub ignored: IgnoredList,
    /// The caller ended the reading early.
    pub stopped: bool,
}

impl Summary {
    /// Whether no run has results: such a report is set aside as `no_results`.
    pub fn has_no_results(&self) -> bool {
        self.results == 0
    }
}

/// Reads a SARIF log and hands every result to `each`, in order, with its run.
///
/// Every result is handed over, also suppressed ones and those that claim no problem:
/// [`Occurrence::disposition`] tells them apart. `each` ends the reading with
/// [`ControlFlow::Break`].
///
/// # Errors
/// When the document as a whole cannot be read; then `each` was never called.
pub fn read(
    bytes: &[u8],
    options: &Options,
    mut each: impl FnMut(&Run, Occurrence) -> ControlFlow<()>,
) -> Result<Summary, SarifError> {
    let limits = &options.limits;
    if bytes.len() as u64 > limits.max_bytes {
        return Err(SarifError::TooLarge {
            bytes: bytes.len() as u64,
            max: limits.max_bytes,
        });
    }
    let mut ignored = IgnoredList::new(limits.max_ignored);
    let decoded = text::lossy(bytes);
    if let Some(note) = &decoded.note {
        ignored.push("encoding", note);
    }
    let (log, end) = structure::outline(&decoded.text, limits, &mut ignored)?;
    check_version(&log)?;
    check_rest(&decoded.text, end, &mut ignored)?;

    let mut summary = Summary {
        runs: Vec::with_capacity(log.runs.len()),
        results: log.total_results as u64,
        findings: 0,
        suppressed: 0,
        no_problem: 0,
        absent: 0,
        unreadable: 0,
        ignored,
        stopped: false,
    };
    let mut ordinals = HashMap::new();
    let mut index = 0;
    for parts in &log.runs {
        let context = rules::context(parts, limits, &mut summary.ignored)?;
        for (at, raw) in parts.results.iter().flatten().enumerate() {
            if summary.stopped {
                break;
            }
            let mut reader = result::Reader {
                context: &context,
                options,
                ordinals: &mut ordinals,
                ignored: &mut summary.ignored,
                path: format!("runs[{}].results[{at}]", parts.index),
                index,
            };
            index += 1;
            match reader.occurrence(raw.get()) {
                Some(occurrence) => {
                    *summary.counter(occurrence.disposition()) += 1;
                    summary.stopped = each(&context.run, occurrence).is_break();
                }
                None => summary.unreadable += 1,
            }
        }
        summary.runs.push(context.run);
    }
    Ok(summary)
}

impl Summary {
    fn counter(&mut self, disposition: Disposition) -> &mut u64 {
        match disposition {
            Disposition::Finding => &mut self.findings,
            Disposition::Suppressed => &mut self.suppressed,
            Disposition::NoProblem => &mut self.no_problem,
            Disposition::Absent => &mut self.absent,
        }
    }
}

/// The version must be the string `2.1.0` (§3.13.2).
fn check_version(log: &structure::Log<'_>) -> Result<(), SarifError> {
    if !log.has_runs {
        let why = "it has no list of runs".to_owned();
        return Err(SarifError::NotSarif { why });
    }
    let Some(version) = log.version else {
        let why = "it does not state a version".to_owned();
        return Err(SarifError::NotSarif { why });
    };
    let version: model::Text<'_> =
        serde_json::from_str(version.get()).map_err(|_| SarifError::NotSarif {
            why: "its version is not a string".to_owned(),
        })?;
    let stated = text::visible_line(version.as_str(), 100);
    if stated == SARIF_VERSION {
        return Ok(());
    }
    // "2.1.0-rtm.5" and the like are older than 2.1.0, "2.1" is not a version of SARIF.
    let older =
        stated.starts_with("1.") || stated.starts_with("2.0") || stated.starts_with("2.1.0-");
    Err(match older {
        true => SarifError::PreRelease { version: stated },
        false => SarifError::Unknown { version: stated },
    })
}

/// What follows the document: another document is refused, anything else is counted.
fn check_rest(text: &str, end: usize, ignored: &mut IgnoredList) -> Result<(), SarifError> {
    let rest = text.get(end..).unwrap_or_default();
    let trimmed = rest.trim_start();
    if trimmed.is_empty() {
        return Ok(());
    }
    let at = text.len() - trimmed.len();
    if trimmed.starts_with('{') || trimmed.starts_with('[') {
        return Err(SarifError::Concatenated { at });
    }
    let bytes = trimmed.len();
    ignored.push(
        format!("from byte {at}"),
        format!("{bytes} bytes follow the JSON document"),
    );
    Ok(())
}
