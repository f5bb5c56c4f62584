//! Reading the folder's tables into one transaction. Whatever follows from something else is recomputed, not believed.

use super::BackupError;
use super::folder::{self, DUMPS, Dump, Hashing, Lines, Manifest, TableFile};
use crate::error::StoreError;
use crate::log::append::grow;
use crate::sql::value::{self, Value};
use crate::sql::{Conn, Row, tables as t};
use crate::vault::{ObjectKind, Vault, VaultError};
use crate::verify::Progress;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::Path;
use vulnerary_case::Event;
use vulnerary_case::id::{ObjectId, ReportId, StreamId};
use vulnerary_case::report::event::ReportEvent;
use vulnerary_ledger::fsck::{StoredNote, check_notes};
use vulnerary_ledger::{CompactRange, Envelope, VerifierKey, leaf_hash};

/// Rows inserted at a time.
const BATCH: usize = 500;

/// What is carried from table to table.
pub(super) struct Loader<'a> {
    pub(super) conn: &'a mut Conn,
    pub(super) vault: &'a Vault,
    pub(super) manifest: &'a Manifest,
    /// What lists beside the data say was erased, by report.
    pub(super) erasures: &'a BTreeMap<ReportId, Vec<ObjectId>>,
    pub(super) at: Timestamp,
    pub(super) progress: &'a mut dyn FnMut(Progress),
    pub(super) range: CompactRange,
    /// Objects that the record says are erased.
    pub(super) on_record: HashSet<ObjectId>,
    /// Reports that the record has.
    reports: BTreeSet<ReportId>,
    /// Objects that the lists name and the record does not: to be put on record.
    pub(super) again: BTreeSet<ObjectId>,
    listed: HashSet<ObjectId>,
    key: Option<VerifierKey>,
    done: u64,
}

impl<'a> Loader<'a> {
    pub(super) fn new(
        conn: &'a mut Conn,
        vault: &'a Vault,
        manifest: &'a Manifest,
        erasures: &'a BTreeMap<ReportId, Vec<ObjectId>>,
        at: Timestamp,
        progress: &'a mut dyn FnMut(Progress),
    ) -> Self {
        let listed = erasures.values().flatten().copied().collect();
        Self {
            conn,
            vault,
            manifest,
            erasures,
            at,
            progress,
            range: CompactRange::new(),
            on_record: HashSet::new(),
            reports: BTreeSet::new(),
            again: BTreeSet::new(),
            listed,
            key: None,
            done: 0,
        }
    }

    /// Loads every table in order, and checks the record against its signed checkpoint.
    pub(super) fn all(&mut self, from: &Path) -> Result<(), BackupError> {
        for dump in DUMPS {
            let file = table_file(self.manifest, dump)?;
            let mut cells: Vec<Value<'static>> = vec![];
            let mut nodes: Vec<Value<'static>> = vec![];
            let (mut line_no, mut waiting) = (0_u64, 0_usize);
            each_line(from, file, self.vault, |line| {
                line_no += 1;
                let row = folder::decode(dump, line).map_err(|why| {
                    BackupError::damaged(format!("{} line {line_no}", file.file), why)
                })?;
                waiting += usize::from(self.row(dump, row, line_no, &mut cells, &mut nodes)?);
                if waiting == BATCH {
                    self.insert(dump, &mut cells, &mut nodes)?;
                    self.done += waiting as u64;
                    waiting = 0;
                    (self.progress)(Progress {
                        stage: "restoring",
                        done: self.done,
                        of: Some(self.manifest.rows()),
                    });
                }
                Ok(())
            })?;
            self.insert(dump, &mut cells, &mut nodes)?;
            self.done += waiting as u64;
            (self.progress)(Progress {
                stage: "restoring",
                done: self.done,
                of: Some(self.manifest.rows()),
            });
            if line_no != file.rows {
                return Err(BackupError::damaged(
                    &file.file,
                    format!("it has {line_no} lines and must have {}", file.rows),
                ));
            }
            if dump.table.name == "event" {
                self.check_record()?;
            }
        }
        Ok(())
    }

