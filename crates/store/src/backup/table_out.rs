//! One table's file of a backup: plain lines, or sealed where it holds what people wrote.

use super::BackupError;
use super::folder::{self, Dump, Hashing, SealedWith, TableFile};
use crate::sql::Row;
use crate::vault::{FileKey, ObjectKind, SealInto, Vault};
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::{BufWriter, Read as _, Write};
use std::path::{Path, PathBuf};

enum Sink {
    Plain(Hashing<BufWriter<File>>),
    Sealed(Box<SealInto<Hashing<BufWriter<File>>>>),
}

/// One table's file in the making.
pub(super) struct TableOut {
    dump: &'static Dump,
    name: String,
    path: PathBuf,
    sink: Sink,
    /// Rows so far.
    pub(super) rows: u64,
}

impl TableOut {
    /// Begins `NAME.jsonl` or `NAME.sealed` in `dir`.
    pub(super) fn begin(
        dump: &'static Dump,
        dir: &Path,
        vault: &Vault,
    ) -> Result<Self, BackupError> {
        let ending = if dump.sealed { "sealed" } else { "jsonl" };
        let name = format!("{}.{ending}", dump.table.name);
        let path = dir.join(&name);
        let file = Hashing::new(BufWriter::new(
            File::create(&path).map_err(|e| BackupError::file(&path, &e))?,
        ));
        let sink = match dump.sealed {
            true => Sink::Sealed(Box::new(vault.seal_into(ObjectKind::BackupTable, file)?)),
            false => Sink::Plain(file),
        };
        Ok(Self {
            dump,
            name,
            path,
            sink,
            rows: 0,
        })
    }

    /// Adds a row.
    pub(super) fn row(&mut self, row: &Row) -> Result<(), BackupError> {
        self.rows += 1;
        let out: &mut dyn Write = match &mut self.sink {
            Sink::Plain(file) => file,
            Sink::Sealed(seal) => seal.as_mut(),
        };
        folder::encode(row, out).map_err(|e| BackupError::file(&self.path, &e))
    }

    /// Ends it; what the manifest says of it.
    pub(super) fn end(self) -> Result<TableFile, BackupError> {
        let Self {
            dump,
            name,
            path,
            sink,
            rows,
        } = self;
        let (mut file, key): (_, Option<FileKey>) = match sink {
            Sink::Plain(file) => (file, None),
            Sink::Sealed(seal) => seal.finish().map(|(key, file)| (file, Some(key)))?,
        };
        file.flush().map_err(|e| BackupError::file(&path, &e))?;
        Ok(TableFile {
            name: dump.table.name.to_owned(),
            file: name,
            columns: dump
                .table
                .columns
                .iter()
                .map(|(n, _)| (*n).to_owned())
                .collect(),
            rows,
            bytes: file.bytes,
            sha256: file.hex(),
            sealed: key.as_ref().map(SealedWith::new),
        })
    }
}

/// SHA-256 and length of a file.
pub(super) fn digest(path: &Path) -> std::io::Result<(String, u64)> {
    let mut file = File::open(path)?;
    let (mut sha256, mut length) = (Sha256::new(), 0);
    let mut buffer = vec![0; 128 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok((hex::encode(sha256.finalize()), length)),
            n => {
                sha256.update(&buffer[..n]);
                length += n as u64;
            }
        }
    }
}
