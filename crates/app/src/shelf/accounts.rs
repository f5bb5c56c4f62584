//! Who may sign in: credentials, sessions and links, from the store's access side to the desk's words.

use super::{Shelf, undone, unread};
use crate::outside::{new_uuid, random};
use crate::secrets::token::{self, Kind};
use crate::secrets::totp::{SECRET_BYTES, TotpSecret};
use crate::tracking::act::{Act as StoreAct, Display, ObjectKind};
use crate::web::desk::model::{Account, Credential, Link, Named, Session};
use crate::web::desk::needs::Trouble;
use crate::web::session::ABSOLUTE;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use vulnerary_case::act::{Command, OrgCommand, PersonCommand};
use vulnerary_case::actor::{Actor, Role};
use vulnerary_case::id::{PersonId, StreamId};
use vulnerary_store::accounts as kept;

/// Label under which an app's secret is wrapped, with its person.
fn totp_label(person: PersonId) -> String {
    format!("vulnerary/totp/1/{person}")
}

fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::SetUp => "set_up",
        Kind::Invitation => "invitation",
        Kind::Session => "session",
    }
}

/// How long a link works.
const LINK_WORKS: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What the very first person may do: everything but be an auditor, until there are others.
const FIRST_ROLES: [Role; 5] = [
    Role::Administrator,
    Role::Handler,
    Role::Approver,
    Role::Safety,
    Role::Regulatory,
];

impl Shelf {
    /// The address with which the first person makes their account, for `serve` to print; none where somebody can sign in
    /// already. Each call makes a new one and ends the earlier.
    ///
    /// # Errors
    /// Where the store does not answer.
    pub async fn set_up_link(&self) -> Result<Option<String>, Trouble> {
        let store = self.acts.store();
        if store.any_credential().await.map_err(unread)? {
            return Ok(None);
        }
        store
            .end_links(kind_word(Kind::SetUp))
            .await
            .map_err(unread)?;
        let text = self.new_link(Kind::SetUp, None).await?;
        Ok(Some(format!(
            "{}/desk/set-up/{text}",
            self.settings.public_url
        )))
    }

    /// The address with which somebody sets password and app (again), for `user add` and `user reset`.
    ///
    /// # Errors
    /// Where the store does not answer.
    pub async fn invitation(&self, person: PersonId) -> Result<String, Trouble> {
        self.acts
            .store()
            .end_links_of(person)
            .await
            .map_err(unread)?;
        let text = self.new_link(Kind::Invitation, Some(person)).await?;
        Ok(format!("{}/desk/join/{text}", self.settings.public_url))
    }

    async fn new_link(&self, kind: Kind, person: Option<PersonId>) -> Result<String, Trouble> {
        let outside = self.acts.outside();
        let text = token::text(&random(&**outside));
        let digest = token::digest(kind, &text);
        let digest =
            digest.ok_or_else(|| Trouble::Defect(anyhow::anyhow!("a new token is not one")))?;
        let until = outside
            .now()
            .saturating_add(LINK_WORKS)
            .unwrap_or(Timestamp::MAX);
        self.keep_link(Link {
            digest,
            person,
            until,
        })
        .await?;
        Ok(text)
    }

    /// Adds somebody: for `user add`, the demonstration, and the set-up's first person.
    ///
    /// # Errors
    /// As the core refuses.
    pub async fn add_person(
        &self,
        actor: Actor,
        name: &str,
        email: &str,
        roles: &[Role],
    ) -> Result<PersonId, Trouble> {
        let (person, act) = self.adding(actor, name, email, roles)?;
        self.acts.apply(act).await.map_err(undone)?;
        Ok(person)
    }

