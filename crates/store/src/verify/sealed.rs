//! Sealed objects: each that an event names is there and is what it was, or was erased on record; and no other is there.

use super::statements as v;
use super::{References, Sink, Verifier};
use crate::error::StoreError;
use crate::read::sealed_row;
use crate::sql::value::{self, Value};
use crate::sql::{Conn, Row, statements as q};
use crate::vault::{Fault, ObjectKind, SealedRow, VaultError};
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use uuid::Uuid;
use vulnerary_case::Event;
use vulnerary_case::object::ObjectRef;
use vulnerary_case::report::event::ReportEvent;

/// What the events say of an object.
#[derive(Clone, Debug, Default)]
pub(crate) struct Named {
    /// The first event that names it, and how.
    pub(crate) by: Option<(u64, Box<ObjectRef>)>,
    /// An event says that it was erased.
    pub(crate) erased: bool,
}

/// A stored object, before the events were read.
pub(super) struct Listed {
    id: u128,
    erased: bool,
    /// The list of an act, which no event names.
    of_act: bool,
}

const IDS: i64 = 5_000;
/// Objects a query: their bytes may be 64 KiB each.
const PAGE: usize = 64;

/// Every row there is. Bounded by 32 bytes each.
pub(super) fn list(conn: &mut Conn, sink: &Sink) -> Result<Vec<Listed>, StoreError> {
    let mut out: Vec<Listed> = vec![];
    let mut after = String::new();
    loop {
        let page = [value::text(after.as_str()), Value::Int(IDS)];
        let rows = match conn.query(&v::SEALED_IDS, &page) {
            Err(StoreError::Corrupt(why)) => {
                sink.add("objects", format!("they cannot all be listed: {why}"));
                return Ok(out);
            }
            rows => rows?,
        };
        let Some(last) = rows.last() else {
            return Ok(out);
        };
        after = last.text(0)?.to_owned();
        for row in &rows {
            match row.text(0)?.parse::<Uuid>() {
                Ok(id) => out.push(Listed {
                    id: id.as_u128(),
                    erased: row.int(1)? == 1,
                    of_act: row.text(2)? == ObjectKind::ActList.word(),
                }),
                Err(_) => sink.add(
                    format!("object {}", row.text(0)?.escape_default()),
                    "its id is no id",
                ),
            }
        }
    }
}

/// Notes which objects an event names and which it says are erased.
pub(super) fn collect(
    idx: u64,
    event: &Event,
    body: &RawValue,
    objects: &mut HashMap<u128, Named>,
    sink: &Sink,
) {
    if let Event::Report(ReportEvent::PersonalDataErased {
        objects: erased, ..
    }) = event
    {
        for object in erased {
            objects.entry(object.0.as_u128()).or_default().erased = true;
        }
    }
    // Every event has a reference somewhere, or none: the body's own shape tells, whatever the type.
    let Ok(value) = serde_json::from_str(body.get()) else {
        return;
    };
    walk(
        &value,
        &mut |reference| match objects.entry(reference.object.0.as_u128()) {
            Entry::Vacant(slot) => {
                slot.insert(Named {
                    by: Some((idx, Box::new(reference))),
                    erased: false,
                });
            }
            Entry::Occupied(mut slot) => match &slot.get().by {
                None => slot.get_mut().by = Some((idx, Box::new(reference))),
                Some((first, known)) if **known != reference => sink.add(
                    format!("event {idx}"),
                    format!(
                        "it says something else of object {} than event {first}",
                        reference.object
                    ),
                ),
                Some(_) => {}
            },
        },
    );
}

/// Calls `f` with each object reference in a body.
pub(crate) fn walk(value: &serde_json::Value, f: &mut dyn FnMut(ObjectRef)) {
    match value {
        serde_json::Value::Array(items) => items.iter().for_each(|item| walk(item, f)),
        serde_json::Value::Object(fields) => {
            if fields.contains_key("object")
                && fields.contains_key("commitment")
                && let Ok(reference) = serde_json::from_value(value.clone())
            {
                return f(reference);
            }
            fields.values().for_each(|item| walk(item, f));
        }
        _ => {}
    }
}

