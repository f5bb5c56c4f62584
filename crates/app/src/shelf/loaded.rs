//! What was loaded for one page, and how it becomes names, sentences and words. Pure.

use crate::web::desk::model::{Clock, Named, TimelineLine};
use crate::web::desk::needs::Texts;
use jiff::Timestamp;
use std::collections::{BTreeMap, HashMap};
use vulnerary_case::actor::Actor;
use vulnerary_case::clocks::Deadline;
use vulnerary_case::event::Event;
use vulnerary_case::id::{ObjectId, PersonId, ReportId};
use vulnerary_case::object::ObjectRef;
use vulnerary_case::policy::ClockCode;
use vulnerary_case::words::sentence;
use vulnerary_case::world::Look;

/// What was loaded for one page.
pub struct Loaded<'a> {
    /// States: the case or report with its reports, its linked cases, products, people, the organisation.
    pub look: &'a dyn Look,
    /// Opened texts by object. What is not here was erased (or is not for this reader).
    pub texts: &'a HashMap<ObjectId, Texts>,
    /// Opened texts that are one text and not a set: messages, names of files.
    pub plain: &'a HashMap<ObjectId, String>,
    /// What the form of each report says, and its files.
    pub forms: &'a HashMap<ReportId, ReportForm>,
    /// Names of people.
    pub names: &'a BTreeMap<PersonId, String>,
    /// Now.
    pub now: Timestamp,
}

impl std::fmt::Debug for Loaded<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Loaded")
    }
}

/// What came with a report: its fields as text, its files with their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReportForm {
    /// Name and value, in the order received.
    pub fields: Vec<(String, String)>,
    /// The sealed bytes and the name of each file.
    pub files: Vec<(ObjectRef, String)>,
    /// Lowercase hex SHA-256 of what was received.
    pub sha256: String,
}

impl ReportForm {
    /// The first value of a field, where it has one.
    pub fn field(&self, name: &str) -> Option<&str> {
        let value = self
            .fields
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.trim());
        value.filter(|v| !v.is_empty())
    }
}

/// One event as recorded.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Leaf index.
    pub index: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What.
    pub event: Event,
}

impl Loaded<'_> {
    /// Somebody with the name as it is now.
    pub fn named(&self, id: PersonId) -> Named {
        let name = self
            .names
            .get(&id)
            .cloned()
            .unwrap_or_else(|| "somebody whose name was erased".into());
        Named { id, name }
    }

    /// Who did it, as a sentence begins.
    pub fn actor(&self, actor: &Actor) -> String {
        match actor {
            Actor::Person(id) => self.named(*id).name,
            Actor::Reporter(_) => "The reporter".into(),
            Actor::Token(_) => "A machine".into(),
            Actor::Rule(name, version) => format!("Rule {name} (version {version})"),
            Actor::System => "Vulnerary".into(),
        }
    }

    /// What was written, field by field.
    pub fn texts_of(&self, text: Option<&ObjectRef>) -> Option<&Texts> {
        self.texts.get(&text?.object)
    }

    /// One field of it.
    pub fn field(&self, text: Option<&ObjectRef>, name: &str) -> Option<String> {
        self.texts_of(text)?.get(name).cloned()
    }

    /// The first words of it, whatever the field: for a quotation in a timeline.
    pub fn said(&self, text: Option<&ObjectRef>) -> Option<String> {
        let texts = self.texts_of(text)?;
        let telling = ["why", "finding", "answer", "note", "hazard", "message"];
        let first = telling
            .iter()
            .find_map(|field| texts.get(*field))
            .or_else(|| texts.values().next())?;
        Some(first.clone())
    }

    /// A message, or whatever is one text.
    pub fn message(&self, text: &ObjectRef) -> Option<String> {
        self.plain
            .get(&text.object)
            .cloned()
            .or_else(|| self.field(Some(text), "message"))
            .or_else(|| self.said(Some(text)))
    }

    /// The history, newest first: each event one sentence with its actor.
    pub fn history(&self, events: &[Recorded]) -> Vec<TimelineLine> {
        events
            .iter()
            .rev()
            .map(|e| TimelineLine {
                at: e.at,
                sentence: format!(
                    "{}: {}",
                    self.actor(&e.actor),
                    lower_start(sentence(&e.event).trim_end_matches('.'))
                ),
                said: self.said(text_of(&e.event).as_ref()),
                index: e.index,
            })
            .collect()
    }
}

/// The text that an event refers to: the one called `text` in its body, whichever event it is. Every body names it so
/// (core, `case/event.rs`), which saves one arm per event here; an event without one has none.
fn text_of(event: &Event) -> Option<ObjectRef> {
    let (_, body) = event.to_parts().ok()?;
    #[derive(serde::Deserialize)]
    struct Body {
        #[serde(default)]
        text: Option<ObjectRef>,
    }
    serde_json::from_str::<Body>(body.get()).ok()?.text
}

/// The first letter small, where it begins an ordinary word.
fn lower_start(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars
        .next()
        .map_or_else(String::new, |c| c.to_lowercase().collect());
    format!("{first}{}", chars.as_str())
}

/// A deadline as a line shows it.
pub fn clock(deadline: &Deadline) -> Clock {
    Clock {
        what: clock_word(deadline.code).into(),
        due: deadline.due,
        provisional: deadline.provisional,
    }
}

/// What is due, in a word or two.
pub fn clock_word(code: ClockCode) -> &'static str {
    match code {
        ClockCode::Acknowledge => "acknowledge",
        ClockCode::Update | ClockCode::UpdateLater => "update the reporter",
        ClockCode::Review => "review",
        ClockCode::Analysis => "analysis",
        ClockCode::Resolve => "resolve",
        ClockCode::InvalidWindow => "reporter may add information",
        ClockCode::DeferredReturn => "come back to it",
        ClockCode::Unreadable => "look at it",
        ClockCode::UnansweredMessage => "answer a message",
        ClockCode::Dispute => "answer the disagreement",
        ClockCode::Told => "tell the outcome",
        ClockCode::EmbargoEnd => "embargo ends",
        ClockCode::EmbargoAttack => "embargo: keep or end",
        ClockCode::Approve => "sign the closure",
        ClockCode::Run => "decide",
        ClockCode::Fielding => "record fielding",
        ClockCode::Regulator => "regulator",
    }
}