    fn adding(
        &self,
        actor: Actor,
        name: &str,
        email: &str,
        roles: &[Role],
    ) -> Result<(PersonId, StoreAct), Trouble> {
        let person = PersonId(new_uuid(&**self.acts.outside()));
        let email = email.trim().to_lowercase();
        let texts = BTreeMap::from([("name", name.trim()), ("email", email.as_str())]);
        let json = serde_json::to_vec(&texts).map_err(|e| Trouble::Defect(e.into()))?;
        let mut act = self.acts.begin(actor);
        let text = self
            .acts
            .seal(&mut act, ObjectKind::Person, &json)
            .map_err(undone)?;
        let (stream, object) = (StreamId::Person(person), text.object);
        act.display = texts
            .iter()
            .map(|(field, text)| Display {
                stream,
                field,
                object,
                text: (*text).to_owned(),
            })
            .collect();
        act.commands.push(Command::Person {
            person,
            wish: PersonCommand::Add {
                text,
                roles: roles.to_vec(),
            },
        });
        Ok((person, act))
    }

    pub(super) async fn read_account(&self, person: PersonId) -> Result<Option<Account>, Trouble> {
        let store = self.acts.store();
        let Some(state) = store.person(person).await.map_err(unread)? else {
            return Ok(None);
        };
        let stream = StreamId::Person(person);
        let shown = store.display(&[stream]).await.map_err(unread)?;
        let field = |name: &str| {
            shown
                .get(&stream)
                .and_then(|f| f.get(name))
                .cloned()
                .unwrap_or_default()
        };
        let credential = store.credential(person).await.map_err(unread)?;
        let totp = match &credential {
            Some(c) => Some(self.unwrap_totp(person, &c.totp)?),
            None => None,
        };
        Ok(Some(Account {
            person: Named {
                id: person,
                name: field("name"),
            },
            email: field("email"),
            roles: state.roles.iter().copied().collect(),
            active: state.active,
            password: credential.as_ref().map(|c| c.password.clone()),
            totp,
            last_step: credential.as_ref().and_then(|c| c.last_step),
            recovery_left: credential.map_or(0, |c| {
                usize::try_from(c.recovery_left).unwrap_or(usize::MAX)
            }),
        }))
    }

    fn unwrap_totp(&self, person: PersonId, wrapped: &[u8]) -> Result<TotpSecret, Trouble> {
        let plain = self
            .acts
            .store()
            .vault()
            .unwrap(&totp_label(person), wrapped);
        let plain = plain.map_err(|e| {
            Trouble::Defect(anyhow::anyhow!("an app's secret cannot be opened: {e}"))
        })?;
        let bytes: [u8; SECRET_BYTES] = plain
            .as_slice()
            .try_into()
            .map_err(|_| Trouble::Defect(anyhow::anyhow!("an app's secret has another length")))?;
        Ok(TotpSecret(bytes))
    }

    pub(super) async fn find_account(&self, email: &str) -> Result<Option<Account>, Trouble> {
        if email.trim().is_empty() {
            return Ok(None);
        }
        let found = self
            .acts
            .store()
            .find_display("email", email.trim())
            .await
            .map_err(unread)?;
        for (stream, _) in found {
            if let StreamId::Person(person) = stream {
                return self.read_account(person).await;
            }
        }
        Ok(None)
    }

    /// Stores what somebody signs in with, then says on record that it was set. A crash between the two leaves a
    /// credential that works and is not on record; the next one set is.
    pub(super) async fn keep_credential(
        &self,
        person: PersonId,
        new: Credential,
    ) -> Result<(), Trouble> {
        let store = self.acts.store();
        // Asked before anything is stored: a link that outlived its person's account opens nothing.
        let known = store.person(person).await.map_err(unread)?;
        if !known.is_some_and(|p| p.active) {
            return Err(Trouble::Refused(vulnerary_case::Refusal::NotFound));
        }
        let wrapped = store.vault().wrap(&totp_label(person), &new.totp.0);
        let totp = wrapped.map_err(|e| {
            Trouble::Defect(anyhow::anyhow!("an app's secret cannot be wrapped: {e}"))
        })?;
        let credential = kept::NewCredential {
            password: new.password,
            totp,
            recovery: new.recovery,
        };
        store
            .put_credential(person, credential)
            .await
            .map_err(unread)?;
        store
            .use_step(person, new.last_step)
            .await
            .map_err(unread)?;
        self.note_credential(person).await
    }

