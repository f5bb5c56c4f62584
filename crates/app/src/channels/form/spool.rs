//! Where a file goes while it is being read: into memory while small, into a temporary file beyond that.

use std::io;

use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};

/// Gives the temporary files that large uploads are spooled to. The process decides where they lie.
pub trait Spool: Send + Sync {
    /// A new, empty file, readable and writable by us alone, that disappears when it is closed.
    fn open(&self) -> io::Result<std::fs::File>;
}

/// Temporary files without a name in a directory of ours (`DATA/tmp`).
#[derive(Debug, Clone)]
pub struct TempSpool {
    /// The directory; it must exist.
    pub directory: std::path::PathBuf,
}

impl Spool for TempSpool {
    fn open(&self) -> io::Result<std::fs::File> {
        tempfile::tempfile_in(&self.directory)
    }
}

/// One file of a posted form.
#[derive(Debug)]
pub struct FormFile {
    /// The form field it was sent under; `files` for the public form.
    pub field: Vec<u8>,
    /// Its name as sent, raw: a claim, never a path to write to.
    pub name: Vec<u8>,
    /// Its media type as sent, lossily: a claim.
    pub media_type: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// The bytes.
    pub body: FileBody,
}

/// Where a file's bytes are.
#[derive(Debug)]
pub enum FileBody {
    /// In memory: up to [`super::FormLimits::memory_file_bytes`].
    Memory(Vec<u8>),
    /// In a temporary file without a name, at its beginning.
    Spooled(tokio::fs::File),
}

impl FileBody {
    /// All bytes, read into memory: for small uses and tests. A spooled file is left at its beginning.
    pub async fn to_vec(&mut self) -> io::Result<Vec<u8>> {
        match self {
            Self::Memory(bytes) => Ok(bytes.clone()),
            Self::Spooled(file) => {
                let mut bytes = Vec::new();
                file.rewind().await?;
                file.read_to_end(&mut bytes).await?;
                file.rewind().await?;
                Ok(bytes)
            }
        }
    }
}

/// A file that is being read.
pub(super) struct Incoming {
    field: Vec<u8>,
    name: Vec<u8>,
    media_type: String,
    hash: Sha256,
    bytes: u64,
    body: FileBody,
}

impl Incoming {
    pub(super) fn new(field: Vec<u8>, name: Vec<u8>, media_type: String) -> Self {
        Self {
            field,
            name,
            media_type,
            hash: Sha256::new(),
            bytes: 0,
            body: FileBody::Memory(Vec::new()),
        }
    }

    /// Takes the next bytes; beyond `in_memory` they move to a file of `spool`.
    pub(super) async fn push(
        &mut self,
        chunk: &[u8],
        in_memory: usize,
        spool: &dyn Spool,
    ) -> io::Result<()> {
        self.hash.update(chunk);
        self.bytes += chunk.len() as u64;
        if let FileBody::Memory(bytes) = &mut self.body {
            if bytes.len() + chunk.len() <= in_memory {
                bytes.extend_from_slice(chunk);
                return Ok(());
            }
            let mut file = tokio::fs::File::from_std(spool.open()?);
            file.write_all(bytes).await?;
            self.body = FileBody::Spooled(file);
        }
        if let FileBody::Spooled(file) = &mut self.body {
            file.write_all(chunk).await?;
        }
        Ok(())
    }

    /// The file, at its beginning.
    pub(super) async fn finish(mut self) -> io::Result<FormFile> {
        if let FileBody::Spooled(file) = &mut self.body {
            file.flush().await?;
            file.rewind().await?;
        }
        Ok(FormFile {
            field: self.field,
            name: self.name,
            media_type: self.media_type,
            bytes: self.bytes,
            sha256: self.hash.finalize().into(),
            body: self.body,
        })
    }
}
