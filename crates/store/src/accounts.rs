//! Accounts: credentials, sessions, one-time links. The access side, not the ledger; secrets come digested or wrapped.

use crate::error::StoreError;
use crate::sql::value::{self, Value};
use crate::sql::{Row, statements as q};
use crate::store::Store;
use jiff::Timestamp;
use std::collections::BTreeSet;
use vulnerary_case::id::PersonId;

/// What a person signs in with, to store.
#[derive(Clone, Debug)]
pub struct NewCredential {
    /// PHC string of the password's hash.
    pub password: String,
    /// The app's secret, wrapped (`Vault::wrap`).
    pub totp: Vec<u8>,
    /// Digests of recovery codes; earlier ones go.
    pub recovery: Vec<String>,
}

/// What is stored of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// PHC string.
    pub password: String,
    /// The app's secret, wrapped.
    pub totp: Vec<u8>,
    /// The time step of the last code used: no code is good twice.
    pub last_step: Option<u64>,
    /// When it was set.
    pub changed_at: Timestamp,
    /// Recovery codes left.
    pub recovery_left: u64,
}

/// A signed-in browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Digest of its token.
    pub digest: [u8; 32],
    /// Whose.
    pub person: PersonId,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used.
    pub seen_at: Timestamp,
    /// When it ends in any case.
    pub expires_at: Timestamp,
    /// What the browser calls itself, for the list.
    pub agent: String,
}

/// A one-time link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// `set_up`, `invitation`.
    pub kind: String,
    /// Digest of its token.
    pub digest: [u8; 32],
    /// For whom.
    pub person: Option<PersonId>,
    /// When it was made.
    pub made_at: Timestamp,
    /// Until when it works.
    pub expires_at: Timestamp,
}

fn digest_value(digest: [u8; 32]) -> Value<'static> {
    value::blob(digest.to_vec())
}

