//! Sealing: whatever a person or a file wrote is encrypted with a key of its own, so that destroying the key erases it
//! while the record stays (docs/decisions/0002-sealed-object.md).
//!
//! [`Vault::seal`] takes bytes, [`Vault::sealer`] a stream; both give a [`Sealed`]: the reference for the event, and the row
//! for table `sealed`. Up to [`ROW_LIMIT`] the sealed bytes are in the row; above, in a file that is durable before this
//! returns. [`Vault::open`] and [`Vault::open_to`] read it back.

pub mod error;
mod file;
pub mod format;
pub mod master;
pub mod objects;
mod row;
mod sealer;
pub(crate) mod upkeep;
mod wrap;

#[cfg(test)]
mod tests;

pub use error::VaultError;
pub use file::FileKey;
pub(crate) use file::SealInto;
pub use master::{KeyPlace, MasterKey};
pub use objects::{Objects, Orphan};
pub use row::{Fault, ObjectKind, Sealed, SealedRow};
pub use sealer::Sealer;
pub use upkeep::Labels;

use crate::outside::Outside;
use sha2::{Digest as _, Sha256};
use std::io::{Read, Write};
use std::path::Path;
use std::sync::Arc;
use vulnerary_case::id::ObjectId;
use vulnerary_ledger::Hash;
use vulnerary_ledger::commitment::{Salt, commitment};
use zeroize::Zeroizing;

/// Plaintext bytes up to which a sealed object is a row of the same transaction; longer ones are files.
pub const ROW_LIMIT: u64 = 64 * 1024;

/// Master keys and files: what seals and opens.
#[derive(Clone)]
pub struct Vault {
    keys: Arc<Vec<MasterKey>>,
    objects: Objects,
    outside: Arc<dyn Outside>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault")
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}

impl Vault {
    /// Opens the vault of a data directory; on a first start in it (`known` is empty), makes the master key. `known` are
    /// the master ids that stored rows name.
    ///
    /// # Errors
    /// [`VaultError`] about the key or the folder.
    pub fn open_at(
        place: &KeyPlace,
        data: &Path,
        known: &[String],
        outside: Arc<dyn Outside>,
    ) -> Result<Self, VaultError> {
        let keys = place.keys(known, outside.as_ref())?;
        Self::with_keys(keys, data, outside)
    }

    /// A vault of these keys, the current one first.
    ///
    /// # Errors
    /// [`VaultError::NotAKey`] without keys; [`VaultError::Io`].
    pub fn with_keys(
        keys: Vec<MasterKey>,
        data: &Path,
        outside: Arc<dyn Outside>,
    ) -> Result<Self, VaultError> {
        if keys.is_empty() {
            return Err(VaultError::NotAKey("there is none"));
        }
        Ok(Self {
            keys: Arc::new(keys),
            objects: Objects::open(data)?,
            outside,
        })
    }

    /// The id of the key that seals now.
    pub fn master_id(&self) -> &str {
        self.keys[0].id()
    }

    /// Which of `known` this vault cannot open.
    pub fn lacks(&self, known: &[String]) -> Vec<String> {
        known
            .iter()
            .filter(|id| !self.keys.iter().any(|k| k.id() == id.as_str()))
            .cloned()
            .collect()
    }

    /// The recovery sheet's line. Show it once, to an administrator; never log it.
    pub fn recovery_text(&self) -> Zeroizing<String> {
        self.keys[0].text()
    }

    /// The large objects.
    pub fn objects(&self) -> &Objects {
        &self.objects
    }

    /// Seals bytes.
    ///
    /// # Errors
    /// [`VaultError::Io`] where a file cannot be written.
    pub fn seal(&self, kind: ObjectKind, plaintext: &[u8]) -> Result<Sealed, VaultError> {
        let mut sealer = self.sealer(kind, plaintext.len() as u64)?;
        sealer.push(plaintext)?;
        sealer.finish()
    }

