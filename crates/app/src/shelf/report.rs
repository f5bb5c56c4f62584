//! A report, from its state to its page.

use super::loaded::{Loaded, Recorded, ReportForm};
use crate::web::desk::model::{
    AttachedFile, MessageLine, Position, ReportFile, ReportState as Word, TextField,
};
use vulnerary_case::actor::Actor;
use vulnerary_case::report::state::{Direction, Message, ReportPhase, ReportState};
use vulnerary_case::source::Channel;

/// Fields of a form that are the reporter's name and contact: not for an auditor.
const CONTACT: [&str; 4] = ["name", "email", "pgp_key", "credit"];

/// Fields of a form that are shown elsewhere on the page.
const ELSEWHERE: [&str; 6] = [
    "description",
    "danger_now",
    "harm",
    "public",
    "exploited",
    "idempotency_key",
];

fn state_of(report: &ReportState) -> Word {
    match (report.phase(), &report.set_aside) {
        (_, Some(aside)) => Word::SetAside(aside.code),
        (ReportPhase::Received | ReportPhase::SetAside, None) => Word::Received,
        (ReportPhase::Unreadable, None) => Word::Unreadable,
        (ReportPhase::Placed, None) => Word::Placed,
        (ReportPhase::Closed, None) => Word::Closed,
    }
}

/// The report with everything its page shows.
pub fn report_file(report: &ReportState, loaded: &Loaded<'_>, history: &[Recorded]) -> ReportFile {
    let empty = ReportForm::default();
    let form = loaded.forms.get(&report.id).unwrap_or(&empty);
    let pick = |wanted: &dyn Fn(&str) -> bool| -> Vec<TextField> {
        let all = form
            .fields
            .iter()
            .filter(|(name, value)| wanted(name) && !value.trim().is_empty());
        all.map(|(name, value)| TextField {
            name: name.clone(),
            value: value.clone(),
        })
        .collect()
    };
    let case = |id| {
        loaded.look.case(id).map(|c| {
            (
                c.id,
                c.number.clone(),
                loaded.field(c.title.as_ref(), "title").unwrap_or_default(),
            )
        })
    };
    let open_dispute = report.disputes.iter().rev().find(|d| d.answer.is_none());
    ReportFile {
        id: report.id,
        number: report.number.clone(),
        version: report.version,
        state: state_of(report),
        source: report.source,
        source_state: report.source_state,
        role: report.role,
        channel: report.channel,
        kind: report.kind,
        contact: pick(&|name| CONTACT.contains(&name)),
        received: report.received_at,
        happened: report.happened_at,
        acknowledged: report.acknowledged_at,
        claims: report.claims,
        text: form.field("description").map(str::to_owned),
        fields: pick(&|name| {
            !CONTACT.contains(&name) && !ELSEWHERE.contains(&name) && !name.starts_with("header:")
        }),
        headers: pick(&|name| name.starts_with("header:")),
        files: files(report, form, loaded),
        messages: report.messages.iter().map(|m| message(m, loaded)).collect(),
        cases: report.cases.iter().filter_map(|id| case(*id)).collect(),
        set_aside_why: report
            .set_aside
            .as_ref()
            .and_then(|s| loaded.said(s.text.as_ref())),
        disputed: open_dispute.map(|d| {
            loaded
                .message(&d.text)
                .unwrap_or_else(|| "(erased on record)".into())
        }),
        held: report.hold.is_some(),
        erased: report.erased_at.is_some(),
        told: report.told.as_ref().map(|t| t.at),
        timeline: loaded.history(history),
        position: Position {
            first: history.first().map_or(0, |e| e.index),
            last: history.last().map_or(0, |e| e.index),
            sha256: form.sha256.clone(),
            checkpoint: String::new(),
        },
    }
}

/// Files that came with it, then those that came later.
fn files(report: &ReportState, form: &ReportForm, loaded: &Loaded<'_>) -> Vec<AttachedFile> {
    let with_it = form
        .files
        .iter()
        .map(|(file, name)| (file, Some(name.clone())));
    let later = report
        .files
        .iter()
        .map(|f| (&f.file, loaded.plain.get(&f.name.object).cloned()));
    with_it
        .chain(later)
        .enumerate()
        .map(|(i, (file, name))| AttachedFile {
            index: i + 1,
            name: name
                .filter(|n| !n.is_empty())
                .unwrap_or_else(|| format!("file {}", i + 1)),
            bytes: file.length,
            sha256: file.sha256.clone(),
            erased: report.erased.contains(&file.object),
        })
        .collect()
}

fn message(m: &Message, loaded: &Loaded<'_>) -> MessageLine {
    let ours = m.direction == Direction::Out;
    let by = match &m.by {
        Actor::Person(id) if ours => Some(loaded.named(*id)),
        other if ours => Some(crate::web::desk::model::Named {
            id: vulnerary_case::id::PersonId(uuid::Uuid::nil()),
            name: loaded.actor(other),
        }),
        _ => None,
    };
    let delivery = match (m.bounced.last(), m.handed_over.last()) {
        (Some(_), _) => "it came back",
        (None, Some((Channel::Mail, _))) => "handed to mail",
        (None, Some(_)) => "posted",
        (None, None) => "on its way",
    };
    MessageLine {
        id: m.id,
        at: m.at,
        by,
        purpose: ours.then_some(m.purpose),
        text: loaded.message(&m.text),
        delivery: if ours { delivery.into() } else { String::new() },
    }
}

/// The first words of a report, for a title.
pub fn first_words(report: &ReportState, loaded: &Loaded<'_>) -> Option<String> {
    let form = loaded.forms.get(&report.id)?;
    let described = form
        .field("description")
        .and_then(crate::intake::title::title_of);
    described.or_else(|| {
        form.files
            .first()
            .map(|(_, name)| name.clone())
            .filter(|n| !n.is_empty())
    })
}
