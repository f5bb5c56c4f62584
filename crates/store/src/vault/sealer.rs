//! Sealing a stream: small things end in the row, large ones in a file that is durable before the row can be written.

use super::error::VaultError;
use super::format::{self, Writer};
use super::master::MasterKey;
use super::objects::{Objects, Upload};
use super::wrap::wrap_key;
use super::{ObjectKind, ROW_LIMIT, Sealed, SealedRow};
use crate::outside::Outside;
use std::sync::Arc;
use vulnerary_case::id::ObjectId;
use vulnerary_ledger::Hash;
use vulnerary_ledger::commitment::{Salt, commitment};
use zeroize::Zeroizing;

/// Sealed bytes are handed to the file in pieces of about this size.
const PIECE: usize = 8 * format::CHUNK;

/// A seal in the making. Dropped before [`Sealer::finish`], it leaves nothing.
pub struct Sealer {
    object: ObjectId,
    kind: ObjectKind,
    limit: u64,
    writer: Writer,
    out: Vec<u8>,
    file: Option<(String, Upload)>,
    wrapped: Vec<u8>,
    master: String,
    salt: [u8; 32],
    objects: Objects,
    outside: Arc<dyn Outside>,
}

impl Sealer {
    /// Draws, in this order: key, nonce, salt, and the nonce of the wrapped key.
    pub(super) fn new(
        object: ObjectId,
        kind: ObjectKind,
        limit: u64,
        master: &MasterKey,
        objects: Objects,
        outside: Arc<dyn Outside>,
    ) -> Result<Self, VaultError> {
        let (mut key, mut nonce, mut salt) =
            (Zeroizing::new([0u8; 32]), [0u8; format::NONCE], [0u8; 32]);
        outside.fill(key.as_mut());
        outside.fill(&mut nonce);
        outside.fill(&mut salt);
        let wrapped = wrap_key(master, object.0.as_bytes(), &key, outside.as_ref())?;
        let mut out = Vec::with_capacity(format::sealed_length(limit.min(ROW_LIMIT)) as usize);
        let writer = Writer::new(
            &key,
            &nonce,
            format::aad(object, kind.word()),
            limit,
            &mut out,
        );
        let master = master.id().to_owned();
        Ok(Self {
            object,
            kind,
            limit,
            writer,
            out,
            file: None,
            wrapped,
            master,
            salt,
            objects,
            outside,
        })
    }

    /// Takes more plaintext.
    ///
    /// # Errors
    /// [`VaultError::TooLong`] over the limit, [`VaultError::Io`].
    pub fn push(&mut self, plaintext: &[u8]) -> Result<(), VaultError> {
        let length = self.writer.length() + plaintext.len() as u64;
        if length > self.limit {
            return Err(VaultError::TooLong(self.limit));
        }
        if self.file.is_none() && length > ROW_LIMIT {
            let place = Objects::new_place(self.outside.as_ref());
            let upload = self.objects.upload(&place)?;
            self.file = Some((place, upload));
        }
        for piece in plaintext.chunks(PIECE) {
            self.writer.push(piece, &mut self.out)?;
            self.hand_over(PIECE)?;
        }
        Ok(())
    }

    /// Ends it. A file is durable when this returns.
    ///
    /// # Errors
    /// [`VaultError::Io`].
    pub fn finish(mut self) -> Result<Sealed, VaultError> {
        let written = self.writer.finish(&mut self.out)?;
        let (bytes, place) = match self.file.take() {
            None => (Some(self.out), None),
            Some((place, mut upload)) => {
                upload.write(self.out)?;
                upload.finish()?;
                (None, Some(place))
            }
        };
        let plain_sha256 = Hash(written.plain_sha256);
        let row = SealedRow {
            object: self.object,
            kind: self.kind,
            length: written.length,
            sha256: hex::encode(written.sealed_sha256),
            commitment: commitment(&Salt(self.salt), &plain_sha256).to_hex(),
            salt: Some(self.salt),
            wrapped: Some(self.wrapped),
            master: Some(self.master),
            bytes,
            place,
            erased_at: None,
        };
        Ok(Sealed {
            reference: row.reference(),
            row,
            plain_sha256,
            salt: self.salt,
        })
    }

    fn hand_over(&mut self, at_least: usize) -> Result<(), VaultError> {
        if let Some((_, upload)) = &mut self.file
            && self.out.len() >= at_least
        {
            upload.write(std::mem::take(&mut self.out))?;
        }
        Ok(())
    }
}