    /// Seals what `input` gives, at most `limit` bytes.
    ///
    /// # Errors
    /// [`VaultError::TooLong`], [`VaultError::Io`].
    pub fn seal_from(
        &self,
        kind: ObjectKind,
        input: &mut dyn Read,
        limit: u64,
    ) -> Result<Sealed, VaultError> {
        let mut sealer = self.sealer(kind, limit)?;
        let mut buffer = Zeroizing::new(vec![0u8; format::CHUNK]);
        loop {
            match input.read(&mut buffer) {
                Ok(0) => return sealer.finish(),
                Ok(n) => sealer.push(&buffer[..n])?,
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e.into()),
            }
        }
    }

    /// A seal that takes its plaintext in pieces, at most `limit` bytes.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn sealer(&self, kind: ObjectKind, limit: u64) -> Result<Sealer, VaultError> {
        let object = ObjectId(uuid_v7(self.outside.as_ref()));
        Sealer::new(
            object,
            kind,
            limit,
            &self.keys[0],
            self.objects.clone(),
            self.outside.clone(),
        )
    }

    /// The plaintext.
    ///
    /// # Errors
    /// [`VaultError::Erased`], [`VaultError::Missing`], [`VaultError::Changed`], [`VaultError::OtherKey`].
    pub fn open(&self, row: &SealedRow) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        // Reserved in full where it is credible, so that no half-filled copy of the plaintext stays behind in memory.
        let credible = if row.place.is_none() {
            row.length.min(ROW_LIMIT)
        } else {
            row.length.min(1 << 26)
        };
        let mut plain = Zeroizing::new(Vec::with_capacity(credible as usize));
        self.open_to(row, &mut *plain)?;
        Ok(plain)
    }

    /// Writes the plaintext to `out`; what was written counts only if this returns Ok.
    ///
    /// # Errors
    /// As [`Vault::open`].
    pub fn open_to(&self, row: &SealedRow, out: &mut dyn Write) -> Result<(), VaultError> {
        let key = self.key_of(row)?;
        let mut input = self.sealed_bytes(row)?;
        let name = format!("object {}", row.object);
        format::open(
            &name,
            &key,
            &format::aad(row.object, row.kind.word()),
            &mut input,
            out,
        )
    }

    /// The sealed bytes as they are stored: for backup.
    ///
    /// # Errors
    /// [`VaultError::Erased`], [`VaultError::Missing`], [`VaultError::Io`].
    pub fn sealed_bytes<'r>(&self, row: &'r SealedRow) -> Result<Box<dyn Read + 'r>, VaultError> {
        match (&row.bytes, &row.place) {
            (Some(bytes), _) => Ok(Box::new(bytes.as_slice())),
            (None, Some(place)) => match self.objects.read(place)? {
                Some(file) => Ok(Box::new(std::io::BufReader::with_capacity(
                    format::CHUNK,
                    file,
                ))),
                None => Err(VaultError::Missing(row.object, place.clone())),
            },
            (None, None) if row.erased_at.is_some() => Err(VaultError::Erased(row.object)),
            (None, None) => Err(VaultError::Missing(row.object, "no place".into())),
        }
    }

    /// Whether the object is what its row says: digest of the sealed bytes, seal, length, commitment. Not for erased rows.
    /// Several faults may show at once; none is found by reading less than everything.
    ///
    /// # Errors
    /// [`VaultError::Io`] where reading failed for another reason.
    pub fn check(&self, row: &SealedRow) -> Result<Vec<Fault>, VaultError> {
        let mut faults = Vec::new();
        let mut sealed = Digesting {
            inner: std::io::sink(),
            hash: Sha256::new(),
            length: 0,
        };
        match self.sealed_bytes(row) {
            Ok(mut input) => std::io::copy(&mut input, &mut sealed)?,
            Err(VaultError::Missing(..) | VaultError::NoPlace(_)) => {
                return Ok(vec![Fault::Missing]);
            }
            Err(e) => return Err(e),
        };
        if hex::encode(sealed.hash.finalize()) != row.sha256 {
            faults.push(Fault::Digest);
        }
        let mut plain = Digesting {
            inner: std::io::sink(),
            hash: Sha256::new(),
            length: 0,
        };
        match (self.open_to(row, &mut plain), row.salt) {
            (Err(VaultError::Io(why)), _) => return Err(VaultError::Io(why)),
            (Err(e), _) => faults.push(Fault::Seal(e.to_string())),
            (Ok(()), None) => faults.push(Fault::Commitment),
            (Ok(()), Some(salt)) => {
                let committed = commitment(&Salt(salt), &Hash(plain.hash.finalize().into()));
                if committed.to_hex() != row.commitment {
                    faults.push(Fault::Commitment);
                }
                if plain.length != row.length {
                    faults.push(Fault::Length);
                }
            }
        }
        Ok(faults)
    }

    /// A small secret under the current master key. `label` says what it is and whose (`totp/<person>`); it is part of the
    /// seal, so that one secret cannot stand in for another.
    ///
    /// # Errors
    /// [`VaultError::TooLong`], in theory.
    pub fn wrap(&self, label: &str, secret: &[u8]) -> Result<Vec<u8>, VaultError> {
        wrap::wrap(&self.keys[0], label, secret, self.outside.as_ref())
    }

    /// The secret back.
    ///
    /// # Errors
    /// [`VaultError::Changed`], [`VaultError::OtherKey`].
    pub fn unwrap(&self, label: &str, blob: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let changed = |why| VaultError::Changed {
            what: format!("the secret {label}"),
            why,
        };
        let id = wrap::master_of(blob).ok_or_else(|| changed("it is not a wrapped secret"))?;
        wrap::unwrap(self.key(&id)?, label, blob).ok_or_else(|| changed("its seal does not hold"))
    }

    /// Which master key a wrapped secret needs.
    pub fn master_of(blob: &[u8]) -> Option<String> {
        wrap::master_of(blob)
    }

    /// The same secret under the current master key; `None` where it is already.
    ///
    /// # Errors
    /// As [`Vault::unwrap`].
    pub fn rewrap(&self, label: &str, blob: &[u8]) -> Result<Option<Vec<u8>>, VaultError> {
        if wrap::master_of(blob).as_deref() == Some(self.master_id()) {
            return Ok(None);
        }
        let secret = self.unwrap(label, blob)?;
        self.wrap(label, &secret).map(Some)
    }

    /// The same object under the current master key: new `wrapped` and `master`, nothing else; `None` where it is already.
    ///
    /// # Errors
    /// As [`Vault::open`].
    pub fn rewrap_row(&self, row: &SealedRow) -> Result<Option<(Vec<u8>, String)>, VaultError> {
        if row.master.as_deref() == Some(self.master_id()) || row.wrapped.is_none() {
            return Ok(None);
        }
        let key = self.key_of(row)?;
        let wrapped = wrap::wrap_key(
            &self.keys[0],
            row.object.0.as_bytes(),
            &key,
            self.outside.as_ref(),
        )?;
        Ok(Some((wrapped, self.master_id().to_owned())))
    }

    fn key(&self, id: &str) -> Result<&MasterKey, VaultError> {
        self.keys
            .iter()
            .find(|k| k.id() == id)
            .ok_or_else(|| VaultError::OtherKey(id.to_owned()))
    }

    fn key_of(&self, row: &SealedRow) -> Result<Zeroizing<[u8; 32]>, VaultError> {
        let (wrapped, id) = match (&row.wrapped, &row.master) {
            (Some(wrapped), Some(id)) => (wrapped, id),
            _ if row.erased_at.is_some() => return Err(VaultError::Erased(row.object)),
            _ => return Err(VaultError::Missing(row.object, "no key".into())),
        };
        wrap::unwrap_key(self.key(id)?, row.object.0.as_bytes(), wrapped).ok_or_else(|| {
            VaultError::Changed {
                what: format!("the key of object {}", row.object),
                why: "its seal does not hold",
            }
        })
    }
}

/// Counts and hashes what passes.
struct Digesting<W> {
    inner: W,
    hash: Sha256,
    length: u64,
}

impl<W: Write> Write for Digesting<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let n = self.inner.write(bytes)?;
        self.hash.update(&bytes[..n]);
        self.length += n as u64;
        Ok(n)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

/// A UUID v7 of now (RFC 9562, 5.7): 48 bits of milliseconds, the rest random.
pub(crate) fn uuid_v7(outside: &dyn Outside) -> uuid::Uuid {
    let mut random = [0u8; 10];
    outside.fill(&mut random);
    let millis = u64::try_from(outside.now().as_millisecond()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}
