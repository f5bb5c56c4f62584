//! Restoring: into an empty data directory or database, all in one transaction, as a new incarnation of the log.
//!
//! What a kill leaves: files without rows, and the mark [`RESTORING`], with which no store opens; the same restore run again
//! ends it. Files are on disk before the transaction commits.

use super::folder::{self, DUMPS, MANIFEST, MANIFEST_SUM, Manifest, OBJECTS, VERSION};
use super::load::{Loader, table_file};
use super::table_out::digest;
use super::{BackupError, RESTORING, statements as b, successor};
use crate::erase::list;
use crate::log::{Head, incarnation};
use crate::rebuild::rebuild_rows;
use crate::seen::Seen;
use crate::sql::value::{self, Value};
use crate::sql::{Conn, Engine, migrate};
use crate::store::Options;
use crate::turnstile::lock_file;
use crate::vault::{Vault, VaultError};
use crate::verify::Progress;
use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use vulnerary_case::Event;
use vulnerary_case::id::{ObjectId, ReportId, StreamId};
use vulnerary_ledger::Checkpoint;

/// A longer manifest is not ours.
const MOST_MANIFEST: u64 = 1024 * 1024;

/// What was restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// The backup.
    pub manifest: Manifest,
    /// Origin of the new incarnation.
    pub origin: String,
    /// Size of the log now.
    pub size: u64,
    /// Objects that were erased after the backup, and are erased again.
    pub erased_again: u64,
    /// Large files that the backup did not have whole; it said so when it was made.
    pub missing: Vec<String>,
}

/// Restores the backup at `from` as the store that `options` name. Waits: call it on a blocking thread.
///
/// The master key is not in the backup: it has to be where `options` say. A list of erasures and the checkpoint seen that are in
/// the data directory already are heeded, so leave them there.
///
/// # Errors
/// [`BackupError`]; the database is as empty as before.
pub fn restore(
    from: &Path,
    options: &Options,
    progress: &mut dyn FnMut(Progress),
) -> Result<Restored, BackupError> {
    let manifest = read_manifest(from)?;
    check_files(from, &manifest, progress)?;
    let data = &options.data;
    let file = |e: std::io::Error| BackupError::file(data, &e);
    make_private(data).map_err(file)?;
    let in_use = lock_file(&data.join("use")).map_err(file)?;
    if in_use.try_lock().is_err() {
        return Err(BackupError::NotEmpty(format!(
            "{} is in use by another process. Stop it first",
            data.display()
        )));
    }
    let engine = Engine::of(data, options.database_url.as_deref())?;
    let mut conn = engine.writer()?;
    empty_schema(&mut conn, options)?;
    let vault = Vault::open_at(
        &options.master_key,
        data,
        &manifest.master_keys,
        options.outside.clone(),
    )?;
    if let Some(other) = vault.lacks(&manifest.master_keys).pop() {
        return Err(VaultError::OtherKey(other).into());
    }
    let mark = data.join(RESTORING);
    std::fs::write(
        &mark,
        "A restore is under way. If it was interrupted, run it again.\n",
    )
    .and_then(|()| File::open(data)?.sync_all())
    .map_err(file)?;
    let job = Job {
        from,
        options,
        manifest: &manifest,
        vault: &vault,
        seen: Seen::new(data),
    };
    let done = job.run(&mut conn, progress);
    if done.is_err() {
        drop(conn.rollback());
    }
    std::fs::remove_file(&mark)
        .and_then(|()| File::open(data)?.sync_all())
        .map_err(file)?;
    done
}

fn make_private(dir: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
}

