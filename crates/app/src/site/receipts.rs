//! The receipt page.

use super::Site;
use crate::channels::form::Note;
use crate::intake::receive::Taken;
use crate::web::public::{FileLine, Proof, ReceiptPage, SiteFacts};
use crate::web::when::When;
use vulnerary_case::clocks::zone;
use vulnerary_store::CommitError;

/// The receipt page.
///
/// # Errors
/// [`CommitError`] where the record cannot be read.
pub async fn receipt_page(
    site: &Site,
    taken: &Taken,
    notes: Vec<Note>,
    facts: &SiteFacts,
) -> Result<ReceiptPage, CommitError> {
    let receipt = site.app().receipt(taken).await?;
    let org = site.app().store().org().await?;
    let receipt_json =
        serde_json::to_string(&receipt).map_err(|e| CommitError::Defect(e.to_string()))?;
    Ok(ReceiptPage {
        received_at: When::exact(taken.committed.at, &zone(&org.calendar)),
        words: taken.words.clone().unwrap_or_default(),
        acknowledge_by: facts.acknowledge_by.clone(),
        notes,
        files: receipt
            .files
            .iter()
            .map(|f| FileLine {
                name: f.name.clone(),
                bytes: f.bytes,
            })
            .collect(),
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
