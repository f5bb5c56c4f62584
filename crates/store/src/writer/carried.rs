//! Rows of events, acts and what acts carry.

use super::Part;
use super::decide::{Decided, Gathered};
use crate::act::{Act, cut, fold_text};
use crate::error::StoreError;
use crate::log::append::Pending;
use crate::project::rows::Rows;
use crate::sql::value::{self, Value};
use jiff::Timestamp;
use vulnerary_case::act::Command;

pub(super) fn event_rows<'a>(events: &'a [Pending], base: u64, at: Timestamp, rows: &mut Rows<'a>) {
    for (i, e) in events.iter().enumerate() {
        rows.event.extend([
            value::int(base + i as u64),
            value::shown(e.stream),
            value::int(e.seq),
            value::text(e.kind.as_str()),
            value::at(at),
            value::text(&*e.actor),
            value::text(&*e.act),
            value::blob(e.leaf.as_slice()),
            value::blob(e.hash.0.as_slice()),
        ]);
    }
}

pub(super) fn act_rows<'a>(
    part: &'a Part,
    decided: &Decided,
    got: &Gathered,
    base: u64,
    size: u64,
    origin: &str,
    rows: &mut Rows<'a>,
) -> Result<(), StoreError> {
    let act = &part.act;
    let corrupt = |e: serde_json::Error| StoreError::Corrupt(e.to_string());
    let dropped = serde_json::to_string(&decided.dropped).map_err(corrupt)?;
    let (first, last) = (
        base + decided.first as u64,
        (base + (decided.first + decided.events) as u64).saturating_sub(1),
    );
    rows.act.extend([
        value::shown(act.id),
        Value::Int(part.part),
        Value::Int(part.parts),
        value::at(got.at),
        value::int(first),
        value::int(decided.events as u64),
        value::text(origin.to_owned()),
        value::int(size),
        value::text(dropped),
    ]);
    job_rows(part, decided, got, rows)?;
    if let Some(k) = &act.idempotency {
        rows.idempotency.extend([
            value::blob(k.key_sha256.as_slice()),
            value::blob(k.content_sha256.as_slice()),
            value::shown(act.id),
            value::at(k.expires),
            value::blob(k.answer.as_slice()),
        ]);
    }
    let report = act.commands.first().and_then(|c| match c {
        Command::Receive(r) => Some(r.report),
        Command::Report { report, .. } => Some(*report),
        _ => None,
    });
    if let (Some(secret), Some(report)) = (&act.track, report) {
        rows.track
            .extend([value::blob(secret.as_slice()), value::shown(report)]);
    }
    carried_rows(act, last, rows);
    Ok(())
}

/// What follows outside the record, for the outbox.
fn job_rows(
    part: &Part,
    decided: &Decided,
    got: &Gathered,
    rows: &mut Rows<'_>,
) -> Result<(), StoreError> {
    let act = &part.act;
    for (n, effect) in decided.jobs.iter().enumerate() {
        let payload =
            serde_json::to_value(effect).map_err(|e| StoreError::Corrupt(e.to_string()))?;
        let kind = payload
            .get("do")
            .and_then(|v| v.as_str())
            .unwrap_or_default()
            .to_owned();
        rows.job.extend([
            value::text(format!("{}/{}/{n}", act.id, part.part)),
            value::text(kind),
            value::text(payload.to_string()),
            value::at(got.at),
            Value::Int(0),
        ]);
    }
    Ok(())
}

/// Sealed objects, display texts and occurrences that an act brings.
fn carried_rows<'a>(act: &'a Act, idx: u64, rows: &mut Rows<'a>) {
    for s in &act.sealed {
        let row = &s.row;
        rows.sealed.extend([
            value::shown(row.object),
            value::text(row.kind.word()),
            value::int(row.length),
            value::text(row.sha256.as_str()),
            value::text(row.commitment.as_str()),
            value::opt(row.salt.as_ref(), |b| value::blob(b.as_slice())),
            value::opt(row.wrapped.as_ref(), |b| value::blob(b.as_slice())),
            value::opt(row.master.as_ref(), |t| value::text(t.as_str())),
            value::opt(row.bytes.as_ref(), |b| value::blob(b.as_slice())),
            value::opt(row.place.as_ref(), |t| value::text(t.as_str())),
            value::opt(row.erased_at, value::at),
        ]);
    }
    for d in &act.display {
        let text = cut(&d.text);
        let folded = match &text {
            Value::Text(t) => value::text(fold_text(t)),
            _ => Value::Null,
        };
        rows.display.insert(
            (d.stream.to_string(), d.field),
            [value::shown(d.object), value::int(idx), text, folded],
        );
    }
    for o in &act.occurrences {
        let key = (
            o.lineage.as_str(),
            o.fingerprint.as_str(),
            o.case.to_string(),
        );
        let run = || value::shown(o.run);
        rows.occurrence.insert(
            key,
            [
                run(),
                run(),
                value::at(o.seen),
                value::at(o.seen),
                value::text(o.level.as_str()),
                value::text(o.rule.as_str()),
                cut(&o.location),
                Value::Int(i64::from(o.suppressed)),
            ],
        );
    }
}
