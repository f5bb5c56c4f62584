//! What follows outside the record: jobs of the same transaction (outbox). Small, idempotent, without text.

use crate::id::{CaseId, MessageId, ReportId};
use serde::{Deserialize, Serialize};

/// Something a worker does after the commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "do")]
pub enum Effect {
    /// Hand a message to mail (where mail is set up), then `HandOver` or `Bounce`.
    Mail {
        /// The report.
        report: ReportId,
        /// The message.
        message: MessageId,
    },
    /// Read a machine's file and place it.
    Read {
        /// The report.
        report: ReportId,
    },
    /// Destroy the keys of what was erased on record.
    Erase {
        /// The report.
        report: ReportId,
    },
    /// Tell the owner and the intake owner that something needs them now.
    Notify {
        /// The case.
        case: CaseId,
    },
    /// Tell this reporter, with the standard message, that the case was opened again.
    TellReopened {
        /// The report.
        report: ReportId,
    },
    /// A release was shipped: send `Recheck` to the open cases of this product, because their lane may rise.
    Recheck {
        /// The product.
        product: crate::id::ProductId,
    },
    /// The public pages are made again (policy, contacts, calendar, advisory).
    RefreshPages,
}
