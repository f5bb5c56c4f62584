//! People, sessions, products, policy, coverage: what surrounds the cases.

use crate::secrets::totp::TotpSecret;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use vulnerary_case::actor::Role;
use vulnerary_case::id::{PersonId, ProductId, ReleaseId};
use vulnerary_case::product::event::SupportClass;

/// Somebody, with the name to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Who.
    pub id: PersonId,
    /// Name as it is now, or "(erased)".
    pub name: String,
}

/// What every page needs to know about the organisation.
#[derive(Clone, Debug)]
pub struct Around {
    /// Its name; empty until set-up has asked.
    pub organisation: String,
    /// Its zone, from the calendar in force.
    pub zone: TimeZone,
    /// Whether somebody confirmed that the recovery sheet of the master key is in a safe place.
    pub recovery_sheet_confirmed: bool,
    /// How many active people may approve.
    pub approvers: usize,
    /// Whether there is at least one product.
    pub has_product: bool,
    /// What the operator should know (a degraded writer, a clock that stepped back), in sentences.
    pub alarms: Vec<String>,
}

/// The organisation, as its page edits it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Organisation {
    /// Version (seq) of the org stream.
    pub version: u64,
    /// Name.
    pub name: String,
    /// Mail address for reports.
    pub email: String,
    /// Telephone, office hours.
    pub phone: String,
    /// Telephone, day and night: where somebody may be harmed.
    pub emergency_phone: String,
    /// Postal address.
    pub address: String,
}

/// What sign-in needs to know of a person. Never shown, never logged.
#[derive(Clone, Debug)]
pub struct Account {
    /// Who, with the name.
    pub person: Named,
    /// Mail address they sign in with.
    pub email: String,
    /// What they may do.
    pub roles: Vec<Role>,
    /// Whether they may sign in.
    pub active: bool,
    /// PHC string, where a credential was set.
    pub password: Option<String>,
    /// The app's secret, where one was set.
    pub totp: Option<TotpSecret>,
    /// The last step whose code was accepted.
    pub last_step: Option<u64>,
    /// How many recovery codes are left.
    pub recovery_left: usize,
}

/// A credential to store: what is behind a person's sign-in.
#[derive(Clone, Debug)]
pub struct Credential {
    /// PHC string.
    pub password: String,
    /// The app's secret, to be wrapped.
    pub totp: TotpSecret,
    /// The step of the code that proved the app.
    pub last_step: u64,
    /// Digests of the recovery codes.
    pub recovery: Vec<String>,
}

/// A signed-in browser. The token itself is only in its cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the token.
    pub digest: [u8; 32],
    /// Who.
    pub person: PersonId,
    /// Since when.
    pub started: Timestamp,
    /// Last used (to the minute, so that reading a page writes nothing).
    pub used: Timestamp,
    /// "Firefox on Linux", from the browser's own words.
    pub browser: String,
}

/// A single-use link with which somebody sets their own password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Digest of its token.
    pub digest: [u8; 32],
    /// For whom; nobody on the set-up link, which makes the first person.
    pub person: Option<PersonId>,
    /// Until when it works.
    pub until: Timestamp,
}

/// One person in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonLine {
    /// Who.
    pub person: Named,
    /// Version (seq) of the person's stream.
    pub version: u64,
    /// Mail address.
    pub email: String,
    /// Roles.
    pub roles: Vec<Role>,
    /// Whether they may sign in.
    pub active: bool,
    /// Whether password and app are set.
    pub credential: bool,
}

/// One product in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductLine {
    /// Which.
    pub id: ProductId,
    /// Version (seq) of the product's stream.
    pub version: u64,
    /// Its name.
    pub name: String,
    /// Its releases, newest first.
    pub releases: Vec<ReleaseFact>,
    /// Cases that are open.
    pub open_cases: u64,
}

/// One release of a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseFact {
    /// Which.
    pub id: ReleaseId,
    /// Version or range as the maker writes it.
    pub version: String,
    /// Support class (IEC 81001-5-1 4.3).
    pub class: Option<SupportClass>,
    /// Shipped.
    pub shipped: Option<Timestamp>,
    /// Support ended.
    pub ended: Option<Timestamp>,
}

/// The policy in force, as its page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyPage {
    /// Version (seq) of the org stream.
    pub version: u64,
    /// When it was adopted.
    pub adopted: Option<Timestamp>,
    /// SHA-256 of its canonical JSON.
    pub sha256: String,
    /// Business days until a person answers.
    pub acknowledge_days: u32,
    /// Days between updates until analysis is complete.
    pub update_days: u32,
    /// IANA zone.
    pub zone: String,
    /// End of the working day, `HH:MM`.
    pub closes_at: String,
    /// Holidays, ISO dates.
    pub holidays: Vec<String>,
    /// Who owns new cases.
    pub intake_owner: Option<Named>,
    /// Every rule, read only here.
    pub terms: Vec<TermLine>,
}

/// One rule of the policy, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermLine {
    /// What is due.
    pub what: String,
    /// Within.
    pub within: String,
    /// Where the number comes from, with its date.
    pub source: String,
}

/// Status of one of the ten constraints (domain.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConstraintStatus {
    /// Reports of the period show it.
    Shown,
    /// The door is open and proved; nothing came.
    ReadyNoReports,
    /// Neither.
    NotShown,
}

/// One of the ten constraints of clause 9.2, live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConstraintLine {
    /// `9.2-01` …
    pub id: String,
    /// In words.
    pub what: String,
    /// Status.
    pub status: ConstraintStatus,
    /// Why, in a sentence.
    pub why: String,
    /// Reports received in the period.
    pub received: u64,
    /// Open now.
    pub open: u64,
    /// Closed in the period.
    pub closed: u64,
    /// Overdue now.
    pub overdue: u64,
}
