//! The folder (docs/decisions/0004-backup.md): `manifest.json`, one JSONL file a table, `objects/` with the large sealed files.

use super::BackupError;
use crate::sql::tables::{Table, Write as How};
use crate::sql::value::{Kind, Row, Value};
use crate::vault::FileKey;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::borrow::Cow;
use std::io::{self, Read, Write};
use std::path::Path;
use vulnerary_case::id::ObjectId;

/// The version this code writes and reads.
pub const VERSION: u8 = 1;
/// Name of the manifest.
pub const MANIFEST: &str = "manifest.json";
/// SHA-256 of the manifest, as `sha256sum -c` reads it.
pub const MANIFEST_SUM: &str = "manifest.sha256";
/// Folder of the large sealed files, under their names.
pub const OBJECTS: &str = "objects";
/// A longer line is not ours: a leaf or a sealed row in base64 is below it.
const MOST_LINE: usize = 4 * 1024 * 1024;

/// `manifest.json`. Written last: a folder without it is no backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Format version: 1.
    pub v: u8,
    /// Version of the software that wrote it.
    pub software: String,
    /// When it was begun.
    pub made_at: Timestamp,
    /// The log's origin.
    pub origin: String,
    /// Events in it.
    pub size: u64,
    /// Lowercase hex root of the tree of that size.
    pub root: String,
    /// The signed checkpoint of that size.
    pub checkpoint: String,
    /// The log's head: instant of the last commit, and the next numbers of the sequences.
    pub head: ManifestHead,
    /// Ids of the master keys that open it. The keys are not in it.
    pub master_keys: Vec<String>,
    /// The tables.
    pub tables: Vec<TableFile>,
    /// The large sealed files.
    pub objects: ObjectTotals,
    /// Lowercase hex SHA-256 of the list of erasures; null where nothing was erased yet.
    pub erasures: Option<String>,
}

/// What of the head no event says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestHead {
    /// Number of the key that signs.
    pub key_id: i64,
    /// Microseconds since 1970 UTC.
    pub last_at: i64,
    /// Sequence of the next report.
    pub next_report: u32,
    /// Sequence of the next case.
    pub next_case: u32,
}

/// One table's file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableFile {
    /// The table.
    pub name: String,
    /// The file, beside the manifest.
    pub file: String,
    /// Names of the columns, in the order of each line's array.
    pub columns: Vec<String>,
    /// Lines.
    pub rows: u64,
    /// Length of the file.
    pub bytes: u64,
    /// Lowercase hex SHA-256 of the file.
    pub sha256: String,
    /// What opens it, where it is sealed because it holds what people wrote.
    pub sealed: Option<SealedWith>,
}

/// [`FileKey`] as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedWith {
    /// Part of the seal.
    pub object: ObjectId,
    /// Base64 of the key under the master key.
    pub wrapped: String,
    /// Id of the master key.
    pub master: String,
}

/// How many large files, and how long together. Each one's digest is in its row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectTotals {
    /// Files.
    pub files: u64,
    /// Bytes.
    pub bytes: u64,
}

impl Manifest {
    /// Rows of all tables together.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|t| t.rows).sum()
    }
}

impl SealedWith {
    pub(super) fn new(key: &FileKey) -> Self {
        Self {
            object: key.object,
            wrapped: STANDARD.encode(&key.wrapped),
            master: key.master.clone(),
        }
    }

    pub(super) fn key(&self) -> Result<FileKey, BackupError> {
        let wrapped = STANDARD
            .decode(&self.wrapped)
            .map_err(|_| BackupError::damaged(MANIFEST, "a wrapped key is not base64"))?;
        Ok(FileKey {
            object: self.object,
            wrapped,
            master: self.master.clone(),
        })
    }
}

/// A table as a backup has it: fewer columns than the table where the others follow from these.
#[derive(Debug)]
pub(super) struct Dump {
    pub(super) table: Table,
    pub(super) sealed: bool,
}

