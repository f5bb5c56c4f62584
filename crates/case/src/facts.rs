//! What the core is told and may not find out by itself.

use crate::actor::Actor;
use crate::id::ActId;
use crate::number::Numbers;
use jiff::Timestamp;

/// Facts of one decision.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Now, as read under the head lock.
    pub now: Timestamp,
    /// Who acts.
    pub actor: Actor,
    /// The act.
    pub act: ActId,
    /// Where the next report and case numbers come from.
    pub numbers: Numbers,
}
