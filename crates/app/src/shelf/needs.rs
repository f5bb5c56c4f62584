//! The trait, answered by the files beside this one.

use super::accounts::session_of;
use super::{Shelf, unread};
use crate::secrets::password::Passwords;
use crate::secrets::token::Kind;
use crate::web::desk::model::*;
use crate::web::desk::needs::{Act, Done, Later, Needs, Settings, View};
use jiff::Timestamp;
use vulnerary_case::case::event::Lane;
use vulnerary_case::id::PersonId;

/// A future over `self`, boxed.
macro_rules! later {
    ($body:expr) => {
        Box::pin(async move { $body })
    };
}

impl Needs for Shelf {
    fn now(&self) -> Timestamp {
        self.acts.outside().now()
    }
    fn fill(&self, bytes: &mut [u8]) {
        self.acts.outside().fill(bytes);
    }
    fn settings(&self) -> &Settings {
        &self.settings
    }
    fn passwords(&self) -> &Passwords {
        &self.passwords
    }
    fn around(&self) -> Later<'_, Around> {
        later!(self.read_around().await)
    }
    fn account_by_email<'a>(&'a self, email: &'a str) -> Later<'a, Option<Account>> {
        later!(self.find_account(email).await)
    }
    fn account(&self, person: PersonId) -> Later<'_, Option<Account>> {
        later!(self.read_account(person).await)
    }
    fn use_step(&self, person: PersonId, step: u64) -> Later<'_, bool> {
        later!(
            self.acts
                .store()
                .use_step(person, step)
                .await
                .map_err(unread)
        )
    }
    fn use_recovery<'a>(&'a self, person: PersonId, digest: &'a str) -> Later<'a, bool> {
        later!(
            self.acts
                .store()
                .use_recovery(person, digest)
                .await
                .map_err(unread)
        )
    }
    fn set_credential(&self, person: PersonId, credential: Credential) -> Later<'_, ()> {
        later!(self.keep_credential(person, credential).await)
    }
    fn set_password(&self, person: PersonId, password: String) -> Later<'_, ()> {
        later!({
            self.acts
                .store()
                .put_password(person, password)
                .await
                .map_err(unread)?;
            self.note_credential(person).await
        })
    }
    fn put_session(&self, session: Session) -> Later<'_, ()> {
        later!(self.keep_session(session).await)
    }
    fn session(&self, digest: [u8; 32]) -> Later<'_, Option<Session>> {
        later!(Ok(self
            .acts
            .store()
            .session(digest)
            .await
            .map_err(unread)?
            .map(session_of)))
    }
    fn touch_session(&self, digest: [u8; 32], at: Timestamp) -> Later<'_, ()> {
        later!(
            self.acts
                .store()
                .touch_session(digest, at)
                .await
                .map_err(unread)
        )
    }
    fn sessions_of(&self, person: PersonId) -> Later<'_, Vec<Session>> {
        later!(Ok(self
            .acts
            .store()
            .sessions_of(person)
            .await
            .map_err(unread)?
            .into_iter()
            .map(session_of)
            .collect()))
    }
    fn end_session(&self, person: PersonId, digest: [u8; 32]) -> Later<'_, ()> {
        later!({
            self.acts
                .store()
                .end_session(person, digest)
                .await
                .map_err(unread)?;
            Ok(())
        })
    }
    fn put_link(&self, link: Link) -> Later<'_, ()> {
        later!(self.keep_new_link(link).await)
    }
    fn link(&self, kind: Kind, digest: [u8; 32]) -> Later<'_, Option<Link>> {
        later!(self.find_link(kind, digest).await)
    }
    fn use_link(&self, kind: Kind, digest: [u8; 32]) -> Later<'_, bool> {
        later!(self.spend_link(kind, digest).await)
    }
    fn add_first_person<'a>(&'a self, name: &'a str, email: &'a str) -> Later<'a, PersonId> {
        later!(self.add_first(name, email).await)
    }
    fn inbox(&self, view: View, filter: InboxFilter) -> Later<'_, InboxPage> {
        later!(self.list_inbox(view, filter).await)
    }
    fn case<'a>(&'a self, view: View, number: &'a str) -> Later<'a, Option<CaseFile>> {
        later!(self.read_case(view, number).await)
    }
    fn report<'a>(&'a self, view: View, number: &'a str) -> Later<'a, Option<ReportFile>> {
        later!(self.read_report(view, number).await)
    }
    fn file<'a>(
        &'a self,
        view: View,
        number: &'a str,
        index: usize,
    ) -> Later<'a, Option<HeldFile>> {
        later!(self.read_file(view, number, index).await)
    }
    fn occurrences<'a>(
        &'a self,
        _: View,
        number: &'a str,
        after: Option<String>,
    ) -> Later<'a, Option<OccurrencePage>> {
        later!(self.list_places(number, after).await)
    }
    fn closure_record<'a>(
        &'a self,
        view: View,
        number: &'a str,
    ) -> Later<'a, Option<ClosureRecord>> {
        later!(self.read_record(view, number).await)
    }
    fn batch(&self, view: View, lane: Lane, proposed: bool) -> Later<'_, Vec<BatchLine>> {
        later!(self.list_batch(view, lane, proposed).await)
    }
    fn search<'a>(&'a self, view: View, words: &'a str) -> Later<'a, Vec<SearchHit>> {
        later!(self.find(view, words).await)
    }
    fn runs(&self, _: View) -> Later<'_, Vec<RunLine>> {
        later!(self.list_runs().await)
    }
    fn coverage(&self, _: View) -> Later<'_, Vec<ConstraintLine>> {
        later!(self.read_coverage().await)
    }
    fn dashboard(&self, _: View) -> Later<'_, Dashboard> {
        later!(self.overview().await)
    }
    fn organisation(&self) -> Later<'_, Organisation> {
        later!(self.read_organisation().await)
    }
    fn people(&self) -> Later<'_, Vec<PersonLine>> {
        later!(self.list_people().await)
    }
    fn products(&self) -> Later<'_, Vec<ProductLine>> {
        later!(self.list_products().await)
    }
    fn policy(&self) -> Later<'_, PolicyPage> {
        later!(self.read_policy().await)
    }
    fn act(&self, act: Act) -> Later<'_, Done> {
        later!(self.do_act(act).await)
    }
    fn take_report(&self, person: PersonId, report: NewReport) -> Later<'_, String> {
        later!(self.enter_report(person, report).await)
    }
    fn adopt_policy(&self, person: PersonId, page: PolicyPage) -> Later<'_, ()> {
        later!(self.adopt(person, page).await)
    }
}
