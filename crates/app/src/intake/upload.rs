//! One file as one report, from a person at the command line or a machine at the door: what it is decides what follows.

use super::job::read_now;
use super::reading::{Progress, ReadError, Reading};
use super::receive::{Body, Incoming, IncomingFile, Shape, Taken, Then, receive};
use crate::tracking::act::{Acts, CommitError};
use std::fs::File;
use std::io::{Read, Seek};
use vulnerary_case::Event;
use vulnerary_case::actor::Actor;
use vulnerary_case::report::event::{Claims, ReportEvent, ReporterKind};
use vulnerary_case::source::{Channel, Source, SourceState};
use vulnerary_formats::detect::LOOK_AHEAD;
use vulnerary_formats::{Format, detect};

/// A file and what is known of it.
#[derive(Debug)]
pub struct Upload {
    /// Its name, raw: a claim.
    pub name: Vec<u8>,
    /// Its bytes.
    pub file: File,
    /// The clause's letter.
    pub source: Source,
    /// How sure.
    pub source_state: SourceState,
    /// The product, as somebody typed it; empty where nobody did.
    pub product: String,
    /// Who hands it over.
    pub actor: Actor,
    /// How it came.
    pub channel: Channel,
}

/// A file that is a report now.
#[derive(Debug)]
pub struct Kept {
    /// What was committed.
    pub taken: Taken,
    /// `VR-…`
    pub number: String,
    /// What the file is: `sarif-2.1.0`, `pdf` …
    pub format: &'static str,
    /// A machine's file: [`read`] it.
    pub reads: bool,
}

/// Why a file is no report.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// It cannot be read from the disk.
    #[error("The file cannot be read: {0}. It was not taken.")]
    File(#[from] std::io::Error),
    /// Nothing is in it.
    #[error("The file is empty: there is nothing to report. It was not taken.")]
    Empty,
    /// It could not be stored.
    #[error("The file was not taken: {0}")]
    Commit(#[from] CommitError),
}

/// Takes the file as a report; durable when this returns.
///
/// # Errors
/// [`UploadError`]: nothing was taken.
pub async fn keep(acts: &Acts, mut upload: Upload) -> Result<Kept, UploadError> {
    let format = what(&mut upload.file)?;
    let reads = matches!(format, Format::Sarif210 | Format::SarifPreRelease { .. });
    let incoming = incoming(acts, upload, reads).await?;
    let taken = receive(acts, incoming).await?;
    let number = taken.committed.events.iter().find_map(|e| match &e.event {
        Event::Report(ReportEvent::Received(received)) => Some(received.number.clone()),
        _ => None,
    });
    let number = number.ok_or_else(|| CommitError::Defect("a report without a number".into()))?;
    Ok(Kept {
        taken,
        number,
        format: format.name(),
        reads,
    })
}

/// Reads what was kept, where it is a machine's file. A document opened its own case when it was received.
///
/// # Errors
/// [`ReadError`]; the report is kept all the same, and the job is tried again.
pub async fn read(acts: &Acts, kept: &Kept, progress: Progress<'_>) -> Result<Reading, ReadError> {
    if kept.reads {
        return read_now(acts, kept.taken.report, progress).await;
    }
    let opened = kept
        .taken
        .committed
        .events
        .iter()
        .filter_map(|e| match &e.event {
            Event::Case(vulnerary_case::case::event::CaseEvent::Opened(opened)) => {
                Some(opened.number.clone())
            }
            _ => None,
        });
    Ok(Reading {
        opened: opened.collect(),
        ..Reading::default()
    })
}

/// What the file is, from its beginning.
fn what(file: &mut File) -> Result<Format, UploadError> {
    // One byte more than is looked at, so that a longer file is not taken for a whole one.
    let mut head = Vec::new();
    file.take(LOOK_AHEAD as u64 + 1).read_to_end(&mut head)?;
    file.rewind()?;
    if head.is_empty() {
        return Err(UploadError::Empty);
    }
    Ok(detect(&head))
}

async fn incoming(acts: &Acts, upload: Upload, reads: bool) -> Result<Incoming, CommitError> {
    let products = acts.store().products().await?;
    let fields = match upload.product.trim() {
        "" => vec![],
        typed => vec![(b"product".to_vec(), typed.as_bytes().to_vec())],
    };
    Ok(Incoming {
        actor: upload.actor,
        source: upload.source,
        source_state: upload.source_state,
        channel: upload.channel,
        kind: if reads {
            ReporterKind::Machine
        } else {
            ReporterKind::NoReturnPath
        },
        role: None,
        claims: Claims::default(),
        product: crate::inventory::named(&products, &upload.product),
        fields,
        files: vec![IncomingFile {
            name: upload.name,
            body: Body::File(upload.file),
        }],
        shape: Shape::OneFile,
        then: if reads { Then::Read } else { Then::OpenCase },
        idempotency_key: None,
    })
}
