//! Who did it, and what they may do.

use crate::id::{PersonId, ReportId, TokenId};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use uuid::Uuid;

/// Who did it: `person/<uuid> | reporter/<report uuid> | token/<uuid> | rule/<name>@<n> | system`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    /// A person on the maker's side.
    Person(PersonId),
    /// The reporter of this report, proved by the follow-up words.
    Reporter(ReportId),
    /// A machine with a token.
    Token(TokenId),
    /// A rule, by name and version.
    Rule(String, u32),
    /// The software itself (start, rotation, restore, the command line on the host).
    System,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(id) => write!(f, "person/{id}"),
            Self::Reporter(id) => write!(f, "reporter/{id}"),
            Self::Token(id) => write!(f, "token/{id}"),
            Self::Rule(name, n) => write!(f, "rule/{name}@{n}"),
            Self::System => write!(f, "system"),
        }
    }
}

/// A text that names no actor.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("\"{0}\" names no actor")]
pub struct NoActor(pub String);

impl std::str::FromStr for Actor {
    type Err = NoActor;
    fn from_str(s: &str) -> Result<Self, NoActor> {
        let fail = || NoActor(s.chars().take(80).collect());
        if s == "system" {
            return Ok(Self::System);
        }
        let (kind, rest) = s.split_once('/').ok_or_else(fail)?;
        let uuid = || Uuid::parse_str(rest).map_err(|_| fail());
        Ok(match kind {
            "person" => Self::Person(PersonId(uuid()?)),
            "reporter" => Self::Reporter(ReportId(uuid()?)),
            "token" => Self::Token(TokenId(uuid()?)),
            "rule" => {
                let (name, n) = rest.split_once('@').ok_or_else(fail)?;
                Self::Rule(name.to_owned(), n.parse().map_err(|_| fail())?)
            }
            _ => return Err(fail()),
        })
    }
}

impl Serialize for Actor {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Actor {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// What a person may do (domain.md, Roles). One person may hold several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Works cases.
    Handler,
    /// Signs closures of others.
    Approver,
    /// Records ISO 14971 determinations.
    Safety,
    /// Records awareness, reportability and complaint determinations.
    Regulatory,
    /// People, products, policy.
    Administrator,
    /// Reads, with identities masked.
    Auditor,
    /// An internal person who reports.
    Reporter,
}
