//! A file that is given up when the disk is full, so that what is under way can end in order (architecture §6).

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// 16 MiB: a few thousand commits.
const SIZE: usize = 16 << 20;

#[derive(Debug)]
pub(crate) struct Ballast(PathBuf);

impl Ballast {
    pub(crate) fn new(data: &Path) -> Self {
        Self(data.join("ballast"))
    }

    /// Makes it, where it is not there. Real bytes: a hole would take no room.
    pub(crate) fn fill(&self) -> io::Result<()> {
        if self.0.metadata().is_ok_and(|m| m.len() == SIZE as u64) {
            return Ok(());
        }
        let made = Self::write(&self.0);
        if made.is_err() {
            self.release();
        }
        made
    }

    fn write(path: &Path) -> io::Result<()> {
        let mut file = File::create(path)?;
        let block = vec![0x5a_u8; 1 << 20];
        for _ in 0..SIZE / block.len() {
            file.write_all(&block)?;
        }
        file.sync_all()
    }

    /// Gives it up; true where there was something to give.
    pub(crate) fn release(&self) -> bool {
        std::fs::remove_file(&self.0).is_ok()
    }
}
