//! What reading a machine's file gives, whatever its format.

use crate::tracking::act::{Acts, CommitError, JobError, VaultError};
use std::future::Future;
use std::ops::AddAssign;
use std::pin::Pin;
use vulnerary_case::id::ReportId;

/// Reads a report and places what it shows; called again, it goes on where it stopped.
pub type Reader = for<'a> fn(&'a Acts, ReportId, Progress<'a>) -> BeingRead<'a>;

/// A reader at work.
pub type BeingRead<'a> = Pin<Box<dyn Future<Output = Result<Reading, ReadError>> + Send + 'a>>;

/// What became of a report that was read.
#[derive(Debug, Default)]
pub struct Reading {
    /// Of all its runs.
    pub counts: Counts,
    /// Numbers of the cases that it opened, in the order of the report.
    pub opened: Vec<String>,
    /// Numbers of the cases that it was placed in.
    pub attached: Vec<String>,
    /// Set aside: (code, why).
    pub set_aside: Option<(&'static str, String)>,
    /// What was left out: (what, why).
    pub ignored: Vec<(String, String)>,
    /// It could not be read; it waits for a person.
    pub unreadable: Option<Unreadable>,
}

/// Told how many of how many findings are applied.
pub type Progress<'a> = &'a (dyn Fn(u64, u64) + Send + Sync);

/// What runs showed, as the record counts it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Places that were new.
    pub new: u64,
    /// Places known before.
    pub again: u64,
    /// Suppressed in the tool.
    pub suppressed: u64,
    /// In the tool's last run, not in this one.
    pub no_longer_reported: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.new += other.new;
        self.again += other.again;
        self.suppressed += other.suppressed;
        self.no_longer_reported += other.no_longer_reported;
    }
}

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

impl Unreadable {
    /// As the record tells it, when the file was read before.
    pub fn recorded(why: String) -> Self {
        let hint = "Look at the report on the desk: it waits for a person.".to_owned();
        Self {
            code: "unreadable",
            on_record: why.clone(),
            message: why,
            hint,
        }
    }
}
