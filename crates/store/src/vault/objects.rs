//! Large sealed objects as files under `DATA/blobs/`, through object_store, fsynced with their directory.
//!
//! Names are random and never reused, so a file is written once, before the commit that names it. A crash in between
//! leaves a file without a row: [`Objects::orphans`] finds it.

use super::error::VaultError;
use crate::outside::Outside;
use jiff::{SignedDuration, Timestamp};
use object_store::local::LocalFileSystem;
use object_store::path::Path as Location;
use object_store::{MultipartUpload, ObjectStoreExt as _};
use std::future::Future;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::task::{Context, Poll, Wake};

/// Files are copied in pieces of this size.
const PIECE: usize = 512 * 1024;

/// The files of one data directory.
#[derive(Clone, Debug)]
pub struct Objects {
    store: Arc<LocalFileSystem>,
    root: PathBuf,
}

/// A file that no row names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Orphan {
    /// Its name, as in `sealed.place`, or the name of an upload that never ended.
    pub place: String,
    /// Bytes.
    pub length: u64,
    /// When it was last written.
    pub written: Timestamp,
}

impl Objects {
    /// Opens `data/blobs`, made if it is not there (owner only).
    ///
    /// # Errors
    /// [`VaultError::Io`].
    pub fn open(data: &Path) -> Result<Self, VaultError> {
        use std::os::unix::fs::DirBuilderExt as _;
        let root = data.join("blobs");
        if !root.is_dir() {
            std::fs::DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(&root)?;
            std::fs::File::open(data)?.sync_all()?;
        }
        let root = root.canonicalize()?;
        let store = LocalFileSystem::new_with_prefix(&root)?.with_fsync(true);
        Ok(Self {
            store: Arc::new(store),
            root,
        })
    }

    /// A fresh random name: two levels, so that no directory grows without bound.
    pub(super) fn new_place(outside: &dyn Outside) -> String {
        let mut bytes = [0u8; 16];
        outside.fill(&mut bytes);
        let name = hex::encode(bytes);
        format!("{}/{}", &name[..2], &name[2..])
    }

    /// Begins a file. It exists only once [`Upload::finish`] returned.
    pub(super) fn upload(&self, place: &str) -> Result<Upload, VaultError> {
        let parts = block_on(self.store.put_multipart(&location(place)?))?;
        Ok(Upload { parts, done: false })
    }

    /// Writes a whole file, durably.
    ///
    /// # Errors
    /// [`VaultError::Io`], also where the place is no name of ours.
    pub fn put(&self, place: &str, bytes: Vec<u8>) -> Result<(), VaultError> {
        block_on(self.store.put(&location(place)?, bytes.into()))?;
        Ok(())
    }

    /// Copies a whole file in, durably.
    ///
    /// # Errors
    /// [`VaultError::Io`].
    pub(crate) fn put_from(
        &self,
        place: &str,
        input: &mut dyn std::io::Read,
    ) -> Result<(), VaultError> {
        let mut upload = self.upload(place)?;
        loop {
            let mut piece = Vec::with_capacity(PIECE);
            if std::io::Read::take(&mut *input, PIECE as u64).read_to_end(&mut piece)? == 0 {
                return upload.finish();
            }
            upload.write(piece)?;
        }
    }

    /// The file for reading; `None` where there is none.
    ///
    /// # Errors
    /// [`VaultError::Io`].
    pub fn read(&self, place: &str) -> Result<Option<std::fs::File>, VaultError> {
        let path = self.root.join(location(place)?.as_ref());
        match std::fs::File::open(path) {
            Ok(file) => Ok(Some(file)),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(e.into()),
        }
    }

    /// Removes a file, durably; fine where it is gone already.
    ///
    /// # Errors
    /// [`VaultError::Io`].
    pub fn remove(&self, place: &str) -> Result<(), VaultError> {
        match block_on(self.store.delete(&location(place)?)) {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(e) => Err(e.into()),
        }
    }

    /// Every file that `is_known` does not know and that was last written more than a day before `now`: younger ones may
    /// belong to a commit that is on its way. Also uploads that never ended.
    ///
    /// # Errors
    /// [`VaultError::Io`].
    pub fn orphans(
        &self,
        now: Timestamp,
        mut is_known: impl FnMut(&str) -> bool,
    ) -> Result<Vec<Orphan>, VaultError> {
        let limit = now
            .saturating_sub(SignedDuration::from_hours(24))
            .unwrap_or(Timestamp::MIN);
        let mut found = Vec::new();
        for dir in std::fs::read_dir(&self.root)? {
            let dir = dir?;
            if !dir.file_type()?.is_dir() {
                continue;
            }
            for file in std::fs::read_dir(dir.path())? {
                let file = file?;
                let (length, written) = match file.metadata() {
                    Ok(m) => (m.len(), m.modified()?),
                    Err(e) if e.kind() == std::io::ErrorKind::NotFound => continue,
                    Err(e) => return Err(e.into()),
                };
                let place = format!(
                    "{}/{}",
                    dir.file_name().to_string_lossy(),
                    file.file_name().to_string_lossy()
                );
                let written = Timestamp::try_from(written).unwrap_or(Timestamp::MIN);
                if written <= limit && !is_known(&place) {
                    found.push(Orphan {
                        place,
                        length,
                        written,
                    });
                }
            }
        }
        found.sort_by(|a, b| a.place.cmp(&b.place));
        Ok(found)
    }

    /// Removes what [`Objects::orphans`] listed.
    ///
    /// # Errors
    /// [`VaultError::Io`].
    pub fn sweep(&self, orphans: &[Orphan]) -> Result<(), VaultError> {
        for orphan in orphans {
            match std::fs::remove_file(self.root.join(&orphan.place)) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(e.into()),
                _ => {}
            }
        }
        Ok(())
    }
}

/// Only names that [`Objects::new_place`] makes: nothing that a row says can lead out of the folder.
fn location(place: &str) -> Result<Location, VaultError> {
    let is_hex = |s: &str| s.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    match place.split_once('/') {
        Some((dir, name)) if dir.len() == 2 && name.len() == 30 && is_hex(dir) && is_hex(name) => {
            Ok(Location::from(place))
        }
        _ => Err(VaultError::NoPlace(place.escape_default().to_string())),
    }
}

/// A file on its way.
pub(super) struct Upload {
    parts: Box<dyn MultipartUpload>,
    done: bool,
}

impl Upload {
    pub(super) fn write(&mut self, bytes: Vec<u8>) -> Result<(), VaultError> {
        Ok(block_on(self.parts.put_part(bytes.into()))?)
    }

    /// Durable when it returns: file synced, renamed into place, directory synced.
    pub(super) fn finish(mut self) -> Result<(), VaultError> {
        self.done = true;
        block_on(self.parts.complete())?;
        Ok(())
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if !self.done {
            // Best effort: what stays behind is an orphan, and the sweep lists it.
            let _ = block_on(self.parts.abort());
        }
    }
}

/// Waits on this thread. The store is used from plain threads; on local files a future does its work when polled, or on
/// tokio's blocking pool where there is one.
fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(std::thread::Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Arc::new(Unpark(std::thread::current())).into();
    let mut future = std::pin::pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        std::thread::park();
    }
}
