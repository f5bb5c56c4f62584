//! The store: open it, commit acts, read.

use crate::act::{Act, Committed, Dropped};
use crate::ballast::Ballast;
use crate::error::{CommitError, OpenError, StoreError};
use crate::log::{Head, keys};
use crate::outside::Outside;
use crate::readers::Readers;
use crate::seen::Seen;
use crate::sql::conn::Fault;
use crate::sql::{Conn, Engine, migrate};
use crate::turnstile::{Turnstile, lock_file};
use crate::vault::{KeyPlace, Vault};
use crate::writer::{Health, Part, Parts, QUEUE, Watch, Work, Writer};
use std::cmp::Ordering;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use tokio::sync::oneshot;
use vulnerary_case::act::{BatchCommand, Command};
#[cfg(test)]
use vulnerary_case::id::ActId;

/// How to open a store.
#[derive(Clone)]
pub struct Options {
    /// The data directory: keys, large objects, and the SQLite database where there is no address.
    pub data: PathBuf,
    /// `postgres://…`; `None` is SQLite in the data directory.
    pub database_url: Option<String>,
    /// Where the master key is.
    pub master_key: KeyPlace,
    /// Time and randomness.
    pub outside: Arc<dyn Outside>,
    /// Threads that read.
    pub read_connections: usize,
}

/// The store. Cloning is cheap; all clones are one.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

pub(crate) struct Inner {
    queue: SyncSender<Work>,
    readers: Readers,
    pub(crate) vault: Vault,
    pub(crate) outside: Arc<dyn Outside>,
    pub(crate) engine: Engine,
    pub(crate) data: PathBuf,
    watch: Arc<Watch>,
    /// Held shared while the store is open; `migrate` and `restore` want it alone.
    _in_use: Arc<File>,
    #[cfg(test)]
    pub(crate) panic_on: Arc<std::sync::Mutex<Option<ActId>>>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("data", &self.0.data).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens a store; on a first start, makes it. Waits: call it before the process serves, or on a blocking thread.
    ///
    /// # Errors
    /// [`OpenError`], in words.
    pub fn open(options: Options) -> Result<Self, OpenError> {
        Self::open_with(options, Fault::default())
    }

    pub(crate) fn open_with(options: Options, fault: Fault) -> Result<Self, OpenError> {
        // On a thread of its own: a connection brings its own runtime, and may not run inside the caller's.
        std::thread::scope(|scope| scope.spawn(|| Self::open_here(options, fault)).join())
            .unwrap_or_else(|_| Err(StoreError::Unavailable("opening panicked: a defect of this software".into()).into()))
    }

    fn open_here(options: Options, fault: Fault) -> Result<Self, OpenError> {
        let Options { data, database_url, master_key, outside, read_connections } = options;
        make_directory(&data)?;
        let engine = match database_url {
            None => Engine::Sqlite(data.join("vulnerary.db")),
            Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => Engine::Postgres(url),
            Some(_) => return Err(OpenError::Address("it begins with neither postgres:// nor postgresql://".into())),
        };
        let data_error = |e: std::io::Error| in_data(&data, &e);
        let in_use = lock_file(&data.join("use")).map_err(data_error)?;
        in_use.lock_shared().map_err(data_error)?;
        let in_use = Arc::new(in_use);
        let mut conn = engine.writer()?;
        prepare_schema(&mut conn, &data, &in_use, outside.as_ref())?;
        let known = keys::masters(&mut conn)?;
        let vault = Vault::open_at(&master_key, &data, &known, Arc::clone(&outside))
            .map_err(|e| OpenError::Key(e.to_string()))?;
        keys::ensure(&mut conn, &vault, outside.as_ref())?;
        let numbers = keys::numbers(&mut conn, &vault)?;
        let seen = Seen::new(&data);
        let ahead = ahead_of(&mut conn, &seen)?;
        let stale = migrate::projection(&mut conn)? != migrate::PROJECTION;
        drop(conn);
        let ballast = Ballast::new(&data);
        if let Err(e) = ballast.fill() {
            tracing::warn!(error = %e, "the reserve against a full disk could not be made");
        }
        let turnstile =
            if engine.is_sqlite() { Some(Arc::new(Turnstile::open(&data).map_err(data_error)?)) } else { None };
        let watch = Arc::new(Watch::default());
        let parts = Parts {
            engine: engine.clone(),
            vault: vault.clone(),
            outside: Arc::clone(&outside),
            turnstile,
            seen,
            ballast,
            watch: Arc::clone(&watch),
            numbers,
            fault,
            in_use: Arc::clone(&in_use),
        };
        let mut writer = Writer::new(parts);
        if let Some(seen_size) = ahead {
            tracing::warn!(seen_size, "the database is behind a checkpoint already seen: the log begins a new incarnation");
            writer.new_incarnation("behind_seen_checkpoint", Some(seen_size))?;
        }
        if stale {
            writer.rebuild()?;
        }
        #[cfg(test)]
        let panic_on = Arc::clone(&writer.panic_on);
        let (queue, receive) = sync_channel(QUEUE);
        std::thread::Builder::new().name("writer".into()).spawn(move || writer.run(&receive)).map_err(data_error)?;
        let readers = Readers::start(&engine, read_connections).map_err(data_error)?;
        Ok(Self(Arc::new(Inner {
            queue,
            readers,
            vault,
            outside,
            engine,
            data,
            watch,
            _in_use: in_use,
            #[cfg(test)]
            panic_on,
        })))
    }

