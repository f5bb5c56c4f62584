//! The tamper-evident order of all events, and the auditor's verifier.
//!
//! Every event is one leaf of an RFC 6962 Merkle tree; the tree's head is signed as a C2SP checkpoint;
//! a reporter's receipt proves one leaf under one such head. This crate holds those formats and
//! nothing else: no I/O, no clock, no randomness, no other crate of the product. What it cannot do,
//! it cannot do wrong: whoever reads it reads all that a receipt's proof rests on.
//!
//! Read in this order: [`hash`], [`envelope`] (what a leaf is), [`tree`] and [`proof`] (the tree),
//! [`keys`], [`note`] and [`checkpoint`] (who signed it), [`commitment`] (what the record says of a
//! text it does not hold) and [`manifest`] (what was posted), [`receipt`] and [`verify`](mod@verify)
//! (what a reporter holds, and what it proves), [`history`] (which keys signed, from when to when),
//! [`fsck`] (the whole log at once).

pub mod checkpoint;
pub mod commitment;
pub mod envelope;
pub mod fsck;
pub mod hash;
pub mod history;
pub mod keys;
pub mod manifest;
pub mod note;
pub mod proof;
pub mod receipt;
pub mod tree;
pub mod verify;

pub use checkpoint::{Checkpoint, Origin};
pub use envelope::Envelope;
pub use hash::Hash;
pub use keys::{SignerKey, VerifierKey};
pub use manifest::{FileEntry, Manifest};
pub use note::SignedNote;
pub use receipt::{Receipt, ReceiptParts};
pub use tree::{CompactRange, Node, leaf_hash, node_hash};