/// The manifest of a folder.
///
/// # Errors
/// [`BackupError`] where there is none, or none that this version reads.
pub fn read_manifest(from: &Path) -> Result<Manifest, BackupError> {
    #[derive(serde::Deserialize)]
    struct OnlyVersion {
        v: u8,
    }
    let path = from.join(MANIFEST);
    let failed = |e: &std::io::Error| BackupError::file(&path, e);
    if std::fs::metadata(&path).map_err(|e| failed(&e))?.len() > MOST_MANIFEST {
        return Err(BackupError::damaged(MANIFEST, "it is too long"));
    }
    let text = std::fs::read(&path).map_err(|e| failed(&e))?;
    let bad = |e: serde_json::Error| BackupError::damaged(MANIFEST, e.to_string());
    let sum = from.join(MANIFEST_SUM);
    let sum = std::fs::read_to_string(&sum).map_err(|e| BackupError::file(&sum, &e))?;
    if sum != folder::sum_line(&text) {
        return Err(BackupError::damaged(
            MANIFEST,
            format!("its SHA-256 is not the one in {MANIFEST_SUM}"),
        ));
    }
    let OnlyVersion { v } = serde_json::from_slice(&text).map_err(bad)?;
    if v != VERSION {
        return Err(BackupError::Newer(v));
    }
    serde_json::from_slice(&text).map_err(bad)
}

/// Every table's file is there and what the manifest says, before anything is written.
fn check_files(
    from: &Path,
    manifest: &Manifest,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), BackupError> {
    for (n, dump) in DUMPS.iter().enumerate() {
        let table = table_file(manifest, dump)?;
        let path = from.join(&table.file);
        let (sha256, bytes) = digest(&path).map_err(|e| BackupError::file(&path, &e))?;
        if sha256 != table.sha256 || bytes != table.bytes {
            return Err(BackupError::damaged(
                &table.file,
                "its SHA-256 is not the manifest's",
            ));
        }
        progress(Progress {
            stage: "checking",
            done: n as u64 + 1,
            of: Some(DUMPS.len() as u64),
        });
    }
    let erasures = from.join(list::FILE);
    let found = match digest(&erasures) {
        Ok((sha256, _)) => Some(sha256),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => None,
        Err(e) => return Err(BackupError::file(&erasures, &e)),
    };
    if found != manifest.erasures {
        return Err(BackupError::damaged(
            list::FILE,
            "its SHA-256 is not the manifest's",
        ));
    }
    Ok(())
}

/// Makes the tables where there are none; refuses where there is a log.
fn empty_schema(conn: &mut Conn, options: &Options) -> Result<(), BackupError> {
    let fresh = migrate::missing(conn)?.len() == migrate::MIGRATIONS.len();
    if !fresh {
        let logs = conn
            .query_one(&b::ANYTHING, &[])?
            .map_or(Ok(0), |row| row.count(0))?;
        if logs > 0 {
            let place = options.database_url.as_ref().map_or_else(
                || options.data.display().to_string(),
                |_| "the database".into(),
            );
            return Err(BackupError::NotEmpty(format!(
                "{place} holds a log already. Restore into an empty one; move this one aside first"
            )));
        }
    }
    Ok(migrate::apply(conn, options.outside.now())?)
}

/// One restore.
struct Job<'a> {
    from: &'a Path,
    options: &'a Options,
    manifest: &'a Manifest,
    vault: &'a Vault,
    seen: Seen,
}

