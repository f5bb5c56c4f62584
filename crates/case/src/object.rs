//! How an event points at bytes that somebody wrote, without containing them (architecture §5).

use crate::id::ObjectId;
use serde::{Deserialize, Serialize};

/// A sealed object: whatever a person or a file wrote. Erasable, while the event that names it is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectRef {
    /// The object.
    pub object: ObjectId,
    /// Plaintext length in bytes.
    pub length: u64,
    /// Lowercase hex SHA-256 of the sealed bytes.
    pub sha256: String,
    /// Lowercase hex HMAC-SHA256(salt, sha256(plaintext)).
    pub commitment: String,
}
