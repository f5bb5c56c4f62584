//! Sealed files that are no objects of the record: tables of a backup that hold what people wrote.

use super::error::VaultError;
use super::format::{self, Writer};
use super::wrap::{unwrap_key, wrap_key};
use super::{ObjectKind, Vault, uuid_v7};
use std::io::{Read, Write};
use vulnerary_case::id::ObjectId;
use zeroize::Zeroizing;

/// What opens a sealed file, with the master key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileKey {
    /// Part of the seal.
    pub object: ObjectId,
    /// The file's key under the master key.
    pub wrapped: Vec<u8>,
    /// Which master key.
    pub master: String,
}

/// A sealed file on its way: what is written here is sealed into `W`.
pub(crate) struct SealInto<W: Write> {
    writer: Writer,
    pending: Vec<u8>,
    out: W,
    key: FileKey,
}

impl Vault {
    /// Seals into `out`.
    ///
    /// # Errors
    /// [`VaultError::Io`].
    pub(crate) fn seal_into<W: Write>(
        &self,
        kind: ObjectKind,
        out: W,
    ) -> Result<SealInto<W>, VaultError> {
        let object = ObjectId(uuid_v7(self.outside.as_ref()));
        let (mut key, mut nonce) = (Zeroizing::new([0u8; 32]), [0u8; format::NONCE]);
        self.outside.fill(key.as_mut());
        self.outside.fill(&mut nonce);
        let wrapped = wrap_key(
            &self.keys[0],
            object.0.as_bytes(),
            &key,
            self.outside.as_ref(),
        )?;
        let mut pending = vec![];
        let aad = format::aad(object, kind.word());
        let writer = Writer::new(&key, &nonce, aad, format::CHUNK as u64, &mut pending);
        Ok(SealInto {
            writer,
            pending,
            out,
            key: FileKey {
                object,
                wrapped,
                master: self.master_id().to_owned(),
            },
        })
    }

    /// Writes what `input` holds to `out`; what was written counts only if this returns Ok.
    ///
    /// # Errors
    /// [`VaultError::Changed`], [`VaultError::OtherKey`], [`VaultError::Io`].
    pub(crate) fn open_file(
        &self,
        kind: ObjectKind,
        name: &str,
        key: &FileKey,
        input: &mut dyn Read,
        out: &mut dyn Write,
    ) -> Result<(), VaultError> {
        let master = self.key(&key.master)?;
        let plain = unwrap_key(master, key.object.0.as_bytes(), &key.wrapped).ok_or_else(|| {
            VaultError::Changed {
                what: format!("the key of {name}"),
                why: "its seal does not hold",
            }
        })?;
        format::open(
            &name,
            &plain,
            &format::aad(key.object, kind.word()),
            input,
            out,
        )
    }
}

impl<W: Write> SealInto<W> {
    /// Ends the seal; gives what opens it, and what was written to.
    pub(crate) fn finish(mut self) -> Result<(FileKey, W), VaultError> {
        self.writer.finish(&mut self.pending)?;
        self.out.write_all(&self.pending)?;
        self.out.flush()?;
        Ok((self.key, self.out))
    }
}

impl<W: Write> Write for SealInto<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.writer
            .push(bytes, &mut self.pending)
            .map_err(std::io::Error::other)?;
        if self.pending.len() >= format::CHUNK {
            self.out.write_all(&self.pending)?;
            self.pending.clear();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