/// Opens every object that an event names, and looks for rows that none names.
pub(super) fn check(
    verifier: &mut Verifier<'_>,
    conn: &mut Conn,
    listed: Vec<Listed>,
    refs: &References,
    sink: &Sink,
) -> Result<(), StoreError> {
    let mut named: Vec<(u128, &Named)> = refs
        .objects
        .iter()
        .map(|(id, named)| (*id, named))
        .collect();
    named.sort_unstable_by_key(|(id, _)| *id);
    let total = named.len() as u64;
    for (n, page) in named.chunks(PAGE).enumerate() {
        let keys: Vec<Value<'_>> = page
            .iter()
            .map(|(id, _)| value::shown(Uuid::from_u128(*id)))
            .collect();
        let rows = read(conn, &keys, sink)?;
        for (id, named) in page {
            match rows.get(id) {
                Some(row) => check_one(verifier, row, named, sink)?,
                None => missing(*id, named, sink),
            }
        }
        verifier.tell(
            "sealed objects",
            (n * PAGE + page.len()) as u64,
            Some(total),
        );
    }
    for stored in listed {
        let named = refs.objects.get(&stored.id);
        if named.is_none_or(|n| n.by.is_none()) && !stored.of_act {
            sink.add(Named::place(stored.id), "no event names it");
        } else if stored.erased && named.is_none_or(|n| !n.erased) {
            let what = "it is marked as erased, and no event says so";
            sink.add(Named::place(stored.id), what);
        }
    }
    Ok(())
}

fn missing(id: u128, named: &Named, sink: &Sink) {
    match (&named.by, named.erased) {
        (Some((idx, _)), _) => sink.add(
            Named::place(id),
            format!("its row is missing: event {idx} names it"),
        ),
        (None, _) => sink.add(
            Named::place(id),
            "it was erased, and no event ever named it",
        ),
    }
}

/// The rows of these keys; one that cannot be read is a finding and left out.
fn read(
    conn: &mut Conn,
    keys: &[Value<'_>],
    sink: &Sink,
) -> Result<HashMap<u128, SealedRow>, StoreError> {
    let mut out = HashMap::with_capacity(keys.len());
    let mut take = |rows: &[Row], key: Option<&Value<'_>>| {
        for stored in rows {
            match sealed_row(stored) {
                Ok(one) => drop(out.insert(one.object.0.as_u128(), one)),
                Err(e) => sink.add(format!("object {}", name(stored, key)), e.to_string()),
            }
        }
    };
    match conn.query_keys(&q::GET_SEALED, keys) {
        Ok(rows) => take(&rows, None),
        Err(StoreError::Corrupt(_)) => {
            for key in keys {
                match conn.query_keys(&q::GET_SEALED, std::slice::from_ref(key)) {
                    Ok(rows) => take(&rows, Some(key)),
                    Err(StoreError::Corrupt(why)) => sink.add(
                        format!("object {}", shown(key)),
                        format!("its row cannot be read: {why}"),
                    ),
                    Err(e) => return Err(e),
                }
            }
        }
        Err(e) => return Err(e),
    }
    Ok(out)
}

fn name(row: &Row, key: Option<&Value<'_>>) -> String {
    row.text(0)
        .map_or_else(|_| key.map(shown).unwrap_or_default(), str::to_owned)
}

fn shown(key: &Value<'_>) -> String {
    match key {
        Value::Text(text) => text.to_string(),
        _ => String::new(),
    }
}

fn check_one(
    verifier: &Verifier<'_>,
    row: &SealedRow,
    named: &Named,
    sink: &Sink,
) -> Result<(), StoreError> {
    let place = format!("object {}", row.object);
    if let Some((idx, reference)) = &named.by {
        let said = row.reference();
        let differs = [
            ("length", said.length != reference.length),
            ("sha256", said.sha256 != reference.sha256),
            ("commitment", said.commitment != reference.commitment),
        ];
        for (column, _) in differs.iter().filter(|(_, differs)| *differs) {
            sink.add(&place, format!("its {column} is not what event {idx} says"));
        }
    }
    if row.erased_at.is_some() {
        sink.count(|c| c.erased += 1);
        if row.salt.is_some() || row.wrapped.is_some() || row.bytes.is_some() {
            sink.add(
                &place,
                "it is marked as erased, and something of it is still there",
            );
        }
        return Ok(());
    }
    if named.erased {
        sink.note(format!(
            "Object {} is erased on record; the job that destroys it has not finished.",
            row.object
        ));
    }
    sink.count(|c| {
        c.objects += 1;
        c.files += u64::from(row.place.is_some());
    });
    let faults = match verifier.vault.check(row) {
        Ok(faults) => faults,
        Err(VaultError::Io(why)) => return Err(StoreError::Unavailable(why)),
        Err(e) => {
            return {
                sink.add(place, e.to_string());
                Ok(())
            };
        }
    };
    for fault in faults {
        let what = match fault {
            Fault::Missing => "its bytes are missing, and it was not erased on record".to_owned(),
            Fault::Digest => "its sealed bytes were changed: they have another SHA-256".to_owned(),
            Fault::Seal(why) => why,
            Fault::Commitment => "it opens, and is not what the record committed to".to_owned(),
            Fault::Length => "it has another length than the record says".to_owned(),
        };
        sink.add(&place, what);
    }
    Ok(())
}
