//! Inclusion and consistency proofs (RFC 6962 sections 2.1.1 and 2.1.2) and their verification
//! (the algorithms of RFC 9162 sections 2.1.3.2 and 2.1.4.2, which are exact for the same proofs).
//!
//! Making a proof has two halves, so that a store can fetch all nodes with one query: a [`ProofPlan`]
//! says which nodes are needed, [`ProofPlan::resolve`] folds them. Where a look-up is cheap,
//! [`inclusion_proof`] and [`consistency_proof`] do both at once.

use crate::hash::Hash;
use crate::tree::{empty_root, node_hash};

/// Level and index of a complete subtree (see [`crate::tree::Node`]); level 0 is a leaf hash.
pub type NodeId = (u8, u64);

/// Why a proof cannot be made, or does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// There is no such leaf in a tree of that size, or the older tree is the larger one.
    #[error("position {position} is not in a log of size {size}")]
    OutOfRange {
        /// The leaf's index, or the older tree's size.
        position: u64,
        /// The tree's size.
        size: u64,
    },
    /// A proof for this position has another number of hashes.
    #[error("the proof has {0} hashes, which is not the number a log of this size gives")]
    WrongLength(usize),
    /// The hashes lead to another root.
    #[error("the proof leads to another root than the signed one")]
    WrongRoot,
}

/// The nodes a proof consists of: for each of its hashes, the complete subtrees that it is folded from,
/// left to right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofPlan(Vec<Vec<NodeId>>);

impl ProofPlan {
    /// What proves that leaf `index` is in the tree of `size` leaves (RFC 6962 section 2.1.1, PATH).
    ///
    /// # Errors
    /// [`ProofError::OutOfRange`] when `index >= size`.
    pub fn inclusion(index: u64, size: u64) -> Result<ProofPlan, ProofError> {
        if index >= size {
            return Err(ProofError::OutOfRange {
                position: index,
                size,
            });
        }
        let (mut start, mut end) = (0, size);
        let mut steps = Vec::new();
        while end - start > 1 {
            let middle = start + split(end - start);
            if index < middle {
                steps.push(subtrees(middle, end));
                end = middle;
            } else {
                steps.push(subtrees(start, middle));
                start = middle;
            }
        }
        steps.reverse();
        Ok(ProofPlan(steps))
    }

    /// What proves that the tree of `old` leaves is a prefix of the tree of `new` leaves
    /// (RFC 6962 section 2.1.2, SUBPROOF). Empty when `old` is 0 or equal to `new`.
    ///
    /// # Errors
    /// [`ProofError::OutOfRange`] when `old > new`.
    pub fn consistency(old: u64, new: u64) -> Result<ProofPlan, ProofError> {
        if old > new {
            return Err(ProofError::OutOfRange {
                position: old,
                size: new,
            });
        }
        let (mut start, mut end) = (0, new);
        let mut steps = Vec::new();
        while old > 0 && old != end {
            let middle = start + split(end - start);
            if old <= middle {
                steps.push(subtrees(middle, end));
                end = middle;
            } else {
                steps.push(subtrees(start, middle));
                start = middle;
            }
        }
        if old > 0 && start > 0 {
            steps.push(subtrees(start, end)); // the verifier does not know this part's root
        }
        steps.reverse();
        Ok(ProofPlan(steps))
    }

    /// Every node the proof needs, each once.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.0.iter().flatten().copied()
    }

    /// The proof's hashes, leaf to root.
    ///
    /// # Errors
    /// The first error of `read`.
    pub fn resolve<E>(
        &self,
        mut read: impl FnMut(u8, u64) -> Result<Hash, E>,
    ) -> Result<Vec<Hash>, E> {
        let mut fold = |step: &Vec<NodeId>| {
            let mut root = None;
            for &(level, index) in step.iter().rev() {
                let left = read(level, index)?;
                root = Some(root.map_or(left, |right| node_hash(&left, &right)));
            }
            Ok(root.unwrap_or_else(empty_root))
        };
        self.0.iter().map(&mut fold).collect()
    }
}

/// The largest power of two smaller than `n` (RFC 6962 section 2.1's k), for n > 1.
fn split(n: u64) -> u64 {
    1 << (63 - (n - 1).leading_zeros())
}

