//! What can go wrong with sealed things, in words.

use vulnerary_case::id::ObjectId;

/// Why something could not be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The master key is not where it should be, and there are objects that need it.
    #[error(
        "the master key is missing at {place}, but this data was sealed with master key {needs}. Put the key back from the recovery sheet (one line, as printed), or start with --master-key-file"
    )]
    KeyMissing {
        /// Where it was looked for.
        place: String,
        /// Ids of the keys that the data name.
        needs: String,
    },
    /// The key file cannot be read or written.
    #[error("the master key at {place} cannot be used: {why}")]
    KeyFile {
        /// Where.
        place: String,
        /// Why.
        why: String,
    },
    /// A text that is no master key.
    #[error(
        "this is not a master key: {0}. Expected VMK1 and 14 groups of 4 characters, as on the recovery sheet"
    )]
    NotAKey(&'static str),
    /// Sealed under a master key that this process does not have.
    #[error(
        "sealed with master key {0}, which this process does not have. Add that key's line to the master key file"
    )]
    OtherKey(String),
    /// Erased on record: nobody can open it any more.
    #[error("object {0} was erased on record: nobody can read it any more")]
    Erased(ObjectId),
    /// Neither in the row nor among the files, and not erased on record.
    #[error(
        "object {0} is missing: its row names {1}, and nothing is there. Restore a backup that has it"
    )]
    Missing(ObjectId, String),
    /// The bytes are not what was sealed.
    #[error("{what} was changed after it was sealed: {why}")]
    Changed {
        /// Which.
        what: String,
        /// How it shows.
        why: &'static str,
    },
    /// More bytes than the caller allows.
    #[error("more than {0} bytes: nothing was stored")]
    TooLong(u64),
    /// A row names a file by a name that we never give.
    #[error("\"{0}\" is no name of a sealed file: the row that has it was changed")]
    NoPlace(String),
    /// Writing or reading a file failed.
    #[error("the object store cannot be used: {0}")]
    Io(String),
}

impl VaultError {
    /// Whether the disk is full.
    pub fn is_full(&self) -> bool {
        matches!(self, Self::Io(why) if why.contains("No space left") || why.contains("os error 28"))
    }
}

impl From<std::io::Error> for VaultError {
    fn from(e: std::io::Error) -> Self {
        Self::Io(e.to_string())
    }
}

impl From<object_store::Error> for VaultError {
    fn from(e: object_store::Error) -> Self {
        // The sources hold the operating system's reason; the outermost text alone does not.
        let (mut text, mut source) = (e.to_string(), std::error::Error::source(&e));
        while let Some(inner) = source {
            text = format!("{text}: {inner}");
            source = inner.source();
        }
        Self::Io(text)
    }
}
