//! What an auditor gets: coverage of the clause, receipts and proofs.

pub mod backup;
pub mod coverage;
pub mod log_keys;
pub mod offline;
pub mod receipt;
pub mod record;