    /// Applies an act: all of it or nothing of it, once for ever (architecture §4).
    ///
    /// An act over many cases is applied in parts, one transaction each; sent again after a crash, it goes on where it
    /// stopped.
    ///
    /// # Errors
    /// [`CommitError`]. After any but `Refused` the same act may be sent again.
    pub async fn commit(&self, act: Act) -> Result<Committed, CommitError> {
        let parts = split(act);
        if let [_] = parts.as_slice() {
            return match parts.into_iter().next() {
                Some(part) => self.commit_part(part).await,
                None => Err(CommitError::Defect("an act without parts".into())),
            };
        }
        let (mut whole, mut dropped, mut refused) = (None, vec![], None);
        for part in parts {
            let cases = part.cases();
            match self.commit_part(part).await {
                Ok(done) => whole = Some(merge(whole, done)),
                // Every case of this part refused; those of others need not have.
                Err(CommitError::Refused(no)) => {
                    dropped.extend(cases.into_iter().map(|case| Dropped { case, why: no.to_string() }));
                    refused.get_or_insert(no);
                }
                Err(other) => return Err(other),
            }
        }
        match (whole, refused) {
            (Some(mut whole), _) => {
                whole.dropped.extend(dropped);
                Ok(whole)
            }
            (None, Some(no)) => Err(no.into()),
            (None, None) => Err(CommitError::Defect("an act without parts".into())),
        }
    }

    pub(crate) async fn commit_part(&self, part: Part) -> Result<Committed, CommitError> {
        let (answer, wait) = oneshot::channel();
        self.send(Work::Act(Box::new(part), answer))?;
        wait.await.unwrap_or_else(|_| Err(CommitError::Unavailable("the writer has ended".into())))
    }

    fn send(&self, work: Work) -> Result<(), CommitError> {
        self.0.queue.try_send(work).map_err(|e| match e {
            TrySendError::Full(_) => CommitError::Busy,
            TrySendError::Disconnected(_) => CommitError::Unavailable("the writer has ended".into()),
        })
    }

    /// Runs `f` on a reader's connection.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Conn) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.0.readers.run(f).await
    }

    /// Runs `f` on the writer thread.
    pub(crate) async fn on_writer<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Writer) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, wait) = oneshot::channel();
        let task = move |writer: &mut Writer| drop(answer.send(f(writer)));
        self.send(Work::Task(Box::new(task))).map_err(|e| match e {
            CommitError::Busy => StoreError::Busy("too many writes wait".into()),
            other => StoreError::Unavailable(other.to_string()),
        })?;
        wait.await.unwrap_or_else(|_| Err(StoreError::Unavailable("a write panicked, or the writer has ended".into())))
    }

    /// A write that is no act, in its own transaction.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Conn) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.on_writer(move |w| w.write(f)).await
    }

    /// A write that is no act, under the head lock: nobody commits meanwhile, and every cache is void after it.
    #[allow(dead_code, reason = "used by vault's erasure and restore")]
    pub(crate) async fn write_locked<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Conn, Head) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.write(move |conn| {
            let head = Head::lock(conn)?;
            f(conn, head)
        })
        .await
    }

    /// Sealing and opening.
    pub fn vault(&self) -> &Vault {
        &self.0.vault
    }

    /// Time and randomness.
    pub fn outside(&self) -> &Arc<dyn Outside> {
        &self.0.outside
    }

    /// The data directory.
    pub fn data(&self) -> &Path {
        &self.0.data
    }

    /// `sqlite` or `postgres`.
    pub fn engine(&self) -> &'static str {
        if self.0.engine.is_sqlite() { "sqlite" } else { "postgres" }
    }

    /// How the store is, for `readyz` and the desk.
    pub fn health(&self) -> Health {
        self.0.watch.get()
    }

    #[allow(dead_code, reason = "used by backup and verify")]
    pub(crate) fn inner(&self) -> &Inner {
        &self.0
    }

    /// Begins a new incarnation of the log after a restore; `seen` is the largest size known of the old one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn new_incarnation(&self, reason: &str, seen: Option<u64>) -> Result<(), StoreError> {
        let reason = reason.to_owned();
        self.on_writer(move |w| w.new_incarnation(&reason, seen)).await
    }

    /// Makes every projection anew from the events.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn rebuild(&self) -> Result<(), StoreError> {
        self.on_writer(Writer::rebuild).await
    }
}

