//! What an auditor gets: coverage of the clause, receipts and proofs.

pub mod coverage;
pub mod log_keys;
pub mod receipt;
pub mod record;
