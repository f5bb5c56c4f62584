//! Writing the folder, beside whatever the store does.
//!
//! What changes is read in one moment with the head: keys, secrets, jobs, accounts. What is only ever added is read after
//! it in short transactions, up to that size. The folder gets its name only when everything in it is on disk.

use super::folder::{
    self, DUMPS, Dump, Hashing, MANIFEST, MANIFEST_SUM, Manifest, ManifestHead, OBJECTS,
    ObjectTotals, TableFile, VERSION,
};
use super::table_out::{TableOut, digest};
use super::{BackupError, statements as b};
use crate::erase::list;
use crate::error::StoreError;
use crate::log::Head;
use crate::read::sealed_row;
use crate::sql::value::{self, Kind, Value};
use crate::sql::{Conn, Row, Sql, statements as q};
use crate::store::Store;
use crate::vault::{ObjectKind, SealedRow, Vault};
use crate::verify::Progress;
use std::collections::HashSet;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Rows a transaction.
const PAGE: i64 = 1_000;
/// Rows of sealed objects a transaction: up to 64 KiB each.
const SEALED_PAGE: i64 = 100;

/// A backup that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackedUp {
    /// What it holds.
    pub manifest: Manifest,
    /// Objects that could not be copied as their rows say; they were damaged before. `verify` says more.
    pub damaged: Vec<String>,
}

