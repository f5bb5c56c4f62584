//! The first pass: the outline of a log, with every run, rule list and result as an unread slice.
//!
//! One walk over the bytes without recursion on what they hold: everything below a result is
//! skipped by serde_json's iterative scanner. Sixteen bytes are kept a result.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{Limits, SarifError};
use crate::ignored::IgnoredList;

/// A log's outline.
#[derive(Default)]
pub(super) struct Log<'a> {
    pub version: Option<&'a RawValue>,
    pub has_runs: bool,
    pub runs: Vec<RunParts<'a>>,
    pub total_results: usize,
    pub too_many: Option<SarifError>,
}

/// A run's parts, unread but for the boundaries of its results.
#[derive(Default)]
pub(super) struct RunParts<'a> {
    pub index: usize,
    pub parts: Vec<(&'static str, &'a RawValue)>,
    pub results: Option<Vec<&'a RawValue>>,
}

impl<'a> RunParts<'a> {
    pub fn part(&self, name: &str) -> Option<&'a str> {
        self.parts
            .iter()
            .find(|(n, _)| *n == name)
            .map(|(_, raw)| raw.get())
    }
}

/// The properties of a run that are read.
const PARTS: &[&str] = &[
    "tool",
    "artifacts",
    "automationDetails",
    "versionControlProvenance",
    "originalUriBaseIds",
    "taxonomies",
    "logicalLocations",
    "invocations",
    "externalPropertyFileReferences",
];

/// Reads the outline of `text`. Returns the offset behind the first JSON value beside it.
pub(super) fn outline<'a>(
    text: &'a str,
    limits: &Limits,
    ignored: &mut IgnoredList,
) -> Result<(Log<'a>, usize), SarifError> {
    let mut log = Log::default();
    let mut stream = serde_json::Deserializer::from_str(text);
    Root {
        log: &mut log,
        limits,
        ignored,
    }
    .deserialize(&mut stream)?;
    let rest = stream
        .into_iter::<IgnoredAny>()
        .byte_offset()
        .min(text.len());
    match log.too_many.take() {
        Some(error) => Err(error),
        None => Ok((log, rest)),
    }
}

/// Visitor methods that take a value of the wrong shape without failing the document.
macro_rules! wrong_scalars {
    () => {
        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
            self.wrong("true or false")
        }
        fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
            self.wrong("a number")
        }
        fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
            self.wrong("a number")
        }
        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
            self.wrong("a number")
        }
        fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
            self.wrong("a string")
        }
        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            self.wrong("null")
        }
    };
}
macro_rules! wrong_map {
    () => {
        fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            self.wrong("an object")
        }
    };
}
macro_rules! wrong_seq {
    () => {
        fn visit_seq<A: SeqAccess<'a>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            self.wrong("an array")
        }
    };
}

/// A key, borrowed where it has no escapes.
struct Key<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> serde::Deserialize<'de> for Key<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        super::model::Text::deserialize(deserializer).map(|text| Key(text.0))
    }
}

struct Root<'s, 'a> {
    log: &'s mut Log<'a>,
    limits: &'s Limits,
    ignored: &'s mut IgnoredList,
}

impl<'a> Root<'_, 'a> {
    fn wrong<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
}

