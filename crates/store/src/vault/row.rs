//! What a sealed object is: its kind, its row, and what sealing gives.

use jiff::Timestamp;
use vulnerary_case::id::ObjectId;
use vulnerary_case::object::ObjectRef;
use vulnerary_ledger::Hash;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal),+ $(,)?) => {
        /// What a sealed object is: part of its seal, so that one cannot stand in for another.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ObjectKind { $($(#[$doc])* $name),+ }
        impl ObjectKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$name),+];
            /// Its word in the row and in the seal; never changed.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }
            /// The kind of a word.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$name),)+ _ => None }
            }
        }
    };
}

kinds! {
    /// The manifest of a form's fields and files.
    Manifest = "manifest",
    /// The values of a form's fields, as received.
    Fields = "fields",
    /// A file, mail or standard input, as received.
    File = "file",
    /// A file's name and claimed type.
    FileName = "file_name",
    /// A message of a conversation.
    Message = "message",
    /// Rationales, titles, notes: a set of named texts of one act.
    Text = "text",
    /// Name and address of a person.
    Person = "person",
    /// The organisation's description.
    Organisation = "organisation",
    /// A run's tool, branch and commit.
    Run = "run",
    /// The canonical list of a run's occurrences.
    Occurrences = "occurrences",
    /// The list of an act of several parts.
    ActList = "act_list",
    /// A table of a backup that holds what people wrote; never in table `sealed`.
    BackupTable = "backup_table",
}

/// A row of table `sealed`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedRow {
    /// Which object.
    pub object: ObjectId,
    /// What it is.
    pub kind: ObjectKind,
    /// Plaintext bytes.
    pub length: u64,
    /// Lowercase hex SHA-256 of the sealed bytes.
    pub sha256: String,
    /// Lowercase hex commitment.
    pub commitment: String,
    /// Key of the commitment; `None` once erased.
    pub salt: Option<[u8; 32]>,
    /// The object's key under the master key; `None` once erased.
    pub wrapped: Option<Vec<u8>>,
    /// Which master key.
    pub master: Option<String>,
    /// The sealed bytes, where they are in the row.
    pub bytes: Option<Vec<u8>>,
    /// The file, where they are in one.
    pub place: Option<String>,
    /// When it was erased on record.
    pub erased_at: Option<Timestamp>,
}

impl SealedRow {
    /// How an event points at it.
    pub fn reference(&self) -> ObjectRef {
        ObjectRef {
            object: self.object,
            length: self.length,
            sha256: self.sha256.clone(),
            commitment: self.commitment.clone(),
        }
    }
}

/// What sealing gives.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// For the event.
    pub reference: ObjectRef,
    /// For table `sealed`, in the same transaction.
    pub row: SealedRow,
    /// SHA-256 of the plaintext: for receipts and manifests, stored nowhere.
    pub plain_sha256: Hash,
    /// The commitment's key: for the receipt.
    pub salt: [u8; 32],
}

/// What [`Vault::check`] found wrong with a sealed object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The bytes are not there, and it was not erased on record.
    Missing,
    /// SHA-256 of the sealed bytes differs from the row's.
    Digest,
    /// It does not open; why.
    Seal(String),
    /// It opens, and is not what was committed to.
    Commitment,
    /// It opens to another length.
    Length,
}
