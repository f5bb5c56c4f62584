//! A place to restore to.

use crate::backup::{BackedUp, BackupError, Restored, restore};
use crate::store::{Options, Store};
use crate::tests::Bed;
use crate::tests::bed::Fake;
use crate::verify::Findings;
use crate::verify::tests::fixture::verify;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

static SEED: AtomicU64 = AtomicU64::new(77);

/// Runs on a thread of its own: backup, restore and verify wait.
pub(crate) async fn blocking<T: Send + 'static>(f: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(f).await.expect("no panic")
}

pub(crate) async fn save(store: &Store, to: &Path) -> BackedUp {
    let (store, to) = (store.clone(), to.to_owned());
    blocking(move || store.backup(&to, "test", &mut |_| {}))
        .await
        .expect("a backup")
}

/// Copies what is not in a backup: the master key.
pub(crate) fn bring_key(from: &Path, to: &Path) {
    std::fs::create_dir_all(to.join("keys")).expect("a folder");
    std::fs::copy(from.join("keys/master"), to.join("keys/master")).expect("the key");
}

pub(crate) async fn load(from: &Path, options: Options) -> Result<Restored, BackupError> {
    let from = from.to_owned();
    blocking(move || restore(&from, &options, &mut |_| {})).await
}

pub(crate) async fn verified(store: &Store) -> Findings {
    let store = store.clone();
    blocking(move || verify(&store)).await
}

/// An empty place on the same engine, and one on the other where there is one.
pub(crate) async fn targets() -> Vec<Bed> {
    let postgres = blocking(Bed::postgres).await;
    let mut beds: Vec<Bed> = [Some(Bed::sqlite()), postgres]
        .into_iter()
        .flatten()
        .collect();
    for bed in &mut beds {
        // Randomness of its own: ids of one place must not come again at another.
        bed.outside = Fake::new(SEED.fetch_add(0x1000_0001, Ordering::Relaxed));
    }
    beds
}

/// A folder for a backup, and what keeps it.
pub(crate) fn folder() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("backup");
    (dir, path)
}

/// Whether any file below `dir` has these bytes.
pub(crate) fn holds(dir: &Path, bytes: &[u8]) -> bool {
    std::fs::read_dir(dir)
        .expect("a folder")
        .map(|e| e.expect("an entry").path())
        .any(|path| {
            if path.is_dir() {
                holds(&path, bytes)
            } else {
                std::fs::read(&path)
                    .expect("reads")
                    .windows(bytes.len())
                    .any(|w| w == bytes)
            }
        })
}