const fn table(name: &'static str, columns: &'static [(&'static str, Kind)], write: How) -> Table {
    Table {
        name,
        columns,
        write,
    }
}

macro_rules! dumps {
    ($($id:ident = $name:literal $sealed:literal { $($column:ident $kind:ident),+ })+) => {
        $(pub(super) const $id: Dump = Dump {
            table: table($name, &[$((stringify!($column), Kind::$kind)),+], How::Insert),
            sealed: $sealed,
        };)+
        /// In the order of restoring.
        pub(super) const DUMPS: &[&Dump] = &[$(&$id),+];
    };
}

dumps! {
    LOG_KEY = "log_key" false { id Int, origin Text, vkey Text, wrapped Blob, from_size Int, to_size Int }
    SECRET = "secret" false { name Text, wrapped Blob }
    EVENT = "event" false { idx Int, leaf Blob }
    CHECKPOINT = "checkpoint" false { origin Text, size Int, note Text }
    ACT = "act" false { act Text, part Int, parts Int, at Int, first Int, events Int, origin Text, size Int, dropped Text }
    SEALED = "sealed" false { object Text, kind Text, length Int, sha256 Text, commitment Text, salt Blob, wrapped Blob, master Text, bytes Blob, place Text, erased_at Int }
    TRACK = "track" false { secret_sha256 Blob, report Text }
    JOB = "job" false { id Text, kind Text, payload Text, due Int, attempts Int, failed_at Int, why Text }
    CREDENTIAL = "credential" true { person Text, password Text, totp Blob, last_step Int, changed_at Int }
    RECOVERY_CODE = "recovery_code" true { person Text, digest Text }
    DISPLAY_TEXT = "display_text" true { stream Text, field Text, object Text, idx Int, text Text, folded Text }
    OCCURRENCE = "occurrence" true { lineage Text, fingerprint Text, case_ Text, run_first Text, run_last Text, first_seen Int, last_seen Int, level Text, rule Text, location Text, suppressed Int }
}

/// One line: a JSON array; bytes as padded base64.
pub(super) fn encode(row: &Row, out: &mut dyn Write) -> io::Result<()> {
    let cells: Vec<serde_json::Value> = row
        .0
        .iter()
        .map(|cell| match cell {
            Value::Null => serde_json::Value::Null,
            Value::Int(n) => (*n).into(),
            Value::Text(t) => t.as_ref().into(),
            Value::Blob(b) => STANDARD.encode(b).into(),
        })
        .collect();
    serde_json::to_writer(&mut *out, &cells)?;
    out.write_all(b"\n")
}

/// Reads a line back by the columns' types.
pub(super) fn decode(dump: &Dump, line: &str) -> Result<Row, String> {
    let cells: Vec<serde_json::Value> = serde_json::from_str(line).map_err(|e| e.to_string())?;
    if cells.len() != dump.table.columns.len() {
        return Err(format!(
            "it has {} columns and must have {}",
            cells.len(),
            dump.table.columns.len()
        ));
    }
    let read = |(cell, (name, kind)): (serde_json::Value, &(&str, Kind))| {
        let wrong = || format!("column {name} is of another type");
        Ok(match (cell, kind) {
            (serde_json::Value::Null, _) => Value::Null,
            (serde_json::Value::Number(n), Kind::Int) => Value::Int(n.as_i64().ok_or_else(wrong)?),
            (serde_json::Value::String(t), Kind::Text) => Value::Text(Cow::Owned(t)),
            (serde_json::Value::String(t), Kind::Blob) => {
                Value::Blob(Cow::Owned(STANDARD.decode(t).map_err(|_| wrong())?))
            }
            _ => return Err(wrong()),
        })
    };
    cells
        .into_iter()
        .zip(dump.table.columns)
        .map(read)
        .collect::<Result<Vec<_>, _>>()
        .map(Row)
}

/// Hashes and counts what passes to a file.
pub(super) struct Hashing<W> {
    pub(super) inner: W,
    pub(super) sha256: Sha256,
    pub(super) bytes: u64,
}

impl<W> Hashing<W> {
    pub(super) fn new(inner: W) -> Self {
        Self {
            inner,
            sha256: Sha256::new(),
            bytes: 0,
        }
    }

    pub(super) fn hex(&self) -> String {
        hex::encode(self.sha256.clone().finalize())
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.inner.write(bytes)?;
        self.sha256.update(&bytes[..n]);
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(bytes)?;
        self.sha256.update(&bytes[..n]);
        self.bytes += n as u64;
        Ok(n)
    }
}

/// Calls `f` with each line that is written to it.
pub(super) struct Lines<F: FnMut(&str) -> Result<(), BackupError>> {
    buffer: Vec<u8>,
    f: F,
    /// What `f` said; [`io::Error`] cannot carry it.
    pub(super) failed: Option<BackupError>,
}

impl<F: FnMut(&str) -> Result<(), BackupError>> Lines<F> {
    pub(super) fn new(f: F) -> Self {
        Self {
            buffer: vec![],
            f,
            failed: None,
        }
    }

    /// What is left must be nothing: each line ends.
    pub(super) fn finish(self) -> Result<(), BackupError> {
        match self.failed {
            Some(e) => Err(e),
            None if self.buffer.is_empty() => Ok(()),
            None => Err(BackupError::damaged(
                "a table",
                "its last line does not end",
            )),
        }
    }
}

impl<F: FnMut(&str) -> Result<(), BackupError>> Write for Lines<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|b| *b == b'\n') {
            self.buffer.extend_from_slice(&rest[..end]);
            rest = &rest[end + 1..];
            let line = std::mem::take(&mut self.buffer);
            let line = String::from_utf8(line).map_err(io::Error::other)?;
            if let Err(e) = (self.f)(&line) {
                self.failed = Some(e);
                return Err(io::Error::other("a line was refused"));
            }
        }
        self.buffer.extend_from_slice(rest);
        if self.buffer.len() > MOST_LINE {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "a line is too long",
            ));
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The line of [`MANIFEST_SUM`].
pub(super) fn sum_line(manifest: &[u8]) -> String {
    format!("{}  {MANIFEST}\n", hex::encode(Sha256::digest(manifest)))
}

/// Makes everything below a folder durable: each file and each folder.
pub(super) fn sync_all(dir: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            sync_all(&path)?
        } else {
            std::fs::File::open(&path)?.sync_all()?
        }
    }
    std::fs::File::open(dir)?.sync_all()
}
