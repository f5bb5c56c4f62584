//! People and their ways in, for the command line and the first start. The desk has its own pages for the same.

use crate::app::App;
use crate::outside::{new_uuid, random};
use crate::secrets::token::{self, Kind};
use crate::tracking::act::Texts;
use anyhow::Context;
use jiff::ToSpan;
use vulnerary_case::act::{Command, PersonCommand};
use vulnerary_case::actor::{Actor, Role};
use vulnerary_case::id::{PersonId, StreamId};
use vulnerary_store::Display;
use vulnerary_store::accounts::Link;

/// How long a link works.
const HOURS: i64 = 72;

impl App {
    /// Adds a person as `system`; the path of their one-time link.
    ///
    /// # Errors
    /// Where the mail address is taken, or the record cannot be written.
    pub async fn add_person(&self, name: &str, email: &str, roles: Vec<Role>) -> anyhow::Result<String> {
        let email = email.trim().to_lowercase();
        anyhow::ensure!(email.contains('@'), "{email} is not a mail address.");
        anyhow::ensure!(self.person_by_email(&email).await?.is_none(), "Somebody already signs in with {email}.");
        let person = PersonId(new_uuid(&**self.acts.outside()));
        let mut act = self.acts.begin(Actor::System);
        let texts = Texts::from([("name".to_owned(), name.trim().to_owned()), ("email".to_owned(), email.clone())]);
        let text = self.acts.seal_texts(&mut act, &texts)?;
        for (field, value) in [("name", name.trim()), ("email", &email)] {
            let stream = StreamId::Person(person);
            act.display.push(Display { stream, field, object: text.object, text: value.to_owned() });
        }
        act.commands.push(Command::Person { person, wish: PersonCommand::Add { text, roles } });
        self.acts.commit(act).await.context("The person could not be added.")?;
        self.invite(person).await
    }

    /// A new one-time link for whoever signs in with this mail address; `None` where nobody does.
    ///
    /// # Errors
    /// Where the store cannot be used.
    pub async fn reset_person(&self, email: &str) -> anyhow::Result<Option<String>> {
        match self.person_by_email(&email.trim().to_lowercase()).await? {
            Some(person) => Ok(Some(self.invite(person).await?)),
            None => Ok(None),
        }
    }

    async fn person_by_email(&self, email: &str) -> anyhow::Result<Option<PersonId>> {
        let found = self.store().find_display("email", email).await?;
        Ok(found.into_iter().find_map(|(stream, _)| match stream {
            StreamId::Person(id) => Some(id),
            _ => None,
        }))
    }

    async fn invite(&self, person: PersonId) -> anyhow::Result<String> {
        let text = token::text(&random(&**self.acts.outside()));
        let digest = token::digest(Kind::Invitation, &text).context("a token of our own is not one")?;
        let made_at = self.acts.outside().now();
        let expires_at = made_at.checked_add(HOURS.hours())?;
        let kind = Kind::Invitation.word();
        let person = Some(person);
        self.store().put_link(Link { kind: kind.to_owned(), digest, person, made_at, expires_at }).await?;
        Ok(format!("/desk/join/{text}"))
    }
}