    fn insert(
        &mut self,
        dump: &Dump,
        cells: &mut Vec<Value<'static>>,
        nodes: &mut Vec<Value<'static>>,
    ) -> Result<(), BackupError> {
        let table = if dump.table.name == "event" {
            &t::EVENT
        } else {
            &dump.table
        };
        self.conn.insert(table, cells)?;
        self.conn.insert(&t::TREE_NODE, nodes)?;
        cells.clear();
        nodes.clear();
        Ok(())
    }

    /// Adds a row's cells; false where it is left out.
    fn row(
        &mut self,
        dump: &Dump,
        row: Row,
        line: u64,
        cells: &mut Vec<Value<'static>>,
        nodes: &mut Vec<Value<'static>>,
    ) -> Result<bool, BackupError> {
        match dump.table.name {
            "event" => self.event(&row, line - 1, cells, nodes)?,
            "log_key" => {
                if row.int(0)? == self.manifest.head.key_id {
                    self.key = row.text(2)?.parse().ok();
                }
                cells.extend(row.0);
            }
            "sealed" => self.sealed(row, cells)?,
            "track" if self.is_listed(&row, 1)? => return Ok(false),
            "display_text" if self.is_gone(row.parse::<uuid::Uuid>(2)?) => return Ok(false),
            _ => cells.extend(row.0),
        }
        Ok(true)
    }

    /// The columns follow from the leaf.
    fn event(
        &mut self,
        row: &Row,
        idx: u64,
        cells: &mut Vec<Value<'static>>,
        nodes: &mut Vec<Value<'static>>,
    ) -> Result<(), BackupError> {
        let bad = |why: String| BackupError::damaged(format!("event {idx}"), why);
        if row.count(0)? != idx {
            return Err(bad("it is out of order".into()));
        }
        let leaf = row.blob(1)?;
        let envelope = Envelope::decode(leaf).map_err(|e| bad(e.to_string()))?;
        let stream: StreamId = envelope
            .stream
            .parse()
            .map_err(|e: vulnerary_case::id::NoStream| bad(e.to_string()))?;
        let event = Event::from_parts(&stream, envelope.event_type, envelope.body)
            .map_err(|e| bad(e.to_string()))?;
        let at: Timestamp = envelope
            .at
            .parse()
            .map_err(|_| bad("its instant cannot be read".into()))?;
        if let StreamId::Report(report) = stream {
            self.reports.insert(report);
        }
        if let Event::Report(ReportEvent::PersonalDataErased { objects, .. }) = &event {
            self.on_record.extend(objects);
        }
        let hash = leaf_hash(leaf);
        grow(&mut self.range, std::iter::once(hash), nodes)?;
        cells.extend([
            value::int(idx),
            value::text(envelope.stream.to_owned()),
            value::int(envelope.seq),
            value::text(envelope.event_type.to_owned()),
            value::at(at),
            value::text(envelope.actor.to_owned()),
            value::text(envelope.act.to_owned()),
            value::blob(leaf.to_vec()),
            value::blob(hash.0.to_vec()),
        ]);
        Ok(())
    }

    /// What was erased since stays erased: its key and bytes are not even loaded.
    fn sealed(&mut self, mut row: Row, cells: &mut Vec<Value<'static>>) -> Result<(), BackupError> {
        let object = ObjectId(row.parse(0)?);
        let listed = self.listed.contains(&object);
        if listed && !self.on_record.contains(&object) {
            self.again.insert(object);
        }
        if self.is_gone(object.0) {
            for cell in row.0.iter_mut().skip(5).take(5) {
                *cell = Value::Null;
            }
            let unmarked = row.null(10);
            if let (Some(erased_at), true) = (row.0.last_mut(), unmarked) {
                *erased_at = value::at(self.at);
            }
        }
        cells.extend(row.0);
        Ok(())
    }

    fn is_gone(&self, object: uuid::Uuid) -> bool {
        self.listed.contains(&ObjectId(object)) || self.on_record.contains(&ObjectId(object))
    }

