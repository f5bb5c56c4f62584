//! A small pool of threads that read, each with its own connection; short transactions (architecture §4).

use crate::error::StoreError;
use crate::sql::{Conn, Engine};
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex};
use tokio::sync::oneshot;

/// Reads that may wait; more are answered "busy".
const QUEUE: usize = 2_048;

type Read = Box<dyn FnOnce(Result<&mut Conn, StoreError>) -> bool + Send>;

/// The pool. Its threads end when it is dropped.
#[derive(Debug)]
pub(crate) struct Readers(SyncSender<Read>);

impl Readers {
    pub(crate) fn start(
        engine: &Engine,
        threads: usize,
        in_use: &Arc<File>,
    ) -> std::io::Result<Self> {
        let (send, receive) = sync_channel(QUEUE);
        let receive = Arc::new(Mutex::new(receive));
        for n in 0..threads.max(1) {
            let (engine, receive) = (engine.clone(), Arc::clone(&receive));
            let in_use = Arc::clone(in_use);
            std::thread::Builder::new()
                .name(format!("read-{n}"))
                .spawn(move || run(&engine, &receive, &in_use))?;
        }
        Ok(Self(send))
    }

    /// Runs `f` on some reader's connection.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Conn) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, wait) = oneshot::channel();
        let read: Read = Box::new(move |conn| {
            let result = conn.and_then(|conn| {
                catch_unwind(AssertUnwindSafe(|| f(conn))).unwrap_or_else(|_| {
                    Err(StoreError::Unavailable(
                        "a read panicked: a defect of this software".into(),
                    ))
                })
            });
            let lost = matches!(&result, Err(StoreError::Unavailable(_)));
            drop(answer.send(result));
            lost
        });
        self.0.try_send(read).map_err(|e| match e {
            TrySendError::Full(_) => StoreError::Busy("too many reads wait".into()),
            TrySendError::Disconnected(_) => {
                StoreError::Unavailable("the readers have ended".into())
            }
        })?;
        wait.await
            .unwrap_or_else(|_| Err(StoreError::Unavailable("the readers have ended".into())))
    }
}

/// The directory stays in use (`_in_use`) until this thread has closed its connection.
fn run(engine: &Engine, queue: &Mutex<Receiver<Read>>, _in_use: &Arc<File>) {
    let mut conn: Option<Conn> = None;
    loop {
        let next = queue
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .recv();
        let Ok(read) = next else { return };
        if conn.is_none() {
            match engine.reader() {
                Ok(fresh) => conn = Some(fresh),
                Err(e) => {
                    read(Err(e));
                    continue;
                }
            }
        }
        let lost = conn.as_mut().is_none_or(|c| read(Ok(c)));
        if lost {
            // The next read tries a new connection: the old one may be what failed.
            conn = None;
        }
    }
}