/// The complete subtrees that leaves `start..end` consist of, left to right.
fn subtrees(mut start: u64, end: u64) -> Vec<NodeId> {
    let mut out = Vec::new();
    while start < end {
        let level = (63 - (end - start).leading_zeros()).min(start.trailing_zeros());
        out.push((level as u8, start >> level));
        start += 1 << level;
    }
    out
}

/// An inclusion proof, with `read(level, index)` giving the hash of a complete subtree.
///
/// # Errors
/// The error of `read`, or [`ProofError::OutOfRange`] turned into it.
pub fn inclusion_proof<E: From<ProofError>>(
    index: u64,
    size: u64,
    read: impl FnMut(u8, u64) -> Result<Hash, E>,
) -> Result<Vec<Hash>, E> {
    ProofPlan::inclusion(index, size)?.resolve(read)
}

/// A consistency proof from the tree of `old` leaves to that of `new`.
///
/// # Errors
/// The error of `read`, or [`ProofError::OutOfRange`] turned into it.
pub fn consistency_proof<E: From<ProofError>>(
    old: u64,
    new: u64,
    read: impl FnMut(u8, u64) -> Result<Hash, E>,
) -> Result<Vec<Hash>, E> {
    ProofPlan::consistency(old, new)?.resolve(read)
}

/// Checks that the leaf with hash `leaf` is at `index` of the tree with `size` leaves and root `root`.
///
/// # Errors
/// [`ProofError`] saying in which way it is not.
pub fn verify_inclusion(
    index: u64,
    size: u64,
    leaf: &Hash,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::OutOfRange {
            position: index,
            size,
        });
    }
    let (mut node, mut last, mut hash) = (index, size - 1, *leaf);
    for sibling in proof {
        if last == 0 {
            return Err(ProofError::WrongLength(proof.len()));
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            climb_to_right_child(&mut node, &mut last);
        } else {
            hash = node_hash(&hash, sibling);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    match (last, hash == *root) {
        (0, true) => Ok(()),
        (0, false) => Err(ProofError::WrongRoot),
        _ => Err(ProofError::WrongLength(proof.len())),
    }
}

/// Checks that the tree of `old` leaves with root `old_root` is a prefix of the tree of `new` leaves
/// with root `new_root`: nothing was removed, changed or inserted between the two.
///
/// # Errors
/// [`ProofError`] saying in which way it is not.
pub fn verify_consistency(
    old: u64,
    new: u64,
    old_root: &Hash,
    new_root: &Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    if old > new {
        return Err(ProofError::OutOfRange {
            position: old,
            size: new,
        });
    }
    if old == 0 || old == new {
        let roots_hold = if old == new {
            old_root == new_root
        } else {
            *old_root == empty_root()
        };
        return match (proof.is_empty(), roots_hold) {
            (true, true) => Ok(()),
            (true, false) => Err(ProofError::WrongRoot),
            (false, _) => Err(ProofError::WrongLength(proof.len())),
        };
    }
    // When the old tree is one complete subtree, its root is where the proof starts, and is left out.
    let (first, rest) = match (old.is_power_of_two(), proof.split_first()) {
        (true, _) => (old_root, proof),
        (false, Some(split)) => split,
        (false, None) => return Err(ProofError::WrongLength(0)),
    };
    let (mut node, mut last) = (old - 1, new - 1);
    while node & 1 == 1 {
        (node, last) = (node >> 1, last >> 1);
    }
    let (mut from_old, mut from_new) = (*first, *first);
    for sibling in rest {
        if last == 0 {
            return Err(ProofError::WrongLength(proof.len()));
        }
        if node & 1 == 1 || node == last {
            from_old = node_hash(sibling, &from_old);
            from_new = node_hash(sibling, &from_new);
            climb_to_right_child(&mut node, &mut last);
        } else {
            from_new = node_hash(&from_new, sibling);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    match (last, from_old == *old_root && from_new == *new_root) {
        (0, true) => Ok(()),
        (0, false) => Err(ProofError::WrongRoot),
        _ => Err(ProofError::WrongLength(proof.len())),
    }
}

/// On the tree's right edge a node without a sibling moves up unhashed, until it is a right child.
fn climb_to_right_child(node: &mut u64, last: &mut u64) {
    while *node & 1 == 0 && *node != 0 {
        (*node, *last) = (*node >> 1, *last >> 1);
    }
}
