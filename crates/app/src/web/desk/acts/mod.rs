//! Every act of the desk, described once: what you decide, its questions, what will follow, and the command it becomes.
//!
//! One act, one form, one command. Nothing is edited in place; a correction is a new act. `case_form` and `report_form`
//! render and read any of them.

pub mod addressing;
pub mod analysis;
pub mod case_form;
pub mod ending;
pub mod facts;
pub mod linking;
pub mod report_acts;
pub mod report_form;
pub mod triage;

use super::form::{How, Question, Typed, ask};
use super::frame::Look;
use super::model::{CaseFile, PersonLine, ProductLine, ReportFile};
use super::needs::Texts;
use crate::access::Make;
use crate::web::components::FieldError;
use uuid::Uuid;
use vulnerary_case::act::{CaseCommand, ReportCommand};
use vulnerary_case::case::event::Meaning;
use vulnerary_case::object::ObjectRef;

/// What an act's questions and command may look at.
#[derive(Debug)]
pub struct Asked<'a, T> {
    /// The case or the report, as the page shows it.
    pub about: &'a T,
    /// Everybody, for the choice of an owner.
    pub people: &'a [PersonLine],
    /// All products, for the choice of one.
    pub products: &'a [ProductLine],
    /// Who looks, and when.
    pub look: &'a Look,
    /// A fresh id for what the act makes (a message, a case).
    pub fresh: Uuid,
    /// Cases that other fields named, found by their number: number, id.
    pub found: &'a [(String, vulnerary_case::id::CaseId)],
}

/// An act as it was typed: the texts to seal and the command made from them.
pub struct Wish<C> {
    /// Each becomes one sealed object.
    pub texts: Vec<Texts>,
    /// The command.
    pub make: Make<C>,
}

impl<C> std::fmt::Debug for Wish<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wish").finish_non_exhaustive()
    }
}

/// One kind of act on a `T`, leading to a `C`.
#[derive(Debug)]
pub struct ActSpec<T, C: 'static> {
    /// Its part of the address: `validate`.
    pub slug: &'static str,
    /// What it is called: a sentence in the imperative.
    pub title: &'static str,
    /// What you decide.
    pub decide: &'static str,
    /// What will follow: who is told, which clock starts.
    pub follows: &'static [&'static str],
    /// The button.
    pub button: &'static str,
    /// Cannot be undone: the button says so by its looks.
    pub grave: bool,
    /// What the signature means, where it needs one.
    pub signed: Option<Meaning>,
    /// Its questions.
    pub questions: fn(&Asked<'_, T>) -> Vec<Question>,
    /// The command, from answers without problems.
    pub wish: fn(&Asked<'_, T>, &Typed) -> Result<Wish<C>, FieldError>,
}

/// An act on a case.
pub type CaseAct = ActSpec<CaseFile, CaseCommand>;
/// An act on a report.
pub type ReportAct = ActSpec<ReportFile, ReportCommand>;

/// All acts on a case.
pub fn case_acts() -> impl Iterator<Item = &'static CaseAct> {
    triage::ACTS
        .iter()
        .chain(analysis::ACTS)
        .chain(addressing::ACTS)
        .chain(facts::ACTS)
        .chain(linking::ACTS)
        .chain(ending::ACTS)
}

/// All acts on a report.
pub fn report_acts() -> impl Iterator<Item = &'static ReportAct> {
    report_acts::ACTS.iter()
}

/// The question that every decision ends with.
pub fn why() -> Question {
    ask("why", "Why?", How::Text).hint("The rationale, as an auditor will read it.")
}

/// The same, where it may stay empty.
pub fn why_optional() -> Question {
    why().optional()
}

/// All that was written in lines and paragraphs, by field: one sealed object. Nothing where nothing was written.
pub fn written(questions: &[Question], typed: &Typed) -> Vec<Texts> {
    let texts: Texts = questions
        .iter()
        .filter(|q| matches!(q.how, How::Line | How::Text) && !typed.get(&q.name).is_empty())
        .map(|q| (q.name.clone(), typed.get(&q.name).to_owned()))
        .collect();
    if texts.is_empty() {
        vec![]
    } else {
        vec![texts]
    }
}

/// A wish whose command takes the one optional text.
pub fn with_text<C: 'static>(
    questions: &[Question],
    typed: &Typed,
    make: impl FnOnce(Option<ObjectRef>) -> C + Send + 'static,
) -> Result<Wish<C>, FieldError> {
    Ok(Wish {
        texts: written(questions, typed),
        make: Box::new(move |refs| Some(make(refs.first().cloned()))),
    })
}

/// A wish whose command needs its text; `field` names the question that must have been answered.
pub fn with_needed_text<C: 'static>(
    questions: &[Question],
    typed: &Typed,
    field: &str,
    make: impl FnOnce(ObjectRef) -> C + Send + 'static,
) -> Result<Wish<C>, FieldError> {
    let texts = written(questions, typed);
    if texts.is_empty() {
        return Err(FieldError::new(field, "Write a sentence."));
    }
    Ok(Wish {
        texts,
        make: Box::new(move |refs| refs.first().cloned().map(make)),
    })
}

/// A wish without texts.
pub fn bare<C: Send + 'static>(command: C) -> Result<Wish<C>, FieldError> {
    Ok(Wish {
        texts: vec![],
        make: Box::new(move |_| Some(command)),
    })
}

/// The value that was chosen; a form that went around the page gets a sentence.
pub fn need<T>(value: Option<T>, field: &str) -> Result<T, FieldError> {
    value.ok_or_else(|| FieldError::new(field, "Choose one of the list."))
}
