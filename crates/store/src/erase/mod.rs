//! Erasing: `PersonalDataErased` is in the record first; then this destroys what it names, and can be run again at any point.
//!
//! What a crash leaves: after the list, everything still to do; after the rows, files whose keys are gone; after the
//! files, free pages and a log of the engine that may still hold texts. Each run does what is left.

pub mod list;
pub(crate) mod statements;

#[cfg(test)]
mod tests;

use crate::error::StoreError;
use crate::sql::value::{self, Value};
use crate::sql::{Conn, Engine, Row, statements as q};
use crate::store::Store;
use jiff::Timestamp;
use list::Erasure;
use statements as e;
use std::collections::{BTreeMap, BTreeSet};
use vulnerary_case::Event;
use vulnerary_case::id::{ObjectId, ReportId, StreamId};
use vulnerary_case::report::event::ReportEvent;
use vulnerary_ledger::Envelope;

/// What was destroyed by this run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// Objects whose keys are gone now.
    pub objects: u64,
    /// Files removed.
    pub files: u64,
}

/// Streams are read in pages.
const PAGE: i64 = 1_000;

/// What the record says is to be destroyed.
#[derive(Debug, Default)]
struct Targets {
    objects: BTreeSet<ObjectId>,
    /// Acts of the report: their answers for retries go too.
    acts: BTreeSet<String>,
}

impl Store {
    /// Destroys what the record says is erased of this report: keys, salts, sealed bytes, files, shown texts, follow-up words and
    /// answers for retries; then what the engine still holds of them in free pages and logs. Job `erase` calls this;
    /// on an error the job is tried again, and goes on where it stopped.
    ///
    /// # Errors
    /// [`StoreError::Busy`] where somebody reads all the time: try again. [`StoreError`] else.
    pub async fn erase(&self, report: ReportId) -> Result<Erased, StoreError> {
        let at = micros(self.outside().now());
        let targets = self.read(move |conn| targets(conn, report)).await?;
        if targets.objects.is_empty() {
            return Ok(Erased::default());
        }
        let objects: Vec<ObjectId> = targets.objects.iter().copied().collect();
        let line = Erasure {
            v: 1,
            at,
            report,
            objects: objects.clone(),
        };
        let data = self.data().to_owned();
        blocking(move || {
            list::append(&data, &line).map_err(|e| StoreError::Unavailable(e.to_string()))
        })
        .await?;
        let acts = targets.acts;
        let (count, places) = self
            .write_locked(move |conn, _| {
                drop_rows(conn, report, &acts)?;
                destroy(conn, &objects, at)
            })
            .await?;
        let files = self.remove_files(places).await?;
        let engine = self.inner().engine.clone();
        blocking(move || compact(&engine)).await?;
        Ok(Erased {
            objects: count,
            files,
        })
    }

    async fn remove_files(&self, places: BTreeMap<ObjectId, String>) -> Result<u64, StoreError> {
        let files = places.len() as u64;
        let (vault, gone) = (self.vault().clone(), places.clone());
        blocking(move || {
            let failed = |e: crate::vault::VaultError| StoreError::Unavailable(e.to_string());
            gone.values()
                .try_for_each(|place| vault.objects().remove(place).map_err(failed))
        })
        .await?;
        if files > 0 {
            self.write_locked(move |conn, _| {
                places.keys().try_for_each(|id| {
                    conn.execute(&e::FORGET_PLACE, &[value::shown(id)])
                        .map(drop)
                })
            })
            .await?;
        }
        Ok(files)
    }
}

fn micros(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}

async fn blocking<T: Send + 'static>(
    f: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let failed = |e: tokio::task::JoinError| StoreError::Unavailable(e.to_string());
    tokio::task::spawn_blocking(f)
        .await
        .map_err(failed)
        .and_then(|result| result)
}

