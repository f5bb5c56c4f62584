//! What an auditor gets: coverage of the clause, receipts and proofs.

pub mod coverage;
