//! Receipts for reporters, and the list of keys that they are checked with.

use super::Site;
use crate::app::App;
use crate::channels::form::Note;
use crate::evidence::receipt;
use crate::intake::receive::Taken;
use crate::web::public::{FileLine, Proof, ReceiptPage, SiteFacts};
use crate::web::when::When;
use vulnerary_case::clocks::zone;
use vulnerary_case::id::ReportId;
use vulnerary_ledger::Hash;
use vulnerary_ledger::history::KeyHistory;
use vulnerary_ledger::receipt::Receipt;
use vulnerary_store::CommitError;

/// The receipt of what was just taken; for a retry, that of the first time.
///
/// # Errors
/// [`CommitError`] where the record cannot be read.
pub async fn of_taken(app: &App, taken: &Taken) -> Result<Receipt, CommitError> {
    match &taken.proof {
        Some(proof) => receipt::of_commit(
            app.store(),
            &taken.committed,
            proof.manifest.as_deref(),
            Hash(proof.sha256),
            proof.salt,
        ),
        None => of_report(app, taken.report).await,
    }
}

/// The receipt of a report from the record.
///
/// # Errors
/// [`CommitError`] where the record cannot be read, or the report's content was erased.
pub async fn of_report(app: &App, report: ReportId) -> Result<Receipt, CommitError> {
    receipt::of_report(app.store(), report).await
}

/// All keys of the log, for ever.
///
/// # Errors
/// [`CommitError`] where the record cannot be read.
pub async fn key_history(app: &App) -> Result<KeyHistory, CommitError> {
    receipt::key_history(app.store()).await
}

/// The receipt page.
///
/// # Errors
/// As [`of_taken`].
pub async fn receipt_page(
    site: &Site,
    taken: &Taken,
    notes: Vec<Note>,
    facts: &SiteFacts,
) -> Result<ReceiptPage, CommitError> {
    let receipt = of_taken(site.app(), taken).await?;
    let org = site.app().store().org().await?;
    let receipt_json = serde_json::to_string(&receipt).map_err(|e| CommitError::Defect(e.to_string()))?;
    Ok(ReceiptPage {
        received_at: When::exact(taken.committed.at, &zone(&org.calendar)),
        words: taken.words.clone().unwrap_or_default(),
        acknowledge_by: facts.acknowledge_by.clone(),
        notes,
        files: receipt.files.iter().map(|f| FileLine { name: f.name.clone(), bytes: f.bytes }).collect(),
        proof: Proof {
            sha256: receipt.sha256.clone(),
            leaf_index: receipt.leaf_index,
            log: receipt.log.clone(),
            checkpoint: receipt.checkpoint.clone(),
            key: receipt.key.clone(),
            policy_sha256: receipt.policy_sha256.clone(),
        },
        report: receipt.report,
        receipt_json,
    })
}
