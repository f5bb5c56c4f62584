//! The one door to write. An act's texts are sealed here, outside the record's lock; the store decides and commits.

use crate::outside::{SharedOutside, new_uuid};
use std::collections::BTreeMap;
use vulnerary_case::act::Command;
use vulnerary_case::actor::Actor;
use vulnerary_case::id::ActId;
use vulnerary_case::object::ObjectRef;
use vulnerary_store::Store;

// What an act is made of: rooms that make acts take these from here, and need not know the store.
pub use super::worker::{Handler, JobError, Running, kind};
pub use vulnerary_store::vault::{ObjectKind, Sealed, SealedRow, Vault, VaultError};
pub use vulnerary_store::{Act, CommitError, Committed, Display, Expect, Idempotency, Occurrence};

/// Named texts of one act, sealed together: `why`, `title`, `threats` …
pub type Texts = BTreeMap<String, String>;

/// Makes acts and commits them.
#[derive(Clone)]
pub struct Acts {
    store: Store,
    outside: SharedOutside,
}

impl Acts {
    /// Over a store.
    pub fn new(store: Store, outside: SharedOutside) -> Self {
        Self { store, outside }
    }

    /// A new act with nothing in it. Its id is made here, before its first attempt.
    pub fn begin(&self, actor: Actor) -> Act {
        Act::new(ActId(new_uuid(&*self.outside)), actor, Vec::new())
    }

    /// Seals texts into `act`; the reference goes into a command.
    ///
    /// # Errors
    /// [`CommitError`] where the vault cannot be used.
    pub fn seal_texts(&self, act: &mut Act, texts: &Texts) -> Result<ObjectRef, CommitError> {
        let json = serde_json::to_vec(texts).map_err(|e| CommitError::Defect(e.to_string()))?;
        self.seal(act, ObjectKind::Text, &json)
    }

    /// Seals bytes into `act`.
    ///
    /// # Errors
    /// [`CommitError`] where the vault cannot be used.
    pub fn seal(
        &self,
        act: &mut Act,
        kind: ObjectKind,
        bytes: &[u8],
    ) -> Result<ObjectRef, CommitError> {
        let sealed = self.store.vault().seal(kind, bytes).map_err(vault_error)?;
        Ok(keep(act, sealed))
    }

    /// Applies an act: all of it, or nothing.
    ///
    /// # Errors
    /// [`CommitError`], in words.
    pub async fn apply(&self, act: Act) -> Result<Committed, CommitError> {
        self.store.commit(act).await
    }

    /// An act of one command without texts.
    ///
    /// # Errors
    /// As [`Acts::apply`].
    pub async fn one(&self, actor: Actor, command: Command) -> Result<Committed, CommitError> {
        let mut act = self.begin(actor);
        act.commands.push(command);
        self.apply(act).await
    }

    /// The store, for reading.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Time and randomness.
    pub fn outside(&self) -> &SharedOutside {
        &self.outside
    }
}

/// Puts a sealed object into the act's transaction.
pub fn keep(act: &mut Act, sealed: Sealed) -> ObjectRef {
    let reference = sealed.reference.clone();
    act.sealed.push(sealed);
    reference
}

/// What a failing vault means for the act.
#[expect(
    clippy::needless_pass_by_value,
    reason = "it is used as a function of map_err"
)]
pub fn vault_error(why: VaultError) -> CommitError {
    if why.is_full() {
        CommitError::Full
    } else {
        CommitError::Unavailable(why.to_string())
    }
}
