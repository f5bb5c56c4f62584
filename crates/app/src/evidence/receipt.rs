//! Receipts: made from the commit that took a report, or later from the record.

use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use vulnerary_case::id::{ReportId, StreamId};
use vulnerary_case::report::state::ReportState;
use vulnerary_ledger::commitment::Salt;
use vulnerary_ledger::note::SignedNote;
use vulnerary_ledger::receipt::{Receipt, ReceiptParts};
use vulnerary_ledger::{Checkpoint, Hash, VerifierKey};
use vulnerary_store::vault::{ObjectKind, SealedRow, Vault};
use vulnerary_store::{CommitError, Committed, Store};

/// Makes receipts over a store. Cloning is cheap; the log's keys are read once.
#[derive(Clone)]
pub struct Receipts {
    store: Store,
    keys: Arc<Mutex<HashMap<String, VerifierKey>>>,
}

/// What opens the commitment of a report's first object.
pub struct Opening<'a> {
    /// The manifest; `None` where the report is one file.
    pub manifest: Option<&'a [u8]>,
    /// SHA-256 of the manifest, or of the file.
    pub sha256: Hash,
    /// The commitment's key.
    pub salt: [u8; 32],
}

fn defect(why: impl std::fmt::Display) -> CommitError {
    CommitError::Defect(why.to_string())
}

impl Receipts {
    /// Over a store.
    pub fn new(store: Store) -> Self {
        Self {
            store,
            keys: Arc::default(),
        }
    }

    /// The receipt of a report whose `Received` is the first event of this commit.
    ///
    /// # Errors
    /// [`CommitError`] where the record cannot be read, or the parts do not fit, which would be a defect.
    pub async fn of_commit(
        &self,
        committed: &Committed,
        opening: &Opening<'_>,
    ) -> Result<Receipt, CommitError> {
        let first = committed
            .first()
            .ok_or_else(|| defect("a receipt without an event"))?;
        let proof = self.store.proof_of(committed, first.leaf_index).await?;
        self.build(
            opening,
            &first.leaf,
            first.leaf_index,
            &proof,
            &committed.checkpoint,
        )
        .await
    }

    /// The receipt of a report whose commit is known, its content read back from the record: for a form sent twice.
    ///
    /// # Errors
    /// As [`Receipts::of_commit`]; also where the content was erased.
    pub async fn of_earlier(
        &self,
        committed: &Committed,
        report: ReportId,
    ) -> Result<Receipt, CommitError> {
        let (sha256, salt, manifest) = self.opening(report).await?;
        let opening = Opening {
            manifest: manifest.as_deref(),
            sha256,
            salt,
        };
        self.of_commit(committed, &opening).await
    }

    /// The receipt of a report under the newest checkpoint.
    ///
    /// # Errors
    /// As [`Receipts::of_earlier`].
    pub async fn of_report(&self, report: ReportId) -> Result<Receipt, CommitError> {
        let (sha256, salt, manifest) = self.opening(report).await?;
        let opening = Opening {
            manifest: manifest.as_deref(),
            sha256,
            salt,
        };
        let events = self.store.timeline(StreamId::Report(report), 0, 1).await?;
        let index = events
            .first()
            .map(|e| e.leaf_index)
            .ok_or_else(|| defect("a report without an event"))?;
        let leaf = self
            .store
            .leaf(index)
            .await?
            .ok_or_else(|| defect("a leaf is not there"))?;
        let (size, checkpoint) = self.store.checkpoint().await?;
        let proof = self
            .store
            .inclusion_proof(index, size)
            .await?
            .ok_or_else(|| defect("no proof"))?;
        self.build(&opening, &leaf, index, &proof, &checkpoint)
            .await
    }

    async fn build(
        &self,
        opening: &Opening<'_>,
        leaf: &[u8],
        leaf_index: u64,
        proof: &[Hash],
        checkpoint: &str,
    ) -> Result<Receipt, CommitError> {
        let checkpoint = SignedNote::parse(checkpoint).map_err(defect)?;
        let key = self.key_of(&checkpoint).await?;
        let parts = ReceiptParts {
            manifest: opening.manifest,
            sha256: opening.sha256,
            salt: &Salt(opening.salt),
            leaf,
            leaf_index,
            inclusion_proof: proof,
            checkpoint: &checkpoint,
            key: &key,
        };
        Receipt::build(&parts).map_err(defect)
    }

    /// The key of a checkpoint's first signature, which is the one in use when it was signed.
    async fn key_of(&self, checkpoint: &SignedNote) -> Result<VerifierKey, CommitError> {
        let origin = Checkpoint::parse_text(&checkpoint.text)
            .map_err(defect)?
            .origin
            .to_string();
        let signed_by = |key: &VerifierKey| {
            checkpoint
                .signatures
                .first()
                .is_some_and(|s| s.key_id == key.id())
        };
        {
            let kept = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(key) = kept.get(&origin).filter(|k| signed_by(k)) {
                return Ok(key.clone());
            }
        }
        for known in self.store.log_keys().await? {
            let key: VerifierKey = known.vkey.parse().map_err(defect)?;
            if known.origin == origin && signed_by(&key) {
                let mut kept = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
                kept.insert(origin, key.clone());
                return Ok(key);
            }
        }
        Err(defect("a checkpoint of a key that the store does not have"))
    }

    /// What opens the commitment of a report's first object, read back.
    async fn opening(
        &self,
        report: ReportId,
    ) -> Result<(Hash, [u8; 32], Option<Vec<u8>>), CommitError> {
        let state: ReportState = self
            .store
            .report(report)
            .await?
            .ok_or_else(|| defect("no such report"))?;
        let first = state
            .objects
            .first()
            .ok_or_else(|| defect("a report without an object"))?;
        let row = self
            .store
            .sealed(first.object)
            .await?
            .ok_or_else(|| defect("a sealed object is not there"))?;
        let Some(salt) = row.salt else {
            return Err(CommitError::Unavailable(
                "its content was erased, so that a receipt cannot be made any more".into(),
            ));
        };
        let vault = self.store.vault().clone();
        let (sha256, manifest) = tokio::task::spawn_blocking(move || read_back(&vault, &row))
            .await
            .map_err(defect)??;
        Ok((sha256, salt, manifest))
    }
}

fn read_back(vault: &Vault, row: &SealedRow) -> Result<(Hash, Option<Vec<u8>>), CommitError> {
    if row.kind == ObjectKind::Manifest {
        let bytes = vault.open(row).map_err(defect)?.to_vec();
        return Ok((Hash::of(&bytes), Some(bytes)));
    }
    let mut hasher = Hashing(Sha256::new());
    vault.open_to(row, &mut hasher).map_err(defect)?;
    Ok((Hash(hasher.0.finalize().into()), None))
}

struct Hashing(Sha256);

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
