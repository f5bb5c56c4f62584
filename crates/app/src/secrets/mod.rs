//! What a person must know, or have, to be believed: passwords, one-time codes, recovery codes, follow-up words, tokens.
//!
//! Everything here is given its randomness and its time: nothing draws either by itself. Only digests and hashes made
//! here may be stored; no secret of this module has a `Debug` that shows it.

pub mod password;
pub mod recovery;
pub mod token;
pub mod totp;
pub mod words;