/// Reads the report's own stream: only what is erased on record is destroyed.
fn targets(conn: &mut Conn, report: ReportId) -> Result<Targets, StoreError> {
    let stream = value::shown(StreamId::Report(report));
    let (mut out, mut after) = (Targets::default(), 0);
    loop {
        let rows = conn.query(
            &q::LEAVES_OF_STREAM,
            &[stream.clone(), value::int(after), Value::Int(PAGE)],
        )?;
        let Some(last) = rows.last() else { break };
        after = last.count(1)?;
        for row in &rows {
            let envelope =
                Envelope::decode(row.blob(2)?).map_err(|e| StoreError::Corrupt(e.to_string()))?;
            out.acts.insert(envelope.act.to_owned());
            let event = Event::from_parts(
                &StreamId::Report(report),
                envelope.event_type,
                envelope.body,
            );
            if let Event::Report(ReportEvent::PersonalDataErased { objects, .. }) =
                event.map_err(|e| StoreError::Corrupt(e.to_string()))?
            {
                out.objects.extend(objects);
            }
        }
    }
    Ok(out)
}

/// Rows that are not sealed and belong to the report alone.
fn drop_rows(conn: &mut Conn, report: ReportId, acts: &BTreeSet<String>) -> Result<(), StoreError> {
    for act in acts {
        conn.execute(&e::DROP_ANSWER, &[value::text(act.as_str())])?;
    }
    conn.execute(&e::DROP_TRACK, &[value::shown(report)])?;
    Ok(())
}

/// Overwrites, then forgets keys, salts and bytes, and what is shown of the objects. Gives how many were there still, and the
/// files to remove.
pub(crate) fn destroy(
    conn: &mut Conn,
    objects: &[ObjectId],
    at: Timestamp,
) -> Result<(u64, BTreeMap<ObjectId, String>), StoreError> {
    let (mut count, mut places) = (0, BTreeMap::new());
    let keys: Vec<Value<'_>> = objects.iter().map(value::shown).collect();
    for row in conn.query_keys(&e::SIZES, &keys)? {
        let object = ObjectId(row.parse(0)?);
        let id = value::shown(object);
        if let Some(place) = row.opt_text(4)? {
            places.insert(object, place);
        }
        if row.null(5) {
            count += 1;
            // In place, with as many zeros: neither engine moves what it overwrites by the same length, as far as it can.
            let zeros = |i| -> Result<Value<'static>, StoreError> {
                Ok(value::opt(row.opt(i, Row::count)?, |n| {
                    value::blob(vec![0; n as usize])
                }))
            };
            conn.execute(
                &e::OVERWRITE,
                &[id.clone(), zeros(1)?, zeros(2)?, zeros(3)?],
            )?;
            conn.execute(&e::ERASE, &[id.clone(), value::at(at)])?;
        }
        conn.execute(&e::DROP_DISPLAY, &[id])?;
    }
    Ok((count, places))
}

/// What the engine still holds of deleted rows: SQLite zeroes freed content (`secure_delete`), and its log is emptied here;
/// PostgreSQL writes the tables anew. (Its own log, replicas and backups hold them until they are recycled: SECURITY.md.)
pub(crate) fn compact(engine: &Engine) -> Result<(), StoreError> {
    let mut conn = engine.writer()?;
    if conn.is_sqlite() {
        let busy = conn.query_one(
            &crate::sql::Sql {
                name: "ERASE_TRUNCATE",
                columns: "iii",
                text: "PRAGMA wal_checkpoint(TRUNCATE)",
            },
            &[],
        )?;
        return match busy.map(|row| row.int(0)).transpose()? {
            Some(0) => Ok(()),
            _ => Err(StoreError::Busy(
                "somebody reads: the engine's log could not be emptied yet".into(),
            )),
        };
    }
    conn.script("SET statement_timeout = 0")?;
    for table in ["sealed", "display_text", "idempotency", "track"] {
        conn.script(&format!("VACUUM (FULL) {table}"))?;
    }
    Ok(())
}
