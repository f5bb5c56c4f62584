//! What can have happened to a person's account. Sign-ins and views are an access log, not the ledger.

use crate::actor::Role;
use crate::object::ObjectRef;
use serde::{Deserialize, Serialize};

/// Events of stream `person/…`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "body")]
pub enum PersonEvent {
    /// A person was added; name and mail address are sealed (fields `name`, `email`).
    PersonAdded {
        /// The sealed set.
        text: ObjectRef,
    },
    /// Name or address changed.
    PersonDescribed {
        /// The sealed set.
        text: ObjectRef,
    },
    /// They may do more.
    RoleGranted {
        /// The role.
        role: Role,
    },
    /// They may do less.
    RoleRevoked {
        /// The role.
        role: Role,
    },
    /// Password and one-time code were set (or set anew). The secrets are not in the ledger.
    CredentialSet {},
    /// They may not sign in any more.
    Deactivated {},
    /// They may again.
    Reactivated {},
}