impl Job<'_> {
    fn run(
        &self,
        conn: &mut Conn,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Restored, BackupError> {
        let erasures = self.erasures()?;
        let missing = self.objects(&erasures, progress)?;
        if !conn.is_sqlite() {
            conn.script("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0")?;
        }
        conn.begin()?;
        let (note, restored) = self.transaction(conn, &erasures, progress)?;
        conn.commit()?;
        if let Err(e) = self.seen.write(&note, true) {
            tracing::warn!(error = %e, "the checkpoint seen could not be noted");
        }
        Ok(Restored {
            missing,
            ..restored
        })
    }

    /// What lists say was erased: the one in the data directory, and the backup's own.
    fn erasures(&self) -> Result<BTreeMap<ReportId, Vec<ObjectId>>, BackupError> {
        let mut all = vec![];
        for file in [list::file(&self.options.data), self.from.join(list::FILE)] {
            all.extend(list::read(&file).map_err(|e| BackupError::file(&file, &e))?);
        }
        for erasure in &all {
            list::append(&self.options.data, erasure)
                .map_err(|e| BackupError::file(&self.options.data, &e))?;
        }
        Ok(list::by_report(all))
    }

    /// Copies the large files, each compared with its row, except what was erased. Gives those that are not whole.
    fn objects(
        &self,
        erasures: &BTreeMap<ReportId, Vec<ObjectId>>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Vec<String>, BackupError> {
        let erased: HashSet<&ObjectId> = erasures.values().flatten().collect();
        let path = self
            .from
            .join(table_file(self.manifest, &folder::SEALED)?.file.as_str());
        let lines =
            BufReader::new(File::open(&path).map_err(|e| BackupError::file(&path, &e))?).lines();
        let (mut missing, mut done) = (vec![], 0);
        for line in lines {
            let line = line.map_err(|e| BackupError::file(&path, &e))?;
            let row = folder::decode(&folder::SEALED, &line)
                .map_err(|why| BackupError::damaged("sealed.jsonl", why))?;
            let row = crate::read::sealed_row(&row)?;
            let Some(place) = row
                .place
                .as_deref()
                .filter(|_| row.erased_at.is_none() && !erased.contains(&row.object))
            else {
                continue;
            };
            let source = self.from.join(OBJECTS).join(place);
            match digest(&source) {
                Ok((sha256, _)) if sha256 == row.sha256 => {
                    let mut input =
                        File::open(&source).map_err(|e| BackupError::file(&source, &e))?;
                    self.vault.objects().put_from(place, &mut input)?;
                    done += 1;
                    progress(Progress {
                        stage: "large files",
                        done,
                        of: Some(self.manifest.objects.files),
                    });
                }
                Ok(_) => missing.push(format!("object {}: its file was changed", row.object)),
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                    missing.push(format!("object {}: its file is missing", row.object))
                }
                Err(e) => return Err(BackupError::file(&source, &e)),
            }
        }
        Ok(missing)
    }

    fn transaction(
        &self,
        conn: &mut Conn,
        erasures: &BTreeMap<ReportId, Vec<ObjectId>>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(String, Restored), BackupError> {
        let outside = self.options.outside.as_ref();
        let mut loader = Loader::new(
            conn,
            self.vault,
            self.manifest,
            erasures,
            outside.now(),
            progress,
        );
        loader.all(self.from)?;
        let (events, erased_again) = (loader.to_record(), loader.again.len() as u64);
        let range = loader.range.encode();
        let head = &self.manifest.head;
        conn.execute(
            &b::MAKE_HEAD,
            &[
                value::text(self.manifest.origin.as_str()),
                Value::Int(head.key_id),
                value::int(self.manifest.size),
                value::blob(range),
                Value::Int(head.last_at),
                Value::Int(head.next_report.into()),
                Value::Int(head.next_case.into()),
            ],
        )?;
        let (note, head) = self.incarnate(conn, events)?;
        let numbers = crate::log::keys::numbers(conn, self.vault)?;
        rebuild_rows(conn, head.size(), &numbers)?;
        let restored = Restored {
            manifest: self.manifest.clone(),
            origin: head.origin.clone(),
            size: head.size(),
            erased_again,
            missing: vec![],
        };
        Ok((note, restored))
    }

    /// The new incarnation, and in its first act what was erased since.
    fn incarnate(
        &self,
        conn: &mut Conn,
        erased: Vec<(StreamId, Event)>,
    ) -> Result<(String, Head), BackupError> {
        let outside = self.options.outside.as_ref();
        let mut head = Head::lock(conn)?;
        let origin = head.origin()?;
        let seen: Option<Checkpoint> = self.seen.read().filter(|c| c.origin.id() == origin.id());
        let past = seen.as_ref().map(|c| c.origin.clone());
        let size = seen.filter(|c| c.origin == origin).map(|c| c.size);
        let began = incarnation::begin(
            conn,
            &mut head,
            self.vault,
            outside,
            past.as_ref(),
            "restore",
            size,
        )?;
        let mut events = vec![(StreamId::Org, Event::Org(began))];
        events.extend(erased);
        let note = successor::append(conn, &mut head, self.vault, outside, events)?;
        Ok((note, head))
    }
}