impl Store {
    /// Writes a backup to `to`, which must not exist. Waits: call it on a blocking thread. `software` is the version that
    /// the manifest names.
    ///
    /// # Errors
    /// [`BackupError`]; `to` does not exist then, and `to` with `.partial` may.
    pub fn backup(
        &self,
        to: &Path,
        software: &str,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<BackedUp, BackupError> {
        if to.exists() {
            return Err(BackupError::NotEmpty(format!(
                "{} is there already. Name a folder that is not",
                to.display()
            )));
        }
        let mut name = to.file_name().unwrap_or_default().to_owned();
        name.push(".partial");
        let partial = to.with_file_name(name);
        let file = |e: std::io::Error| BackupError::file(&partial, &e);
        if partial.exists() {
            std::fs::remove_dir_all(&partial).map_err(file)?;
        }
        make_private(&partial)
            .and_then(|()| make_private(&partial.join(OBJECTS)))
            .map_err(file)?;
        let mut conn = self.inner().engine.reader()?;
        let mut saver = Saver {
            vault: self.vault(),
            dir: partial.clone(),
            size: 0,
            streams: HashSet::new(),
            objects: HashSet::new(),
            masters: HashSet::from([self.vault().master_id().to_owned()]),
            tables: vec![],
            totals: ObjectTotals::default(),
            damaged: vec![],
            progress,
        };
        let made_at = self.outside().now();
        let moment = conn.snapshot(|c| Ok(moment(c)))??;
        let mut manifest = saver.all(&mut conn, moment, software, made_at)?;
        manifest.erasures = saver.erasures(self.data())?;
        write_manifest(&partial, &manifest)?;
        folder::sync_all(&partial).map_err(file)?;
        std::fs::rename(&partial, to).map_err(file)?;
        let parent = to
            .parent()
            .filter(|p| !p.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        File::open(parent)
            .and_then(|dir| dir.sync_all())
            .map_err(file)?;
        Ok(BackedUp {
            manifest,
            damaged: saver.damaged,
        })
    }
}

fn make_private(dir: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
}

fn write_manifest(dir: &Path, manifest: &Manifest) -> Result<(), BackupError> {
    let path = dir.join(MANIFEST);
    let text =
        serde_json::to_string_pretty(manifest).map_err(|e| BackupError::file(&path, &e.into()))?;
    let text = text + "\n";
    std::fs::write(&path, &text)
        .and_then(|()| std::fs::write(dir.join(MANIFEST_SUM), folder::sum_line(text.as_bytes())))
        .map_err(|e| BackupError::file(&path, &e))
}

/// What is read in one moment.
struct Moment {
    head: Head,
    checkpoint: String,
    rows: Vec<(&'static Dump, Vec<Row>)>,
}

fn moment(conn: &mut Conn) -> Result<Moment, BackupError> {
    let head =
        Head::peek(conn)?.ok_or_else(|| StoreError::Corrupt("the log has no head".into()))?;
    let key = [value::text(head.origin.as_str()), value::int(head.size())];
    // Right after a restart without a commit, the newest checkpoint may be of the incarnation before.
    let checkpoint = conn
        .query_one(&q::GET_CHECKPOINT, &key)?
        .ok_or_else(|| StoreError::Corrupt("the log's head is not signed".into()))?
        .text(0)?
        .to_owned();
    let small: [(&'static Dump, &Sql); 5] = [
        (&folder::LOG_KEY, &b::LOG_KEYS),
        (&folder::SECRET, &b::SECRETS),
        (&folder::JOB, &b::JOBS),
        (&folder::CREDENTIAL, &b::CREDENTIALS),
        (&folder::RECOVERY_CODE, &b::RECOVERY_CODES),
    ];
    let mut rows = vec![];
    for (dump, sql) in small {
        rows.push((dump, conn.query(sql, &[])?));
    }
    Ok(Moment {
        head,
        checkpoint,
        rows,
    })
}

/// The folder in the making.
struct Saver<'a> {
    vault: &'a Vault,
    dir: PathBuf,
    size: u64,
    streams: HashSet<String>,
    objects: HashSet<u128>,
    masters: HashSet<String>,
    tables: Vec<TableFile>,
    totals: ObjectTotals,
    damaged: Vec<String>,
    progress: &'a mut dyn FnMut(Progress),
}

impl Saver<'_> {
    fn all(
        &mut self,
        conn: &mut Conn,
        moment: Moment,
        software: &str,
        made_at: jiff::Timestamp,
    ) -> Result<Manifest, BackupError> {
        let Moment {
            head,
            checkpoint,
            rows,
        } = moment;
        self.size = head.size();
        self.events(conn)?;
        for (dump, rows) in rows {
            let mut out = self.begin(dump)?;
            for row in &rows {
                self.note_masters(dump, row);
                out.row(row)?;
            }
            self.end(out)?;
        }
        self.sealed(conn)?;
        let size = self.size as i64;
        self.paged(conn, &folder::CHECKPOINT, &b::CHECKPOINTS, 2, |_, row| {
            Ok(row.int(1)? <= size)
        })?;
        self.paged(conn, &folder::ACT, &b::ACTS, 2, |_, row| {
            Ok(row.int(7)? <= size)
        })?;
        self.paged(conn, &folder::TRACK, &b::TRACKS, 1, |s, row| {
            Ok(s.streams.contains(&format!("report/{}", row.text(1)?)))
        })?;
        self.paged(conn, &folder::DISPLAY_TEXT, &b::DISPLAY, 2, |s, row| {
            Ok(s.streams.contains(row.text(0)?)
                && s.objects.contains(&row.parse::<uuid::Uuid>(2)?.as_u128()))
        })?;
        self.paged(conn, &folder::OCCURRENCE, &b::OCCURRENCES, 3, |s, row| {
            // A run after this moment may have shown it again: the whole row is of that run, and comes with it.
            let run = |i| {
                row.text(i)
                    .map(|id| s.streams.contains(&format!("run/{id}")))
            };
            Ok(run(3)? && run(4)? && s.streams.contains(&format!("case/{}", row.text(2)?)))
        })?;
        let order = |t: &TableFile| DUMPS.iter().position(|d| d.table.name == t.name);
        self.tables.sort_by_key(order);
        let mut master_keys: Vec<String> = self.masters.iter().cloned().collect();
        master_keys.sort();
        Ok(Manifest {
            v: VERSION,
            software: software.to_owned(),
            made_at,
            origin: head.origin.clone(),
            size: self.size,
            root: head.range.root().to_hex(),
            checkpoint,
            head: ManifestHead {
                key_id: head.key,
                last_at: head.last_at.as_microsecond(),
                next_report: head.next_report,
                next_case: head.next_case,
            },
            master_keys,
            tables: std::mem::take(&mut self.tables),
            objects: self.totals,
            erasures: None,
        })
    }

    /// Leaves, and what they name.
    fn events(&mut self, conn: &mut Conn) -> Result<(), BackupError> {
        let mut out = self.begin(&folder::EVENT)?;
        let mut next = 0;
        while next < self.size {
            let to = self.size.min(next + PAGE as u64);
            let rows = conn.query(&b::EVENTS, &[value::int(next), value::int(to)])?;
            for row in &rows {
                if row.count(0)? != next {
                    return Err(StoreError::Corrupt(format!("event {next} is missing")).into());
                }
                self.note_event(row.blob(1)?)?;
                out.row(row)?;
                next += 1;
            }
            if next < to {
                return Err(StoreError::Corrupt(format!("event {next} is missing")).into());
            }
            (self.progress)(Progress {
                stage: "events",
                done: next,
                of: Some(self.size),
            });
        }
        self.end(out)
    }

    fn note_event(&mut self, leaf: &[u8]) -> Result<(), BackupError> {
        #[derive(serde::Deserialize)]
        struct Parts {
            stream: String,
            body: serde_json::Value,
        }
        let parts: Parts =
            serde_json::from_slice(leaf).map_err(|e| StoreError::Corrupt(e.to_string()))?;
        crate::verify::references(&parts.body, &mut |r| {
            self.objects.insert(r.object.0.as_u128());
        });
        self.streams.insert(parts.stream);
        Ok(())
    }

    fn note_masters(&mut self, dump: &Dump, row: &Row) {
        for (cell, (column, _)) in row.0.iter().zip(dump.table.columns) {
            if let (Value::Blob(blob), "wrapped" | "totp") = (cell, *column) {
                self.masters.extend(Vault::master_of(blob));
            }
        }
    }

    /// Sealed rows that an event below the size names; large ones with their files.
    fn sealed(&mut self, conn: &mut Conn) -> Result<(), BackupError> {
        let mut out = self.begin(&folder::SEALED)?;
        let (mut after, mut done) = (String::new(), 0);
        loop {
            let rows = conn.query(
                &b::SEALED,
                &[value::text(after.as_str()), Value::Int(SEALED_PAGE)],
            )?;
            let Some(last) = rows.last() else {
                return self.end(out);
            };
            after = last.text(0)?.to_owned();
            for row in rows {
                let sealed = sealed_row(&row)?;
                let named = self.objects.contains(&sealed.object.0.as_u128());
                if !named && sealed.kind != ObjectKind::ActList {
                    continue;
                }
                out.row(&self.object(conn, row, sealed)?)?;
                done += 1;
            }
            (self.progress)(Progress {
                stage: "sealed objects",
                done,
                of: Some(self.objects.len() as u64),
            });
        }
    }

    /// The row as it is to be kept: erased meanwhile, it is kept as erased.
    fn object(&mut self, conn: &mut Conn, row: Row, sealed: SealedRow) -> Result<Row, BackupError> {
        self.masters.extend(sealed.master.clone());
        let (Some(place), None) = (&sealed.place, sealed.erased_at) else {
            return Ok(row);
        };
        match self.copy(&sealed, place)? {
            Copied::Whole => Ok(row),
            other => {
                let now = conn
                    .query_keys(&q::GET_SEALED, &[value::shown(sealed.object)])?
                    .pop();
                match now {
                    Some(now) if sealed_row(&now)?.erased_at.is_some() => Ok(now),
                    _ => {
                        let how = if matches!(other, Copied::Missing) {
                            "its file is missing"
                        } else {
                            "its file was changed"
                        };
                        self.damaged
                            .push(format!("object {}: {how}", sealed.object));
                        Ok(row)
                    }
                }
            }
        }
    }

    fn copy(&mut self, sealed: &SealedRow, place: &str) -> Result<Copied, BackupError> {
        let Some(input) = self.vault.objects().read(place)? else {
            return Ok(Copied::Missing);
        };
        let path = self.dir.join(OBJECTS).join(place);
        let file = |e: std::io::Error| BackupError::file(&path, &e);
        if let Some(dir) = path.parent() {
            make_private(dir).map_err(file)?;
        }
        let mut input = Hashing::new(input);
        let mut out = File::create(&path).map_err(file)?;
        std::io::copy(&mut input, &mut out).map_err(file)?;
        self.totals.files += 1;
        self.totals.bytes += input.bytes;
        Ok(if input.hex() == sealed.sha256 {
            Copied::Whole
        } else {
            Copied::Changed
        })
    }

    /// Everything of a table that `keep` keeps, page by page; the first `key` columns are its key.
    fn paged(
        &mut self,
        conn: &mut Conn,
        dump: &'static Dump,
        sql: &Sql,
        key: usize,
        keep: impl Fn(&Self, &Row) -> Result<bool, StoreError>,
    ) -> Result<(), BackupError> {
        let mut out = self.begin(dump)?;
        let mut after: Vec<Value<'static>> = dump.table.columns[..key]
            .iter()
            .map(|(_, kind)| least(*kind))
            .collect();
        loop {
            let mut params = after.clone();
            params.push(Value::Int(PAGE));
            let rows = conn.query(sql, &params)?;
            let Some(last) = rows.last() else {
                return self.end(out);
            };
            after = last.0[..key].to_vec();
            for row in &rows {
                if keep(self, row)? {
                    out.row(row)?;
                }
            }
            (self.progress)(Progress {
                stage: dump.table.name,
                done: out.rows,
                of: None,
            });
        }
    }

    fn begin(&self, dump: &'static Dump) -> Result<TableOut, BackupError> {
        TableOut::begin(dump, &self.dir, self.vault)
    }

    fn end(&mut self, out: TableOut) -> Result<(), BackupError> {
        self.tables.push(out.end()?);
        Ok(())
    }

    /// The list of erasures goes with it: a restore elsewhere erases them again.
    fn erasures(&self, data: &Path) -> Result<Option<String>, BackupError> {
        let from = list::file(data);
        let to = self.dir.join(list::FILE);
        match std::fs::copy(&from, &to).and_then(|_| digest(&to)) {
            Ok((sha256, _)) => Ok(Some(sha256)),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(BackupError::file(&from, &e)),
        }
    }
}

enum Copied {
    Whole,
    Missing,
    Changed,
}

/// What sorts before every key.
fn least(kind: Kind) -> Value<'static> {
    match kind {
        Kind::Int => Value::Int(-1),
        Kind::Text => value::text(""),
        Kind::Blob => value::blob(&[][..]),
    }
}
