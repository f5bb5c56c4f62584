//! Backup and restore: one folder, the same for both engines (docs/decisions/0004-backup.md).
//!
//! [`Store::backup`] writes it beside a running server, up to the size the log has when it begins. [`restore()`] reads it into an
//! empty data directory or database and begins a new incarnation of the log.

pub mod folder;
mod load;
mod restore;
mod save;
pub(crate) mod statements;
mod successor;
mod table_out;

#[cfg(test)]
pub(crate) mod tests;

pub use folder::Manifest;
pub use restore::{Restored, read_manifest, restore};
pub use save::BackedUp;

use crate::error::{OpenError, StoreError};
use crate::vault::VaultError;
use std::path::Path;

/// A restore is under way in this data directory, or was interrupted.
pub(crate) const RESTORING: &str = "restoring";

/// Why a backup or a restore did not happen. Nothing of it counts then.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file or folder could not be read or written.
    #[error("{place} cannot be used: {why}")]
    File {
        /// Which.
        place: String,
        /// Why.
        why: String,
    },
    /// The folder is no backup, or was changed since.
    #[error("the backup is damaged: {place}: {why}. Nothing was restored; use another backup")]
    Damaged {
        /// Where in it.
        place: String,
        /// How it shows.
        why: String,
    },
    /// Written by a newer version of this software.
    #[error("the backup was written by a newer version (format {0}). Use that version")]
    Newer(u8),
    /// There is something where the restore should go.
    #[error("{0}")]
    NotEmpty(String),
    /// The database.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The master key, or a seal.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl From<StoreError> for BackupError {
    fn from(e: StoreError) -> Self {
        Self::Open(OpenError::Store(e))
    }
}

impl BackupError {
    pub(crate) fn file(place: &Path, why: &std::io::Error) -> Self {
        Self::File {
            place: place.display().to_string(),
            why: why.to_string(),
        }
    }

    pub(crate) fn damaged(place: impl Into<String>, why: impl Into<String>) -> Self {
        Self::Damaged {
            place: place.into(),
            why: why.into(),
        }
    }
}
