//! What can have happened to a product.

use crate::case::event::Signature;
use crate::id::ReleaseId;
use crate::object::ObjectRef;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Events of stream `product/…`. Product and release names are the maker's own published names, so they stand in the open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "body")]
pub enum ProductEvent {
    /// A product was added.
    ProductAdded {
        /// Its name, at most 200 characters.
        name: String,
    },
    /// It has another name now.
    ProductRenamed {
        /// The name.
        name: String,
    },
    /// A release (or release range) was added.
    ReleaseAdded {
        /// The release.
        release: ReleaseId,
        /// Version or range as the maker writes it.
        version: String,
        /// Support class (IEC 81001-5-1 4.3).
        class: Option<SupportClass>,
    },
    /// It was shipped.
    ReleaseShipped {
        /// The release.
        release: ReleaseId,
        /// When.
        happened_at: Option<Timestamp>,
    },
    /// Its support ended.
    ReleaseEnded {
        /// The release.
        release: ReleaseId,
        /// When.
        happened_at: Option<Timestamp>,
    },
    /// The release gate was signed: residual risks accepted.
    GateSigned {
        /// The release.
        release: ReleaseId,
        /// Who and what it means.
        signature: Signature,
        /// The list, sealed.
        text: Option<ObjectRef>,
    },
}

/// Support class of an item (IEC 81001-5-1 4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the clause's words; standards/01 §1.2")]
pub enum SupportClass {
    Maintained,
    Supported,
    Required,
}
