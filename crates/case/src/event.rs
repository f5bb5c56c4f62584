//! Every event of every stream, and how it becomes the `type` and `body` of an envelope.

use crate::case::event::CaseEvent;
use crate::id::StreamId;
use crate::org::event::OrgEvent;
use crate::person::event::PersonEvent;
use crate::product::event::ProductEvent;
use crate::report::event::ReportEvent;
use crate::run::event::RunEvent;
pub use crate::words::sentence;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "one variant per stream")]
pub enum Event {
    Report(ReportEvent),
    Case(CaseEvent),
    Run(RunEvent),
    Product(ProductEvent),
    Org(OrgEvent),
    Person(PersonEvent),
}

/// An event that this version of the software cannot read. Never skipped: the store goes not-ready and says so.
#[derive(Debug, thiserror::Error)]
#[error("cannot read event type \"{kind}\" of stream {stream}: {why}")]
pub struct UnknownEvent {
    /// Its `type`.
    pub kind: String,
    /// Its stream.
    pub stream: String,
    /// What the reader said.
    pub why: String,
}

#[derive(Serialize, Deserialize)]
struct Parts<'a> {
    #[serde(rename = "type")]
    kind: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    body: &'a RawValue,
}

impl Event {
    /// The envelope's `type` and `body` (compact JSON in declaration order).
    ///
    /// # Errors
    /// Only where serde_json fails on our own types, which would be a defect.
    pub fn to_parts(&self) -> Result<(String, Box<RawValue>), serde_json::Error> {
        let whole = match self {
            Self::Report(e) => serde_json::to_string(e),
            Self::Case(e) => serde_json::to_string(e),
            Self::Run(e) => serde_json::to_string(e),
            Self::Product(e) => serde_json::to_string(e),
            Self::Org(e) => serde_json::to_string(e),
            Self::Person(e) => serde_json::to_string(e),
        }?;
        let parts: Parts<'_> = serde_json::from_str(&whole)?;
        Ok((parts.kind.into_owned(), parts.body.to_owned()))
    }

    /// The event of an envelope's `stream`, `type` and `body`.
    ///
    /// # Errors
    /// [`UnknownEvent`] where the type or its fields are not of this version.
    pub fn from_parts(
        stream: &StreamId,
        kind: &str,
        body: &RawValue,
    ) -> Result<Self, UnknownEvent> {
        let fail = |e: serde_json::Error| UnknownEvent {
            kind: kind.chars().take(80).collect(),
            stream: stream.to_string(),
            why: e.to_string(),
        };
        let whole = serde_json::to_string(&Parts {
            kind: kind.into(),
            body,
        })
        .map_err(fail)?;
        let s = whole.as_str();
        Ok(match stream {
            StreamId::Report(_) => Self::Report(serde_json::from_str(s).map_err(fail)?),
            StreamId::Case(_) => Self::Case(serde_json::from_str(s).map_err(fail)?),
            StreamId::Run(_) => Self::Run(serde_json::from_str(s).map_err(fail)?),
            StreamId::Product(_) => Self::Product(serde_json::from_str(s).map_err(fail)?),
            StreamId::Org => Self::Org(serde_json::from_str(s).map_err(fail)?),
            StreamId::Person(_) => Self::Person(serde_json::from_str(s).map_err(fail)?),
        })
    }
}
