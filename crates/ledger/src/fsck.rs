//! The whole log at once: every leaf against its stored hash, every checkpoint against the tree.
//!
//! The caller reads rows in order and feeds them in batches; nothing here reads anything. Every bad
//! leaf is named; a leaf changed together with its stored hash is found at the next checkpoint, and named
//! as lying between the last checkpoint that held and that one. After that the tree is no longer the
//! signed one, so later roots are not judged; later leaves still are.

use crate::checkpoint::Checkpoint;
use crate::hash::Hash;
use crate::keys::VerifierKey;
use crate::note::SignedNote;
use crate::tree::{CompactRange, Node, leaf_hash};

/// One stored event: its position, its leaf bytes, and the leaf hash stored beside them.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// Position in the log, from 0.
    pub index: u64,
    /// The envelope.
    pub leaf: &'a [u8],
    /// The stored leaf hash.
    pub leaf_hash: Hash,
}

/// A place where the log does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    /// The bytes and the stored hash of one leaf do not belong together.
    #[error("event {index}: its bytes or its stored hash were changed")]
    Leaf {
        /// Its position.
        index: u64,
    },
    /// Positions are absent: rows were removed.
    #[error("events {from} to {to}: missing")]
    Missing {
        /// First missing.
        from: u64,
        /// Last missing.
        to: u64,
    },
    /// A position came twice or out of order.
    #[error("event {index}: out of order or twice")]
    OutOfOrder {
        /// Its position.
        index: u64,
    },
    /// The tree at a checkpoint has another root: something since the one before was changed,
    /// exchanged or rewritten together with its hash; or the checkpoint itself was.
    #[error(
        "events {from} to {to}: one of them, or the checkpoint of size {size}, was changed: the tree has another root than the checkpoint"
    )]
    Root {
        /// First event that may be the place.
        from: u64,
        /// Last event that may be.
        to: u64,
        /// The checkpoint's size.
        size: u64,
    },
    /// A checkpoint covers more than the log has: events at its end were removed.
    #[error("checkpoint of size {size}: the log has only {have} events")]
    Truncated {
        /// The checkpoint's size.
        size: u64,
        /// The log's.
        have: u64,
    },
    /// A checkpoint's note, signature or origin does not hold.
    #[error("checkpoint of size {size}: {sentence}")]
    Checkpoint {
        /// Its size as stored beside the note.
        size: u64,
        /// What is wrong.
        sentence: String,
    },
}

/// A verification in progress.
#[derive(Debug)]
pub struct Fsck<I: Iterator<Item = (u64, Hash)>> {
    range: CompactRange,
    /// The tree as the leaves' bytes give it, from the first changed leaf since the last checkpoint that held.
    from_bytes: Option<CompactRange>,
    next: u64,
    checkpoints: std::iter::Peekable<I>,
    held: u64,
    tree_lost: bool,
    threads: usize,
    findings: Vec<Finding>,
}

impl<I: Iterator<Item = (u64, Hash)>> Fsck<I> {
    /// Begins at the empty log. `checkpoints` gives size and root in ascending order of size (their
    /// signatures are [`check_notes`]'s part); `threads` is how many cores to hash leaves on.
    pub fn new(checkpoints: impl IntoIterator<IntoIter = I>, threads: usize) -> Fsck<I> {
        let mut fsck = Fsck {
            range: CompactRange::new(),
            from_bytes: None,
            next: 0,
            checkpoints: checkpoints.into_iter().peekable(),
            held: 0,
            tree_lost: false,
            threads: threads.max(1),
            findings: Vec::new(),
        };
        fsck.check_root();
        fsck
    }