impl<'a> DeserializeSeed<'a> for Root<'_, 'a> {
    type Value = ();
    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Root<'_, 'a> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a SARIF log object")
    }
    wrong_scalars!();
    wrong_seq!();
    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Key(key)) = map.next_key()? {
            match key.as_ref() {
                "version" => {
                    if self.log.version.is_some() {
                        self.ignored
                            .push("version", "stated twice; the last one counts");
                    }
                    self.log.version = Some(map.next_value()?);
                }
                "runs" => {
                    if self.log.has_runs {
                        self.ignored
                            .push("runs", "stated twice; all runs were read");
                    }
                    map.next_value_seed(Runs {
                        log: &mut *self.log,
                        limits: self.limits,
                        ignored: &mut *self.ignored,
                    })?;
                }
                "inlineExternalProperties" => {
                    let raw: &RawValue = map.next_value()?;
                    if raw.get().contains("\"results\"") {
                        self.ignored.push(
                            "inlineExternalProperties",
                            "results in external properties are not read",
                        );
                    }
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

struct Runs<'s, 'a> {
    log: &'s mut Log<'a>,
    limits: &'s Limits,
    ignored: &'s mut IgnoredList,
}

impl<'a> Runs<'_, 'a> {
    fn wrong<E>(self, found: &str) -> Result<(), E> {
        self.ignored
            .push("runs", format!("expected an array, found {found}"));
        Ok(())
    }
}

impl<'a> DeserializeSeed<'a> for Runs<'_, 'a> {
    type Value = ();
    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Runs<'_, 'a> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of runs")
    }
    wrong_scalars!();
    wrong_map!();
    fn visit_seq<A: SeqAccess<'a>>(self, mut seq: A) -> Result<(), A::Error> {
        self.log.has_runs = true;
        let mut index = self.log.runs.last().map_or(0, |run| run.index + 1);
        loop {
            let run = OneRun {
                index,
                total: &mut self.log.total_results,
                too_many: &mut self.log.too_many,
                limits: self.limits,
                ignored: &mut *self.ignored,
            };
            let Some(run) = seq.next_element_seed(run)? else {
                return Ok(());
            };
            index += 1;
            if self.log.runs.len() >= self.limits.max_runs {
                let max = self.limits.max_runs;
                self.log
                    .too_many
                    .get_or_insert(SarifError::TooMany { what: "runs", max });
            } else if let Some(run) = run {
                self.log.runs.push(run);
            }
        }
    }
}

struct OneRun<'s> {
    index: usize,
    total: &'s mut usize,
    too_many: &'s mut Option<SarifError>,
    limits: &'s Limits,
    ignored: &'s mut IgnoredList,
}

impl OneRun<'_> {
    fn wrong<'a, E>(self, found: &str) -> Result<Option<RunParts<'a>>, E> {
        let why = format!("expected an object, found {found}");
        self.ignored.push(format!("runs[{}]", self.index), why);
        Ok(None)
    }
}

impl<'a> DeserializeSeed<'a> for OneRun<'_> {
    type Value = Option<RunParts<'a>>;
    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for OneRun<'_> {
    type Value = Option<RunParts<'a>>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a run object")
    }
    wrong_scalars!();
    wrong_seq!();
    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut run = RunParts {
            index: self.index,
            ..RunParts::default()
        };
        while let Some(Key(key)) = map.next_key()? {
            if key == "results" {
                let results = Results {
                    at: self.index,
                    into: &mut run.results,
                    total: &mut *self.total,
                    too_many: &mut *self.too_many,
                    max: self.limits.max_results,
                    ignored: &mut *self.ignored,
                };
                map.next_value_seed(results)?;
            } else if let Some(name) = PARTS.iter().find(|name| **name == key) {
                let raw: &RawValue = map.next_value()?;
                let before = run.parts.len();
                run.parts.retain(|(n, _)| n != name);
                if run.parts.len() < before {
                    let what = format!("runs[{}].{name}", self.index);
                    self.ignored.push(what, "stated twice; the last one counts");
                }
                run.parts.push((name, raw));
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Some(run))
    }
}

struct Results<'s, 'a> {
    at: usize,
    into: &'s mut Option<Vec<&'a RawValue>>,
    total: &'s mut usize,
    too_many: &'s mut Option<SarifError>,
    max: usize,
    ignored: &'s mut IgnoredList,
}

impl<'a> Results<'_, 'a> {
    fn wrong<E>(self, found: &str) -> Result<(), E> {
        if found != "null" {
            let why = format!("expected an array, found {found}");
            self.ignored.push(format!("runs[{}].results", self.at), why);
        }
        Ok(())
    }
}

impl<'a> DeserializeSeed<'a> for Results<'_, 'a> {
    type Value = ();
    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Results<'_, 'a> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of results")
    }
    wrong_scalars!();
    wrong_map!();
    fn visit_seq<A: SeqAccess<'a>>(self, mut seq: A) -> Result<(), A::Error> {
        if self.into.is_some() {
            let what = format!("runs[{}].results", self.at);
            self.ignored
                .push(what, "stated twice; the results of both were read");
        }
        let list = self.into.get_or_insert_default();
        while *self.total < self.max {
            let Some(raw) = seq.next_element()? else {
                return Ok(());
            };
            list.push(raw);
            *self.total += 1;
        }
        while seq.next_element::<IgnoredAny>()?.is_some() {
            self.too_many.get_or_insert(SarifError::TooMany {
                what: "results",
                max: self.max,
            });
        }
        Ok(())
    }
}