    fn is_listed(&self, row: &Row, column: usize) -> Result<bool, StoreError> {
        Ok(self.erasures.contains_key(&ReportId(row.parse(column)?)))
    }

    /// The tree of the leaves is the one that the checkpoint signs.
    fn check_record(&self) -> Result<(), BackupError> {
        let m = self.manifest;
        let bad = |why: String| BackupError::damaged("event.jsonl", why);
        if self.range.size() != m.size || self.range.root().to_hex() != m.root {
            return Err(bad(
                "its events do not give the root that the manifest names".into(),
            ));
        }
        let key = self
            .key
            .as_ref()
            .ok_or_else(|| bad("the key that signed it is not in log_key.jsonl".into()))?;
        let keys = [key];
        let stored = StoredNote {
            size: m.size,
            note: &m.checkpoint,
            keys: &keys,
        };
        match check_notes(&[stored], 1).pop() {
            Some(Ok((_, root))) if root == self.range.root() && key.name() == m.origin => Ok(()),
            Some(Err(e)) => Err(bad(e.to_string())),
            _ => Err(bad("the signed checkpoint is of another tree".into())),
        }
    }

    /// Erasures that the record does not have yet, by report.
    pub(super) fn to_record(&self) -> Vec<(StreamId, Event)> {
        let mut out = vec![];
        for (report, objects) in self
            .erasures
            .iter()
            .filter(|(r, _)| self.reports.contains(r))
        {
            let objects: Vec<ObjectId> = objects
                .iter()
                .filter(|o| self.again.contains(o))
                .copied()
                .collect();
            if !objects.is_empty() {
                let event = ReportEvent::PersonalDataErased {
                    objects,
                    text: None,
                };
                out.push((StreamId::Report(*report), Event::Report(event)));
            }
        }
        out
    }
}

/// The manifest's entry of a table; what it says of it must be what this version reads.
pub(super) fn table_file<'m>(
    manifest: &'m Manifest,
    dump: &Dump,
) -> Result<&'m TableFile, BackupError> {
    let name = dump.table.name;
    let file = manifest.tables.iter().find(|t| t.name == name);
    let file = file.ok_or_else(|| {
        BackupError::damaged(folder::MANIFEST, format!("table {name} is not in it"))
    })?;
    let columns = dump.table.columns.iter().map(|(n, _)| *n);
    let plain_name = file.file == format!("{name}.jsonl") || file.file == format!("{name}.sealed");
    if !columns.eq(file.columns.iter().map(String::as_str))
        || file.sealed.is_some() != dump.sealed
        || !plain_name
    {
        return Err(BackupError::damaged(
            folder::MANIFEST,
            format!("table {name} has another shape than this version knows"),
        ));
    }
    Ok(file)
}

/// Calls `f` with each line of a table's file, opened where it is sealed, while its digest is compared.
fn each_line(
    from: &Path,
    file: &TableFile,
    vault: &Vault,
    f: impl FnMut(&str) -> Result<(), BackupError>,
) -> Result<(), BackupError> {
    let path = from.join(&file.file);
    let failed = |e: &std::io::Error| BackupError::file(&path, e);
    let mut input = Hashing::new(BufReader::with_capacity(
        1 << 17,
        File::open(&path).map_err(|e| failed(&e))?,
    ));
    let mut lines = Lines::new(f);
    let read = match &file.sealed {
        None => copy(&mut input, &mut lines).map_err(VaultError::from),
        Some(key) => vault.open_file(
            ObjectKind::BackupTable,
            &file.file,
            &key.key()?,
            &mut input,
            &mut lines,
        ),
    };
    if let Some(e) = lines.failed.take() {
        return Err(e);
    }
    read.map_err(|e| BackupError::damaged(&file.file, e.to_string()))?;
    lines.finish()?;
    if input.hex() != file.sha256 {
        return Err(BackupError::damaged(
            &file.file,
            "its SHA-256 is not the manifest's",
        ));
    }
    Ok(())
}

fn copy(input: &mut dyn Read, out: &mut dyn Write) -> std::io::Result<()> {
    std::io::copy(input, out).map(drop)
}
