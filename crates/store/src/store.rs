//! The store: open it, commit acts, read.

use crate::act::{Act, Committed, Dropped};
use crate::error::{CommitError, OpenError, StoreError};
use crate::log::Head;
use crate::outside::Outside;
use crate::parts::{merge, split};
use crate::readers::Readers;
use crate::sql::conn::Fault;
use crate::sql::{Conn, Engine};
use crate::vault::{KeyPlace, Vault};
use crate::writer::{Health, Part, Watch, Work, Writer};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, TrySendError};
use tokio::sync::oneshot;
#[cfg(test)]
use vulnerary_case::id::ActId;
use zeroize::Zeroizing;

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
pub struct Store(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) queue: SyncSender<Work>,
    pub(crate) readers: Readers,
    pub(crate) vault: Vault,
    /// The secret of report and case numbers.
    pub(crate) numbers: Zeroizing<[u8; 32]>,
    pub(crate) outside: Arc<dyn Outside>,
    pub(crate) engine: Engine,
    pub(crate) data: PathBuf,
    pub(crate) watch: Arc<Watch>,
    /// Held shared while the store is open; `migrate` and `restore` want it alone.
    pub(crate) _in_use: Arc<File>,
    #[cfg(test)]
    pub(crate) panic_on: Arc<std::sync::Mutex<Option<ActId>>>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("data", &self.0.data)
            .finish_non_exhaustive()
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
        std::thread::scope(|scope| scope.spawn(|| crate::opening::open(options, fault)).join())
            .unwrap_or_else(|_| {
                Err(
                    StoreError::Unavailable("opening panicked: a defect of this software".into())
                        .into(),
                )
            })
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
                    dropped.extend(cases.into_iter().map(|case| Dropped {
                        case,
                        why: no.to_string(),
                    }));
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
        wait.await
            .unwrap_or_else(|_| Err(CommitError::Unavailable("the writer has ended".into())))
    }

    fn send(&self, work: Work) -> Result<(), CommitError> {
        self.0.queue.try_send(work).map_err(|e| match e {
            TrySendError::Full(_) => CommitError::Busy,
            TrySendError::Disconnected(_) => {
                CommitError::Unavailable("the writer has ended".into())
            }
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
        wait.await.unwrap_or_else(|_| {
            Err(StoreError::Unavailable(
                "a write panicked, or the writer has ended".into(),
            ))
        })
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
        if self.0.engine.is_sqlite() {
            "sqlite"
        } else {
            "postgres"
        }
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
        self.on_writer(move |w| w.new_incarnation(&reason, seen))
            .await
    }

    /// Makes every projection anew from the events.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn rebuild(&self) -> Result<(), StoreError> {
        self.on_writer(Writer::rebuild).await
    }
}
