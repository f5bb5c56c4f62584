//! A new incarnation of the log: new origin and key, and the event that says why, in one transaction.

use super::{Failure, Part, Writer};
use crate::act::Act;
use crate::error::StoreError;
use crate::log::{Head, incarnation};
use vulnerary_case::act::{Command, OrgCommand};
use vulnerary_case::actor::Actor;
use vulnerary_case::id::ActId;

impl Writer {
    /// Begins it. `seen` is the largest size known of the old log.
    pub(crate) fn new_incarnation(
        &mut self,
        reason: &str,
        seen: Option<u64>,
    ) -> Result<(), StoreError> {
        self.forget();
        let result = self.in_turn(|w, conn| {
            conn.begin()?;
            let mut head = Head::lock(conn)?;
            let (vault, outside) = (w.vault.clone(), w.outside.clone());
            let past = w.seen.read().map(|c| c.origin);
            let event = incarnation::begin(
                conn,
                &mut head,
                &vault,
                outside.as_ref(),
                past.as_ref(),
                reason,
                seen,
            )?;
            let id = ActId(crate::vault::uuid_v7(outside.as_ref()));
            let command = Command::Org(OrgCommand::Record(Box::new(event)));
            let part = Part {
                act: Act::new(id, Actor::System, vec![command]),
                part: 0,
                parts: 1,
            };
            w.under_lock(head, &[&part], conn)
        });
        if result.is_err() {
            self.forget();
        }
        match result.map(|mut answers| answers.pop()) {
            Ok(Some(Ok(_))) => Ok(()),
            Ok(Some(Err(e))) => Err(StoreError::Corrupt(e.to_string())),
            Ok(None) => Err(StoreError::Corrupt(
                "a new incarnation was not recorded".into(),
            )),
            Err(Failure::Store(e)) => Err(e),
            Err(Failure::Panic(why)) => Err(StoreError::Unavailable(why)),
        }
    }
}
