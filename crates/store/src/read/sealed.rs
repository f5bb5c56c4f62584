//! Sealed objects: their rows, and what is in them.

use crate::error::StoreError;
use crate::sql::{statements as q, value};
use crate::store::Store;
use crate::vault::{ObjectKind, SealedRow, VaultError};
use vulnerary_case::id::ObjectId;
use zeroize::Zeroizing;

impl Store {
    /// The row of a sealed object.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn sealed(&self, object: ObjectId) -> Result<Option<SealedRow>, StoreError> {
        self.read(move |c| {
            let rows = c.query_keys(&q::GET_SEALED, &[value::shown(object)])?;
            rows.first().map(sealed_row).transpose()
        })
        .await
    }

    /// The plaintext of a sealed object; `None` where there is no such object.
    ///
    /// # Errors
    /// [`StoreError`]; the inner error says that it was erased, is missing or was changed.
    pub async fn unseal(
        &self,
        object: ObjectId,
    ) -> Result<Option<Result<Zeroizing<Vec<u8>>, VaultError>>, StoreError> {
        let vault = self.vault().clone();
        self.read(move |c| {
            let rows = c.query_keys(&q::GET_SEALED, &[value::shown(object)])?;
            let row = rows.first().map(sealed_row).transpose()?;
            Ok(row.map(|row| vault.open(&row)))
        })
        .await
    }
}

/// Reads row `sealed`.
pub(crate) fn sealed_row(row: &crate::sql::Row) -> Result<SealedRow, StoreError> {
    let kind = row.text(1)?;
    Ok(SealedRow {
        object: ObjectId(row.parse(0)?),
        kind: ObjectKind::from_word(kind)
            .ok_or_else(|| StoreError::Corrupt(format!("a sealed object of kind {kind}")))?,
        length: row.count(2)?,
        sha256: row.text(3)?.to_owned(),
        commitment: row.text(4)?.to_owned(),
        salt: row.opt(5, crate::sql::Row::bytes32)?,
        wrapped: row.opt(6, |r, i| r.blob(i).map(<[u8]>::to_vec))?,
        master: row.opt_text(7)?,
        bytes: row.opt(8, |r, i| r.blob(i).map(<[u8]>::to_vec))?,
        place: row.opt_text(9)?,
        erased_at: row.opt(10, crate::sql::Row::instant)?,
    })
}
