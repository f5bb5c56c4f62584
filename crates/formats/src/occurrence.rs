//! Runs, rules and occurrences: what every machine-readable finding becomes, whatever its format.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// SARIF's level of a result (§3.27.10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Not a problem, or a kind to which levels do not apply.
    None,
    /// A minor problem.
    Note,
    /// The default.
    Warning,
    /// A serious problem.
    Error,
}

/// SARIF's kind of a result (§3.27.9); the default is `Fail`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// The rule was evaluated and the target passed.
    Pass,
    /// The tool could not decide.
    Open,
    /// No problem is claimed.
    Informational,
    /// The rule does not apply to the target.
    NotApplicable,
    /// A person must decide.
    Review,
    /// A problem.
    Fail,
}

/// SARIF's baseline state (§3.27.24), as the producer saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Baseline {
    /// Not in the baseline run.
    New,
    /// As in the baseline run.
    Unchanged,
    /// In the baseline run, but changed.
    Updated,
    /// Only in the baseline run: no longer reported.
    Absent,
}

/// How severe a tool says an occurrence is: `security-severity` where there is one (critical from
/// 9.0, high from 7.0, medium from 4.0, low above 0), else the level (standards/09, §9.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// No severity is claimed.
    None,
    /// Score 0.1 to 3.9, or level note.
    Low,
    /// Score 4.0 to 6.9, or level warning.
    Medium,
    /// Score 7.0 to 8.9, or level error.
    High,
    /// Score 9.0 to 10.0.
    Critical,
}

/// What an occurrence's fingerprint was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FingerprintBasis {
    /// The producer's `fingerprints`.
    Full,
    /// The producer's `partialFingerprints`.
    Partial,
    /// Rule, path, logical location and message, because the producer gave neither.
    Fallback,
}

/// What a result asks of us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Disposition {
    /// It claims a problem: it belongs in a case.
    Finding,
    /// It is suppressed at its producer: counted, not put in a case.
    Suppressed,
    /// It claims no problem (kind pass, informational or notApplicable).
    NoProblem,
    /// The producer says it is gone since the baseline: shown as no longer reported.
    Absent,
}

/// One place where a report says that a case shows (design/architecture.md, "occurrence").
///
/// Strings are limited in length but otherwise as the producer wrote them: hostile until shown
/// through [`crate::text::visible`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Occurrence {
    /// 64 lowercase hex digits: the same for the same problem in a later run of the same tool and
    /// category, unique within those in one document. See `sarif::fingerprint`.
    pub fingerprint: String,
    /// What the fingerprint was made of.
    pub basis: FingerprintBasis,
    /// Position of the result in its document, from 0, over all runs.
    pub index: u64,
    /// The rule's id; `(no rule)` where the producer named none.
    pub rule_id: Arc<str>,
    /// The rule's name or short description, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_name: Option<Arc<str>>,
    /// The level after all defaults.
    pub level: Level,
    /// The kind after all defaults.
    pub kind: Kind,
    /// The severity after all defaults.
    pub severity: Severity,
    /// `security-severity` in tenths (0 to 100), where the producer gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score_tenths: Option<u8>,
    /// The one vulnerability this is about (CVE or GHSA), where the result says so plainly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vulnerability: Option<String>,
    /// Every CVE and GHSA that the result or its rule names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<String>,
    /// Weaknesses: `CWE-79`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cwe: Vec<String>,
    /// The file, normalised: forward slashes, no `.` or `..`, relative where it can be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The address as resolved through `originalUriBaseIds`, where it differs. Never opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
    /// First line, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// Function, class or other logical place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logical: Option<String>,
    /// The message, placeholders filled in.
    pub message: String,
    /// Suppressed under the policy the document was read with.
    pub suppressed: bool,
    /// What the producer says about its baseline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Baseline>,
    /// How often the producer saw it (`occurrenceCount`), at least 1.
    pub count: u64,
}

impl Occurrence {
    /// What this result asks of us. A suppressed result without a problem claims no problem.
    pub fn disposition(&self) -> Disposition {
        match (self.kind, self.baseline, self.suppressed) {
            (_, Some(Baseline::Absent), _) => Disposition::Absent,
            (Kind::Pass | Kind::Informational | Kind::NotApplicable, _, _) => {
                Disposition::NoProblem
            }
            (_, _, true) => Disposition::Suppressed,
            _ => Disposition::Finding,
        }
    }
}

/// Whether a run has results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Results {
    /// `results` is absent or null: the scan did not run or did not finish (§3.14.23).
    NotRun,
    /// This many elements; 0 is a clean run.
    Listed(u64),
}

/// A rule (`reportingDescriptor`, §3.49) of the driver or an extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its id.
    pub id: Arc<str>,
    /// Name, or else short description, for a person.
    pub name: Option<Arc<str>>,
    /// Short (or else full) description.
    pub description: Option<String>,
    /// Where the producer explains it. Shown, never opened.
    pub help_uri: Option<String>,
    /// Earlier ids of the same rule.
    pub deprecated_ids: Vec<String>,
    /// Default level, if stated.
    pub level: Option<Level>,
    /// `security-severity` in tenths.
    pub score_tenths: Option<u8>,
    /// Weaknesses.
    pub cwe: Vec<String>,
    /// CVE and GHSA identifiers of id, name, tags and properties.
    pub identifiers: Vec<String>,
}

/// One run of one tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Position in the document, from 0.
    pub index: usize,
    /// `tool.driver.name`; `(unnamed tool)` where there is none.
    pub tool: Arc<str>,
    /// `semanticVersion` or else `version` of the driver.
    pub version: Option<String>,
    /// `automationDetails.id` without its last component: runs of one category are compared.
    pub category: Option<String>,
    /// `automationDetails.id`, whole.
    pub automation_id: Option<String>,
    /// `versionControlProvenance[0].repositoryUri`.
    pub repository: Option<String>,
    /// `versionControlProvenance[0].branch`.
    pub branch: Option<String>,
    /// `versionControlProvenance[0].revisionId`.
    pub commit: Option<String>,
    /// Whether it has results.
    pub results: Results,
    /// Whether the tool says it ran to the end (`invocations[].executionSuccessful`): a run that
    /// failed does not show that anything is gone.
    pub successful: Option<bool>,
    /// Rules of the driver, then of the extensions.
    pub rules: Vec<Rule>,
}
