//! What can go wrong with a store, in words.

use vulnerary_case::Refusal;

/// Reading or writing failed for a reason that is not the caller's.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The engine cannot be reached, or is too busy. Answer 503 and try again.
    #[error("the database cannot be used just now: {0}")]
    Unavailable(String),
    /// The lock was not to be had in time. Answer 503, never retry inside.
    #[error("the database is busy: {0}")]
    Busy(String),
    /// The disk is full.
    #[error(
        "the disk is full: nothing was stored. Free some space; the writer tries again each second"
    )]
    Full,
    /// What is stored is not what this software wrote. Stop writing and say so.
    #[error(
        "the record is damaged, or was written by a newer version: {0}. Nothing is written until `vulnerary verify` says what it is"
    )]
    Corrupt(String),
}

/// Why an act was not applied.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CommitError {
    /// The core said no; nothing was written.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Too many acts wait, or the head lock was not to be had within five seconds.
    #[error("the store is busy: nothing was stored. Try again in a moment")]
    Busy,
    /// The disk is full.
    #[error("the disk is full: nothing was stored")]
    Full,
    /// The engine failed. The act may be sent again with the same id: it is applied at most once.
    #[error("the store cannot be used just now: {0}")]
    Unavailable(String),
    /// The record is damaged; writing has stopped.
    #[error("the record is damaged: {0}")]
    Corrupt(String),
    /// A defect of this software (a decision panicked). Only this act failed.
    #[error("a defect of this software stopped this: {0}. Nothing was stored; please report it")]
    Defect(String),
}

impl From<StoreError> for CommitError {
    fn from(e: StoreError) -> Self {
        match e {
            StoreError::Unavailable(why) => Self::Unavailable(why),
            StoreError::Busy(_) => Self::Busy,
            StoreError::Full => Self::Full,
            StoreError::Corrupt(why) => Self::Corrupt(why),
        }
    }
}

/// Why a store did not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The data directory cannot be made or used.
    #[error(
        "the data directory {place} cannot be used: {why}. Choose another with --data, or change who may write there"
    )]
    Data {
        /// Where.
        place: String,
        /// Why.
        why: String,
    },
    /// A restore into it was interrupted.
    #[error(
        "a restore into {0} was interrupted: nothing of it counts. Run the same `vulnerary restore` again, or empty the directory"
    )]
    Restoring(String),
    /// The database address is not one.
    #[error("the database address is not understood: {0}. Write postgres://user@host/name")]
    Address(String),
    /// Written by a newer version.
    #[error(
        "this data was written by a newer version of Vulnerary (it needs reader {needs}, this is {have}). Use that version"
    )]
    Newer {
        /// What the data need.
        needs: i64,
        /// What we are.
        have: i64,
    },
    /// A migration that was applied is not the one we know.
    #[error(
        "migration {0} in the database is not the one this version knows: it was changed, or the data are of another product"
    )]
    Migration(String),
    /// The master key.
    #[error("{0}")]
    Key(String),
    /// Anything the engine said.
    #[error(transparent)]
    Store(#[from] StoreError),
}
