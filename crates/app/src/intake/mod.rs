//! The clause, line by line: what each source means. `receive` is the only door in.

pub mod a_verification_testers;
pub mod b_component_suppliers;
pub mod c_developers;
pub mod d_product_users;
pub mod e_audit_events;
pub mod f_researchers;
pub mod form;
pub mod g_widespread;
pub mod job;
pub mod piped;
pub mod reading;
pub mod receive;
pub mod title;
pub mod upload;

use vulnerary_case::source::SourceSpec;

/// Every source's specification, in the clause's order: each from its own room.
pub const SPECS: [&SourceSpec; 7] = [
    a_verification_testers::SPEC,
    b_component_suppliers::SPEC,
    c_developers::SPEC,
    d_product_users::SPEC,
    e_audit_events::SPEC,
    f_researchers::SPEC,
    g_widespread::SPEC,
];

/// What reads a machine's file: testers' files, so far.
pub const READ: reading::Reader = a_verification_testers::reader;
