//! `DATA/seen-checkpoint`: the last checkpoint that a commit of this directory made, renamed into place (architecture §5).
//!
//! A database that is behind it was put back from a copy; the log then begins a new incarnation.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use vulnerary_ledger::Checkpoint;
use vulnerary_ledger::note::SignedNote;

#[derive(Clone, Debug)]
pub(crate) struct Seen {
    file: PathBuf,
    temporary: PathBuf,
}

impl Seen {
    pub(crate) fn new(data: &Path) -> Self {
        let temporary = data.join(format!("seen-checkpoint.{}", std::process::id()));
        Self {
            file: data.join("seen-checkpoint"),
            temporary,
        }
    }

    /// Best effort: a commit that happened is not undone because this failed.
    pub(crate) fn write(&self, note: &str, durable: bool) -> io::Result<()> {
        let mut file = std::fs::File::create(&self.temporary)?;
        file.write_all(note.as_bytes())?;
        if durable {
            file.sync_all()?;
        }
        std::fs::rename(&self.temporary, &self.file)
    }

    /// What was seen; `None` where there is nothing, or nothing that can be read.
    pub(crate) fn read(&self) -> Option<Checkpoint> {
        let text = std::fs::read_to_string(&self.file).ok()?;
        Checkpoint::parse_text(&SignedNote::parse(&text).ok()?.text).ok()
    }
}
