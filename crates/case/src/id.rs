//! Identifiers. All are UUIDs (v7, made at the edge from `Outside`): time-ordered, so that tables stay compact.

use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }
    )+};
}

id! {
    /// What one sender sent at one time.
    ReportId,
    /// One suspected vulnerability, tracked to closure.
    CaseId,
    /// One machine run: a SARIF run, a scanner export.
    RunId,
    /// A product of the maker.
    ProductId,
    /// One release (range) of a product.
    ReleaseId,
    /// A person on the maker's side.
    PersonId,
    /// A scoped token of a machine.
    TokenId,
    /// A sealed object.
    ObjectId,
    /// One decision by one person or rule; unique for ever, made before its first attempt.
    ActId,
    /// A message of a conversation.
    MessageId,
}

/// The stream an event belongs to, written `report/<uuid>`, `case/<uuid>`, `run/…`, `product/…`, `person/…`, `org/…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StreamId {
    /// One report.
    Report(ReportId),
    /// One case.
    Case(CaseId),
    /// One run of a tool.
    Run(RunId),
    /// One product with its releases.
    Product(ProductId),
    /// One person.
    Person(PersonId),
    /// The organisation: policy, calendar, keys, canaries, monthly lists. One stream, of the nil UUID.
    Org,
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Report(id) => write!(f, "report/{id}"),
            Self::Case(id) => write!(f, "case/{id}"),
            Self::Run(id) => write!(f, "run/{id}"),
            Self::Product(id) => write!(f, "product/{id}"),
            Self::Person(id) => write!(f, "person/{id}"),
            Self::Org => write!(f, "org/{}", Uuid::nil()),
        }
    }
}

/// A text that names no stream.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("\"{0}\" names no stream: expected kind/uuid, for example report/0190…")]
pub struct NoStream(pub String);

impl std::str::FromStr for StreamId {
    type Err = NoStream;
    fn from_str(s: &str) -> Result<Self, NoStream> {
        let fail = || NoStream(s.chars().take(80).collect());
        let (kind, id) = s.split_once('/').ok_or_else(fail)?;
        let id = Uuid::parse_str(id).map_err(|_| fail())?;
        Ok(match kind {
            "report" => Self::Report(ReportId(id)),
            "case" => Self::Case(CaseId(id)),
            "run" => Self::Run(RunId(id)),
            "product" => Self::Product(ProductId(id)),
            "person" => Self::Person(PersonId(id)),
            "org" if id.is_nil() => Self::Org,
            _ => return Err(fail()),
        })
    }
}
