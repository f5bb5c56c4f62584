//! The first events of a new incarnation, appended in the transaction that restores: until it commits, nothing happened.

use crate::error::StoreError;
use crate::log::append::{Common, Pending, grow, instant};
use crate::log::{Head, keys};
use crate::outside::Outside;
use crate::sql::value::{self, Value};
use crate::sql::{Conn, statements as q, tables as t};
use crate::vault::Vault;
use jiff::Timestamp;
use vulnerary_case::Event;
use vulnerary_case::actor::Actor;
use vulnerary_case::id::{ActId, StreamId};

/// Appends events as one act of the software; gives the signed checkpoint.
pub(super) fn append(
    conn: &mut Conn,
    head: &mut Head,
    vault: &Vault,
    outside: &dyn Outside,
    events: Vec<(StreamId, Event)>,
) -> Result<String, StoreError> {
    let at = Timestamp::from_microsecond(outside.now().as_microsecond()).unwrap_or(head.last_at);
    let act = ActId(crate::vault::uuid_v7(outside));
    let common = Common {
        at: instant(at),
        actor: Actor::System.to_string().into(),
        act: act.to_string().into(),
    };
    let base = head.size();
    let mut pending: Vec<Pending> = vec![];
    for (stream, event) in events {
        let before = pending
            .iter()
            .rev()
            .find(|p| p.stream == stream)
            .map(|p| p.seq);
        let seq = match before {
            Some(seq) => seq,
            None => last_seq(conn, &stream)?,
        } + 1;
        let mut nonce = [0; 16];
        outside.fill(&mut nonce);
        pending
            .push(Pending::new(stream, seq, event, &common, nonce).map_err(StoreError::Corrupt)?);
    }
    let mut nodes = vec![];
    grow(&mut head.range, pending.iter().map(|p| p.hash), &mut nodes)?;
    let signer = keys::signer(conn, vault, head.key)?;
    let note = keys::sign(&head.origin()?, &head.range, &[&signer])?;
    let origin = || value::text(head.origin.as_str());
    let size = value::int(head.size());
    let rows: Vec<Value<'_>> = pending
        .iter()
        .zip(base..)
        .flat_map(|(p, idx)| event_row(p, idx, at))
        .collect();
    conn.insert(&t::EVENT, &rows)?;
    conn.insert(&t::TREE_NODE, &nodes)?;
    conn.insert(
        &t::CHECKPOINT,
        &[origin(), size.clone(), value::text(note.as_str())],
    )?;
    let events = value::int(pending.len() as u64);
    let act = [
        value::shown(act),
        Value::Int(0),
        Value::Int(1),
        value::at(at),
        value::int(base),
        events,
        origin(),
        size.clone(),
        value::text("[]"),
    ];
    conn.insert(&t::ACT, &act)?;
    let (report, case) = (
        Value::Int(head.next_report.into()),
        Value::Int(head.next_case.into()),
    );
    conn.execute(
        &q::SET_HEAD,
        &[
            size,
            value::blob(head.range.encode()),
            value::at(at),
            report,
            case,
        ],
    )?;
    Ok(note)
}

fn event_row(p: &Pending, idx: u64, at: Timestamp) -> [Value<'_>; 9] {
    [
        value::int(idx),
        value::shown(p.stream),
        value::int(p.seq),
        value::text(p.kind.as_str()),
        value::at(at),
        value::text(&*p.actor),
        value::text(&*p.act),
        value::blob(p.leaf.as_slice()),
        value::blob(p.hash.0.as_slice()),
    ]
}

fn last_seq(conn: &mut Conn, stream: &StreamId) -> Result<u64, StoreError> {
    conn.query_one(&super::statements::LAST_SEQ, &[value::shown(stream)])?
        .map_or(Ok(0), |row| row.count(0))
}