fn in_data(data: &Path, e: &std::io::Error) -> OpenError {
    OpenError::Data { place: data.display().to_string(), why: e.to_string() }
}

fn make_directory(data: &Path) -> Result<(), OpenError> {
    use std::os::unix::fs::DirBuilderExt;
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true).mode(0o700);
    builder.create(data).map_err(|e| in_data(data, &e))
}

/// Applies missing migrations, with the directory for ourselves alone.
fn prepare_schema(conn: &mut Conn, data: &Path, in_use: &File, outside: &dyn Outside) -> Result<(), OpenError> {
    let turnstile = Turnstile::open(data).map_err(|e| in_data(data, &e))?;
    let _turn = turnstile.pass().map_err(|e| in_data(data, &e))?;
    if migrate::missing(conn)?.is_empty() {
        return Ok(());
    }
    in_use.unlock().map_err(|e| in_data(data, &e))?;
    in_use.try_lock().map_err(|_| OpenError::Data {
        place: data.display().to_string(),
        why: "the data have to be migrated, and another process uses them. Stop it, then start again".into(),
    })?;
    let applied = migrate::apply(conn, outside.now());
    in_use.unlock().map_err(|e| in_data(data, &e))?;
    in_use.lock_shared().map_err(|e| in_data(data, &e))?;
    applied
}

/// The size seen, where the database is behind it: smaller, of another root at that size, or of an earlier incarnation.
fn ahead_of(conn: &mut Conn, seen: &Seen) -> Result<Option<u64>, StoreError> {
    let (Some(seen), Some(head)) = (seen.read(), Head::peek(conn)?) else { return Ok(None) };
    let origin = head.origin()?;
    let behind = match seen.origin.incarnation().cmp(&origin.incarnation()) {
        Ordering::Greater => true,
        Ordering::Equal => seen.size > head.size() || (seen.size == head.size() && seen.root != head.range.root()),
        Ordering::Less => false,
    };
    Ok((seen.origin.id() == origin.id() && behind).then_some(seen.size))
}

/// Cases of one part of a batch: with every wish's events it stays below the limit of a transaction.
fn cases_a_part(batch: &BatchCommand) -> usize {
    match batch {
        // A wish makes up to four events (what it says, and what follows for embargo, lane, proposal).
        BatchCommand::Each { wishes, .. } => (256 / (4 * wishes.len().max(1))).max(1),
        // Approved, Closed, and per report told and closed.
        BatchCommand::Sign { .. } => 48,
    }
}

/// An act over many cases becomes parts; what goes with it goes with the first.
pub(crate) fn split(mut act: Act) -> Vec<Part> {
    let whole = |act| vec![Part { act, part: 0, parts: 1 }];
    let [Command::Batch(batch)] = act.commands.as_mut_slice() else { return whole(act) };
    let most = cases_a_part(batch);
    let chunks: Vec<Command> = match batch {
        BatchCommand::Each { cases, wishes } if cases.len() > most => cases
            .chunks(most)
            .map(|cases| Command::Batch(BatchCommand::Each { cases: cases.to_vec(), wishes: wishes.clone() }))
            .collect(),
        BatchCommand::Sign { cases, name, meaning } if cases.len() > most => cases
            .chunks(most)
            .map(|cases| {
                let (name, meaning) = (name.clone(), *meaning);
                Command::Batch(BatchCommand::Sign { cases: cases.to_vec(), name, meaning })
            })
            .collect(),
        _ => return whole(act),
    };
    let (id, actor, parts) = (act.id, act.actor.clone(), chunks.len() as i64);
    let mut first = Some(act);
    chunks
        .into_iter()
        .zip(0..)
        .map(|(command, part)| {
            let mut act = first.take().unwrap_or_else(|| Act::new(id, actor.clone(), vec![]));
            act.commands = vec![command];
            Part { act, part, parts }
        })
        .collect()
}

fn merge(whole: Option<Committed>, next: Committed) -> Committed {
    let Some(mut whole) = whole else { return next };
    whole.events.extend(next.events);
    whole.dropped.extend(next.dropped);
    whole.already_applied &= next.already_applied;
    Committed { checkpoint: next.checkpoint, size: next.size, nodes: None, ..whole }
}