impl Store {
    /// Stores a credential in place of any earlier one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_credential(
        &self,
        person: PersonId,
        new: NewCredential,
    ) -> Result<(), StoreError> {
        let now = self.outside().now();
        self.write(move |c| {
            let who = value::shown(person);
            let params = [
                who.clone(),
                value::text(new.password),
                value::blob(new.totp),
                value::at(now),
            ];
            c.execute(&q::PUT_CREDENTIAL, &params)?;
            c.execute(&q::CLEAR_RECOVERY, std::slice::from_ref(&who))?;
            // Whoever held the old credential, or another link, holds nothing any more.
            c.execute(&q::END_SESSIONS, std::slice::from_ref(&who))?;
            c.execute(&q::END_LINKS_OF, std::slice::from_ref(&who))?;
            for digest in new.recovery.into_iter().collect::<BTreeSet<_>>() {
                c.execute(&q::PUT_RECOVERY, &[who.clone(), value::text(digest)])?;
            }
            Ok(())
        })
        .await
    }

    /// Stores a new password only. False where the person has no credential.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_password(
        &self,
        person: PersonId,
        password: String,
    ) -> Result<bool, StoreError> {
        let params = [
            value::shown(person),
            value::text(password),
            value::at(self.outside().now()),
        ];
        self.write(move |c| Ok(c.execute(&q::PUT_PASSWORD, &params)? == 1))
            .await
    }

    /// A person's credential.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn credential(&self, person: PersonId) -> Result<Option<Credential>, StoreError> {
        self.read(move |c| {
            let who = [value::shown(person)];
            let Some(row) = c.query_one(&q::GET_CREDENTIAL, &who)? else {
                return Ok(None);
            };
            let left = c
                .query_one(&q::COUNT_RECOVERY, &who)?
                .map_or(Ok(0), |r| r.count(0))?;
            Ok(Some(Credential {
                password: row.text(0)?.to_owned(),
                totp: row.blob(1)?.to_vec(),
                last_step: row.opt(2, Row::count)?,
                changed_at: row.instant(3)?,
                recovery_left: left,
            }))
        })
        .await
    }

    /// Whether anybody can sign in: until then the set-up link works.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn any_credential(&self) -> Result<bool, StoreError> {
        self.read(|c| Ok(c.query_one(&q::ANY_CREDENTIAL, &[])?.is_some()))
            .await
    }

    /// Which of these people have a credential.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn with_credential(
        &self,
        people: &[PersonId],
    ) -> Result<BTreeSet<PersonId>, StoreError> {
        let keys: Vec<_> = people.iter().map(value::shown).collect();
        self.read(move |c| {
            c.query_keys(&q::WITH_CREDENTIAL, &keys)?
                .iter()
                .map(|r| r.parse(0).map(PersonId))
                .collect()
        })
        .await
    }

    /// Remembers that the code of `step` was used; false where it, or a later one, was used before. Atomic.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn use_step(&self, person: PersonId, step: u64) -> Result<bool, StoreError> {
        let params = [value::shown(person), value::int(step)];
        self.write(move |c| Ok(c.execute(&q::USE_STEP, &params)? == 1))
            .await
    }

    /// Uses up a recovery code; false where there is none such. Atomic.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn use_recovery(&self, person: PersonId, digest: &str) -> Result<bool, StoreError> {
        let params = [value::shown(person), value::text(digest.to_owned())];
        self.write(move |c| Ok(c.execute(&q::USE_RECOVERY, &params)? == 1))
            .await
    }

    /// Keeps a session. `seen_at` begins as `created_at`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_session(&self, session: Session) -> Result<(), StoreError> {
        let agent: String = session.agent.chars().take(200).collect();
        let params = [
            digest_value(session.digest),
            value::shown(session.person),
            value::at(session.created_at),
            value::at(session.expires_at),
            value::text(agent),
        ];
        self.write(move |c| c.execute(&q::PUT_SESSION, &params).map(|_| ()))
            .await
    }

    /// The session of a token's digest. Whether it is still good is the caller's to say.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn session(&self, digest: [u8; 32]) -> Result<Option<Session>, StoreError> {
        self.read(move |c| {
            c.query_one(&q::GET_SESSION, &[digest_value(digest)])?
                .map(|r| session(&r))
                .transpose()
        })
        .await
    }

    /// Notes that it was used.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn touch_session(&self, digest: [u8; 32], at: Timestamp) -> Result<(), StoreError> {
        let params = [digest_value(digest), value::at(at)];
        self.write(move |c| c.execute(&q::TOUCH_SESSION, &params).map(|_| ()))
            .await
    }

    /// All sessions of a person, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn sessions_of(&self, person: PersonId) -> Result<Vec<Session>, StoreError> {
        self.read(move |c| {
            c.query(&q::SESSIONS_OF, &[value::shown(person)])?
                .iter()
                .map(session)
                .collect()
        })
        .await
    }

    /// Ends a session of this person; false where it is none of theirs.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_session(
        &self,
        person: PersonId,
        digest: [u8; 32],
    ) -> Result<bool, StoreError> {
        let params = [value::shown(person), digest_value(digest)];
        self.write(move |c| Ok(c.execute(&q::END_SESSION, &params)? == 1))
            .await
    }

    /// Ends every one-time link of this person: a new link is the only one that works.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_links_of(&self, person: PersonId) -> Result<(), StoreError> {
        self.write(move |c| {
            c.execute(&q::END_LINKS_OF, &[value::shown(person)])
                .map(|_| ())
        })
        .await
    }

    /// Ends all sessions of this person.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_sessions(&self, person: PersonId) -> Result<(), StoreError> {
        self.write(move |c| {
            c.execute(&q::END_SESSIONS, &[value::shown(person)])
                .map(|_| ())
        })
        .await
    }

    /// Keeps a one-time link.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_link(&self, link: Link) -> Result<(), StoreError> {
        let params = [
            digest_value(link.digest),
            value::text(link.kind),
            value::opt(link.person, value::shown),
            value::at(link.made_at),
            value::at(link.expires_at),
        ];
        self.write(move |c| c.execute(&q::PUT_LINK, &params).map(|_| ()))
            .await
    }

    /// A link of this kind that still works.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn link(&self, kind: &str, digest: [u8; 32]) -> Result<Option<Link>, StoreError> {
        let (kind, now) = (kind.to_owned(), self.outside().now());
        self.read(move |c| {
            let Some(row) = c.query_one(&q::GET_LINK, &[digest_value(digest)])? else {
                return Ok(None);
            };
            let link = Link {
                kind: row.text(0)?.to_owned(),
                digest,
                person: row.opt(1, Row::parse)?.map(PersonId),
                made_at: row.instant(2)?,
                expires_at: row.instant(3)?,
            };
            Ok((link.kind == kind && link.expires_at > now).then_some(link))
        })
        .await
    }

    /// Uses a link up; false where it was used before, or has run out. Atomic.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn use_link(&self, kind: &str, digest: [u8; 32]) -> Result<bool, StoreError> {
        let params = [
            digest_value(digest),
            value::text(kind.to_owned()),
            value::at(self.outside().now()),
        ];
        self.write(move |c| Ok(c.query_one(&q::USE_LINK, &params)?.is_some()))
            .await
    }

    /// Ends all links of a kind.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_links(&self, kind: &str) -> Result<(), StoreError> {
        let kind = [value::text(kind.to_owned())];
        self.write(move |c| c.execute(&q::END_LINKS, &kind).map(|_| ()))
            .await
    }

    /// Deletes what has run out: idempotency rows (with the wrapped follow-up words), sessions, links. Call it hourly.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn sweep(&self) -> Result<(), StoreError> {
        let now = [value::at(self.outside().now())];
        self.write_locked(move |c, _head| {
            for sql in [&q::SWEEP_IDEMPOTENT, &q::SWEEP_SESSIONS, &q::SWEEP_LINKS] {
                c.execute(sql, &now)?;
            }
            Ok(())
        })
        .await
    }
}

fn session(row: &Row) -> Result<Session, StoreError> {
    Ok(Session {
        digest: row.bytes32(0)?,
        person: PersonId(row.parse(1)?),
        created_at: row.instant(2)?,
        seen_at: row.instant(3)?,
        expires_at: row.instant(4)?,
        agent: row.text(5)?.to_owned(),
    })
}
