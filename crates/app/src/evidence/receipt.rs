//! Receipts: made from the commit that took a report, or later from the record, with the same bytes.

use vulnerary_case::id::{ReportId, StreamId};
use vulnerary_ledger::commitment::Salt;
use vulnerary_ledger::note::SignedNote;
use vulnerary_ledger::receipt::{Receipt, ReceiptParts};
use vulnerary_ledger::{Hash, VerifierKey};
use vulnerary_store::vault::ObjectKind;
use vulnerary_store::{CommitError, Committed, Store};

fn defect(why: impl std::fmt::Display) -> CommitError {
    CommitError::Defect(why.to_string())
}

/// The receipt of a report that this commit took.
///
/// # Errors
/// [`CommitError::Defect`] where the parts do not fit, which would be ours.
pub fn of_commit(
    store: &Store,
    committed: &Committed,
    manifest: Option<&[u8]>,
    sha256: Hash,
    salt: [u8; 32],
) -> Result<Receipt, CommitError> {
    let first = committed.first().ok_or_else(|| defect("no event"))?;
    let proof = committed.inclusion(first.leaf_index).ok_or_else(|| defect("no proof"))?;
    let checkpoint = SignedNote::parse(&committed.checkpoint).map_err(defect)?;
    let key = store.key_of(&checkpoint).map_err(defect)?;
    Receipt::build(&ReceiptParts {
        manifest,
        sha256,
        salt: &Salt(salt),
        leaf: &first.leaf,
        leaf_index: first.leaf_index,
        inclusion_proof: &proof,
        checkpoint: &checkpoint,
        key: &key,
    })
    .map_err(defect)
}
