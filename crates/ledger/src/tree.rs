//! The Merkle tree of RFC 6962 section 2.1, kept as a compact range.
//!
//! A tree of `n` leaves is a row of complete subtrees, one per bit of `n`, largest first. Their roots
//! are all one needs to append a leaf and to compute the tree's root: at most 64 hashes.

use sha2::{Digest as _, Sha256};

use crate::hash::Hash;

/// No log grows past this: sizes are stored as signed 64-bit integers.
pub const MAX_SIZE: u64 = i64::MAX as u64;

/// SHA-256(0x00 ‖ leaf): the hash of a leaf (RFC 6962 section 2.1).
#[must_use]
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    Hash(
        Sha256::new()
            .chain_update([0])
            .chain_update(leaf)
            .finalize()
            .into(),
    )
}

/// SHA-256(0x01 ‖ left ‖ right): the hash of an inner node (RFC 6962 section 2.1).
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut input = [1; 65];
    input[1..33].copy_from_slice(&left.0);
    input[33..].copy_from_slice(&right.0);
    Hash::of(&input)
}

/// The root of a tree without leaves: SHA-256 of nothing (RFC 6962 section 2.1).
#[must_use]
pub fn empty_root() -> Hash {
    Hash::of(&[])
}

/// The root of a complete subtree: of the `2^level` leaves from leaf `index · 2^level` on.
/// Level 0 is a leaf hash. Named as in C2SP tlog-tiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    /// Height above the leaves.
    pub level: u8,
    /// Position among the subtrees of this height, from 0.
    pub index: u64,
    /// The subtree's root.
    pub hash: Hash,
}

/// The state of the tree that an append needs: its size and the roots of its complete subtrees.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CompactRange {
    size: u64,
    /// One per bit of `size`, largest subtree first.
    hashes: Vec<Hash>,
}

/// Why stored bytes are not a compact range, or a range cannot grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RangeError {
    /// The bytes are not a size and one hash per bit of it.
    #[error("the stored tree state has {0} bytes, which does not fit the size it states")]
    Malformed(usize),
    /// At [`MAX_SIZE`].
    #[error("the log is full")]
    Full,
}

impl CompactRange {
    /// The tree without leaves.
    #[must_use]
    pub fn new() -> CompactRange {
        CompactRange::default()
    }

    /// How many leaves the tree has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf and hands `made` every inner node (level 1 and up) that it completes, lowest
    /// first. Those are the rows of table `tree_node`; level 0 is the leaf hash in its own column.
    ///
    /// # Errors
    /// [`RangeError::Full`] at [`MAX_SIZE`].
    pub fn append(&mut self, leaf: Hash, mut made: impl FnMut(Node)) -> Result<(), RangeError> {
        if self.size >= MAX_SIZE {
            return Err(RangeError::Full);
        }
        let (mut hash, mut level, mut index) = (leaf, 0, self.size);
        // Like adding one to a binary number: a carry joins two subtrees of equal size.
        while index & 1 == 1 {
            let Some(left) = self.hashes.pop() else {
                return Err(RangeError::Malformed(0));
            };
            hash = node_hash(&left, &hash);
            level += 1;
            index >>= 1;
            made(Node { level, index, hash });
        }
        self.hashes.push(hash);
        self.size += 1;
        Ok(())
    }

    /// The tree's root (RFC 6962 section 2.1, MTH).
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut from_right = self.hashes.iter().rev();
        let Some(last) = from_right.next() else {
            return empty_root();
        };
        from_right.fold(*last, |right, left| node_hash(left, &right))
    }

    /// The complete subtrees the tree consists of, largest first. Together with the nodes that
    /// [`CompactRange::append`] makes, they are all that a proof for a just appended leaf needs.
    pub fn nodes(&self) -> impl Iterator<Item = Node> + '_ {
        let levels = (0..64u8).rev().filter(|level| self.size >> level & 1 == 1);
        // A tree of `size` leaves has `size >> level` complete subtrees of this height; ours is the last.
        levels.zip(&self.hashes).map(|(level, hash)| Node {
            level,
            index: (self.size >> level) - 1,
            hash: *hash,
        })
    }

    /// Eight bytes of size, big-endian, then 32 bytes per complete subtree, largest first.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(8 + 32 * self.hashes.len());
        out.extend_from_slice(&self.size.to_be_bytes());
        for hash in &self.hashes {
            out.extend_from_slice(&hash.0);
        }
        out
    }

    /// Reads [`CompactRange::encode`]'s bytes, strictly.
    ///
    /// # Errors
    /// [`RangeError::Malformed`] when the length does not fit the size.
    pub fn decode(bytes: &[u8]) -> Result<CompactRange, RangeError> {
        let malformed = RangeError::Malformed(bytes.len());
        let (size, rest) = bytes.split_first_chunk::<8>().ok_or(malformed)?;
        let size = u64::from_be_bytes(*size);
        let (hashes, remainder) = rest.as_chunks::<32>();
        let fits = hashes.len() == size.count_ones() as usize && remainder.is_empty();
        if size > MAX_SIZE || !fits {
            return Err(malformed);
        }
        Ok(CompactRange {
            size,
            hashes: hashes.iter().copied().map(Hash).collect(),
        })
    }
}
