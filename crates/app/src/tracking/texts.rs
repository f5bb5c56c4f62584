//! Opening what was sealed: named texts and messages.

use super::act::Texts;
use vulnerary_case::object::ObjectRef;
use vulnerary_store::{Store, StoreError};

/// Shown where a text was erased on record.
pub const ERASED: &str = "(erased on record)";

/// The named texts of a sealed set; `None` where they were erased, or cannot be opened (which `verify` names).
///
/// # Errors
/// [`StoreError`] where the store cannot be read.
pub async fn texts(store: &Store, object: &ObjectRef) -> Result<Option<Texts>, StoreError> {
    let Some(bytes) = bytes(store, object).await? else {
        return Ok(None);
    };
    Ok(serde_json::from_slice(&bytes).ok())
}

/// The bytes of a sealed object; `None` where they were erased or cannot be opened.
///
/// # Errors
/// [`StoreError`] where the store cannot be read.
pub async fn bytes(store: &Store, object: &ObjectRef) -> Result<Option<Vec<u8>>, StoreError> {
    let opened = store.unseal(object.object).await?;
    Ok(opened.and_then(Result::ok).map(|bytes| bytes.to_vec()))
}

/// One text of a sealed set, or all of it where it is a plain text (a message).
///
/// # Errors
/// [`StoreError`] where the store cannot be read.
pub async fn one(store: &Store, object: &ObjectRef, field: &str) -> Result<String, StoreError> {
    let Some(bytes) = bytes(store, object).await? else {
        return Ok(ERASED.to_owned());
    };
    if let Ok(mut set) = serde_json::from_slice::<Texts>(&bytes) {
        return Ok(set.remove(field).unwrap_or_default());
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