    /// Checks the next rows, in order. `made` is given every inner node, to compare with stored ones.
    pub fn feed(&mut self, rows: &[Row<'_>], mut made: impl FnMut(Node)) {
        let computed = hash_leaves(rows, self.threads);
        for (row, computed) in rows.iter().zip(computed) {
            if row.index < self.next {
                self.findings.push(Finding::OutOfOrder { index: row.index });
                self.tree_lost = true;
                continue;
            }
            if row.index > self.next {
                let (from, to) = (self.next, row.index - 1);
                self.findings.push(Finding::Missing { from, to });
                self.tree_lost = true;
            }
            self.next = row.index.saturating_add(1);
            if computed != row.leaf_hash {
                self.findings.push(Finding::Leaf { index: row.index });
                self.from_bytes.get_or_insert_with(|| self.range.clone());
            }
            if !self.tree_lost {
                self.grow(row.leaf_hash, computed, &mut made);
            }
        }
    }

    /// Where bytes and stored hash differ, one of them was changed; the next checkpoint tells which.
    /// So both trees are grown until then, and the leaves after a changed one are still judged.
    fn grow(&mut self, stored: Hash, computed: Hash, made: impl FnMut(Node)) {
        let grown = self.range.append(stored, made);
        let other = self
            .from_bytes
            .as_mut()
            .map_or(Ok(()), |tree| tree.append(computed, |_| {}));
        if grown.and(other).is_err() {
            self.tree_lost = true;
        }
        self.check_root();
    }

    /// Ends the verification: what was found, in the order of the log, and the tree's state.
    pub fn finish(mut self) -> (Vec<Finding>, CompactRange) {
        let have = self.next;
        for (size, _) in self.checkpoints.by_ref().filter(|(size, _)| *size > have) {
            self.findings.push(Finding::Truncated { size, have });
        }
        (self.findings, self.range)
    }

    fn check_root(&mut self) {
        let size = self.range.size();
        while let Some((at, root)) = self.checkpoints.next_if(|(at, _)| *at <= size) {
            if at < size {
                let sentence = "it comes twice or out of order".to_owned();
                self.findings
                    .push(Finding::Checkpoint { size: at, sentence });
            } else if root == self.range.root() {
                (self.held, self.from_bytes) = (size, None);
            } else if let Some(tree) = self.from_bytes.take_if(|tree| root == tree.root()) {
                (self.held, self.range) = (size, tree);
            } else {
                let to = size.saturating_sub(1);
                let from = self.held.min(to);
                self.findings.push(Finding::Root { from, to, size });
                self.tree_lost = true;
            }
        }
    }
}

/// A stored checkpoint: the size column and the note beside it.
#[derive(Debug, Clone, Copy)]
pub struct StoredNote<'a> {
    /// The size it is filed under.
    pub size: u64,
    /// The signed note.
    pub note: &'a str,
    /// The keys that must have signed it (two at a rotation).
    pub keys: &'a [&'a VerifierKey],
}

/// Opens stored checkpoints: their size and root when everything about them holds, else what does not.
#[must_use]
pub fn check_notes(notes: &[StoredNote<'_>], threads: usize) -> Vec<Result<(u64, Hash), Finding>> {
    in_parallel(notes, threads, check_note)
}

fn check_note(stored: &StoredNote<'_>) -> Result<(u64, Hash), Finding> {
    let bad = |sentence: String| Finding::Checkpoint {
        size: stored.size,
        sentence,
    };
    let note = SignedNote::parse(stored.note).map_err(|e| bad(e.to_string()))?;
    let checkpoint = Checkpoint::parse_text(&note.text).map_err(|e| bad(e.to_string()))?;
    if checkpoint.size != stored.size {
        return Err(bad(format!("its note is of size {}", checkpoint.size)));
    }
    if stored.keys.is_empty() || note.signatures.len() != stored.keys.len() {
        let (has, must) = (note.signatures.len(), stored.keys.len());
        return Err(bad(format!(
            "it has {has} signature lines and must have {must}"
        )));
    }
    for key in stored.keys {
        Checkpoint::open(&note, key).map_err(|e| bad(e.to_string()))?;
    }
    Ok((checkpoint.size, checkpoint.root))
}

fn hash_leaves(rows: &[Row<'_>], threads: usize) -> Vec<Hash> {
    in_parallel(rows, threads, |row| leaf_hash(row.leaf))
}

/// Maps in order, on up to `threads` cores. Where no thread can be had, the caller's does the work.
fn in_parallel<T: Sync, R: Send>(
    items: &[T],
    threads: usize,
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let work = &work;
    let share = items.len().div_ceil(threads.max(1)).max(1);
    let (first, others) = items.split_at(share.min(items.len()));
    std::thread::scope(|scope| {
        let spawned: Vec<_> = others
            .chunks(share)
            .map(|chunk| {
                let run = move || chunk.iter().map(work).collect::<Vec<R>>();
                (chunk, std::thread::Builder::new().spawn_scoped(scope, run))
            })
            .collect();
        let mut out: Vec<R> = first.iter().map(work).collect();
        for (chunk, handle) in spawned {
            match handle.map(std::thread::ScopedJoinHandle::join) {
                Ok(Ok(part)) => out.extend(part),
                _ => out.extend(chunk.iter().map(work)),
            }
        }
        out
    })
}
