//! The bytes of a sealed object (docs/decisions/0002-sealed-object.md).
//!
//! `VULNSEAL` (8), version 1 (1), nonce (7), then ChaCha20-Poly1305 in STREAM-BE32: each chunk is 65,536 bytes of
//! plaintext and a tag of 16; the last is shorter or equal, never empty unless the object is, and is marked as last in its
//! nonce, so that nothing can be cut off, swapped or appended. Every chunk's AAD is the object's 16 bytes and its kind.

use super::error::VaultError;
use aead_stream::{DecryptorBE32, EncryptorBE32};
use chacha20poly1305::ChaCha20Poly1305;
use sha2::{Digest as _, Sha256};
use std::io::{Read, Write};
use vulnerary_case::id::ObjectId;
use zeroize::Zeroizing;

/// First bytes of every sealed object.
pub const MAGIC: &[u8; 8] = b"VULNSEAL";
/// The version this code writes and reads.
pub const VERSION: u8 = 1;
/// Nonce of STREAM-BE32 over ChaCha20-Poly1305: 12 less 5. The key is used for one object only.
pub const NONCE: usize = 7;
/// Magic, version, nonce.
pub const HEADER: usize = MAGIC.len() + 1 + NONCE;
/// Plaintext bytes of a chunk.
pub const CHUNK: usize = 64 * 1024;
/// Poly1305 tag.
pub const TAG: usize = 16;

/// The additional data of each chunk: the object's UUID as 16 bytes, then the kind's word.
pub fn aad(object: ObjectId, kind: &str) -> Vec<u8> {
    [object.0.as_bytes().as_slice(), kind.as_bytes()].concat()
}

/// How many sealed bytes `length` plaintext bytes become.
pub fn sealed_length(length: u64) -> u64 {
    let chunks = length.div_ceil(CHUNK as u64).max(1);
    HEADER as u64 + length + chunks * TAG as u64
}

/// Encrypts a stream of plaintext, chunk by chunk, and remembers both digests.
pub(super) struct Writer {
    cipher: Option<EncryptorBE32<ChaCha20Poly1305>>,
    aad: Vec<u8>,
    buffer: Zeroizing<Vec<u8>>,
    plain: Sha256,
    sealed: Sha256,
    length: u64,
}

/// What a finished [`Writer`] knows.
pub(super) struct Written {
    pub(super) length: u64,
    pub(super) plain_sha256: [u8; 32],
    pub(super) sealed_sha256: [u8; 32],
}

impl Writer {
    /// Writes the header to `out`. At most `limit` bytes of plaintext will come.
    pub(super) fn new(
        key: &[u8; 32],
        nonce: &[u8; NONCE],
        aad: Vec<u8>,
        limit: u64,
        out: &mut Vec<u8>,
    ) -> Self {
        let start = out.len();
        out.extend_from_slice(MAGIC);
        out.push(VERSION);
        out.extend_from_slice(nonce);
        Self {
            cipher: Some(EncryptorBE32::new(key.into(), nonce.into())),
            aad,
            // Never grown: growing would leave a copy of the plaintext behind.
            buffer: Zeroizing::new(Vec::with_capacity(limit.min(CHUNK as u64) as usize + TAG)),
            plain: Sha256::new(),
            sealed: Sha256::new_with_prefix(&out[start..]),
            length: 0,
        }
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Takes plaintext; full chunks that are known not to be the last go to `out`.
    pub(super) fn push(
        &mut self,
        mut plaintext: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), VaultError> {
        self.length += plaintext.len() as u64;
        self.plain.update(plaintext);
        while !plaintext.is_empty() {
            if self.buffer.len() == CHUNK {
                self.chunk(false, out)?;
            }
            let (now, later) = plaintext.split_at(plaintext.len().min(CHUNK - self.buffer.len()));
            self.buffer.extend_from_slice(now);
            plaintext = later;
        }
        Ok(())
    }

    /// Writes the last chunk.
    pub(super) fn finish(mut self, out: &mut Vec<u8>) -> Result<Written, VaultError> {
        self.chunk(true, out)?;
        Ok(Written {
            length: self.length,
            plain_sha256: self.plain.finalize().into(),
            sealed_sha256: self.sealed.finalize().into(),
        })
    }

    fn chunk(&mut self, last: bool, out: &mut Vec<u8>) -> Result<(), VaultError> {
        // Only after 2^32 chunks, which no limit of ours allows.
        let long = |_| VaultError::TooLong(CHUNK as u64 * u64::from(u32::MAX));
        let buffer: &mut Vec<u8> = &mut self.buffer;
        match (last, self.cipher.take()) {
            (true, Some(cipher)) => cipher
                .encrypt_last_in_place(&self.aad, buffer)
                .map_err(long)?,
            (false, Some(mut cipher)) => {
                cipher
                    .encrypt_next_in_place(&self.aad, buffer)
                    .map_err(long)?;
                self.cipher = Some(cipher);
            }
            (_, None) => {
                return Err(VaultError::Io(
                    "an object was written to after its end".into(),
                ));
            }
        }
        self.sealed.update(&buffer);
        out.extend_from_slice(buffer);
        buffer.clear();
        Ok(())
    }
}

/// Decrypts what `input` holds into `out`. Whatever was written to `out` counts only if this returns Ok.
pub(super) fn open(
    what: &dyn std::fmt::Display,
    key: &[u8; 32],
    aad: &[u8],
    input: &mut dyn Read,
    out: &mut dyn Write,
) -> Result<(), VaultError> {
    let changed = |why| VaultError::Changed {
        what: what.to_string(),
        why,
    };
    let mut header = [0u8; HEADER];
    if read_full(input, &mut header)? != HEADER || &header[..8] != MAGIC {
        return Err(changed("it does not begin as a sealed object does"));
    }
    if header[8] != VERSION {
        return Err(changed("its version is not one this software knows"));
    }
    let mut nonce = [0u8; NONCE];
    nonce.copy_from_slice(&header[9..]);
    let mut cipher = DecryptorBE32::<ChaCha20Poly1305>::new(key.into(), (&nonce).into());
    let mut next = vec![0u8; CHUNK + TAG];
    let mut got = read_full(input, &mut next)?;
    // One chunk is read ahead: only at the end of the input is it known which was the last.
    loop {
        let mut chunk = Zeroizing::new(next[..got].to_vec());
        got = read_full(input, &mut next)?;
        let failed = |_| changed("its seal does not hold");
        if got == 0 {
            cipher
                .decrypt_last_in_place(aad, &mut *chunk)
                .map_err(failed)?;
            return Ok(out.write_all(&chunk)?);
        }
        cipher
            .decrypt_next_in_place(aad, &mut *chunk)
            .map_err(failed)?;
        out.write_all(&chunk)?;
    }
}

/// Reads until `buffer` is full or the input ends.
fn read_full(input: &mut dyn Read, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match input.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(filled)
}