    pub(super) async fn note_credential(&self, person: PersonId) -> Result<(), Trouble> {
        let command = Command::Person {
            person,
            wish: PersonCommand::SetCredential,
        };
        self.acts
            .one(Actor::Person(person), command)
            .await
            .map_err(undone)?;
        Ok(())
    }

    pub(super) async fn keep_session(&self, session: Session) -> Result<(), Trouble> {
        let expires_at = session
            .started
            .saturating_add(ABSOLUTE)
            .unwrap_or(session.started);
        let row = kept::Session {
            digest: session.digest,
            person: session.person,
            created_at: session.started,
            seen_at: session.used,
            expires_at,
            agent: session.browser,
        };
        self.acts.store().put_session(row).await.map_err(unread)
    }

    /// A link that is made at the desk: never for somebody who has a way in, or its maker could take their place.
    pub(super) async fn keep_new_link(&self, link: Link) -> Result<(), Trouble> {
        let store = self.acts.store();
        if let Some(person) = link.person {
            if store.credential(person).await.map_err(unread)?.is_some() {
                return Err(Trouble::Refused(vulnerary_case::Refusal::AlreadySo(
                    "they have a way in; a new one is made on the machine with `vulnerary user reset`",
                )));
            }
            store.end_links_of(person).await.map_err(unread)?;
        }
        self.keep_link(link).await
    }

    pub(super) async fn keep_link(&self, link: Link) -> Result<(), Trouble> {
        let made_at = self.acts.outside().now();
        let kind = kind_word(if link.person.is_some() {
            Kind::Invitation
        } else {
            Kind::SetUp
        })
        .to_owned();
        let row = kept::Link {
            kind,
            digest: link.digest,
            person: link.person,
            made_at,
            expires_at: link.until,
        };
        self.acts.store().put_link(row).await.map_err(unread)
    }

    /// A link that still works; the set-up link only until somebody can sign in.
    pub(super) async fn find_link(
        &self,
        kind: Kind,
        digest: [u8; 32],
    ) -> Result<Option<Link>, Trouble> {
        let store = self.acts.store();
        if kind == Kind::SetUp && store.any_credential().await.map_err(unread)? {
            return Ok(None);
        }
        let found = store.link(kind_word(kind), digest).await.map_err(unread)?;
        let now = self.acts.outside().now();
        let works = found.filter(|l| l.expires_at > now);
        Ok(works.map(|l| Link {
            digest: l.digest,
            person: l.person,
            until: l.expires_at,
        }))
    }

    pub(super) async fn spend_link(&self, kind: Kind, digest: [u8; 32]) -> Result<bool, Trouble> {
        self.acts
            .store()
            .use_link(kind_word(kind), digest)
            .await
            .map_err(unread)
    }

    /// Adds the first person, as the software: nobody else is there to do it. They own new cases until somebody decides
    /// otherwise.
    pub(super) async fn add_first(&self, name: &str, email: &str) -> Result<PersonId, Trouble> {
        let (person, mut act) = self.adding(Actor::System, name, email, &FIRST_ROLES)?;
        let org = self.acts.store().org().await.map_err(unread)?;
        let mut policy = org.policy().clone();
        if policy.intake_owner.is_none() {
            policy.intake_owner = Some(person);
            act.commands.push(Command::Org(OrgCommand::AdoptPolicy {
                policy: Box::new(policy),
            }));
        }
        self.acts.apply(act).await.map_err(undone)?;
        Ok(person)
    }
}

/// A session as the desk knows it.
pub(super) fn session_of(row: kept::Session) -> Session {
    Session {
        digest: row.digest,
        person: row.person,
        started: row.created_at,
        used: row.seen_at,
        browser: row.agent,
    }
}
