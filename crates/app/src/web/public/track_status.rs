//! Where a report stands, in the reporter's words: a row of stages and a sentence.

use maud::{Markup, html};

use super::ReporterStatus;
use crate::{
    text::{self, track as t},
    web::components::{Stage, plain_text, stages},
};

/// The row of stages and the sentence for where it stands.
pub(super) fn view(status: &ReporterStatus) -> Markup {
    let (now, words, more) = status_words(status);
    html! {
        @if let Some(now) = now { (stages(t::STATUS, &Stage::row(t::STAGES, now))) }
        p.status { (words) }
        @if let Some(more) = more { p.said dir="auto" { (plain_text(&more)) } }
    }
}

/// The stage (from 0; 5 when all is done; none where the row would mislead), the sentence, and what we wrote to it.
fn status_words(status: &ReporterStatus) -> (Option<usize>, String, Option<String>) {
    use ReporterStatus as R;
    match status {
        R::Received => (Some(0), t::RECEIVED.into(), None),
        R::Review => (Some(1), t::REVIEW.into(), None),
        R::NotConfirmed { until: Some(until) } => (
            Some(1),
            format!("{} We wait until {}.", t::NOT_CONFIRMED, until.words),
            None,
        ),
        R::NotConfirmed { until: None } => (Some(1), t::NOT_CONFIRMED.into(), None),
        R::Analysis => (Some(2), t::ANALYSIS.into(), None),
        R::Addressing => (Some(3), t::ADDRESSING.into(), None),
        R::Disclosure => (Some(3), t::DISCLOSURE.into(), None),
        R::Deferred { until: Some(until) } => (
            None,
            format!("{} We look at it again on {}.", t::DEFERRED, until.words),
            None,
        ),
        R::Deferred { until: None } => (None, t::DEFERRED.into(), None),
        R::SetAside { reason } => (None, t::SET_ASIDE.into(), Some(reason.clone())),
        R::Closed { outcome, notice } => (
            Some(t::STAGES.len()),
            text::outcome(outcome).into(),
            Some(notice.clone()),
        ),
        R::LostInRestore { at } => (
            None,
            format!("{} {}.", t::LOST_IN_RESTORE, at.words),
            Some(t::LOST_IN_RESTORE_NOW.into()),
        ),
    }
}
