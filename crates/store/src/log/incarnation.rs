//! A new incarnation: after a restore, or a start behind a checkpoint already seen, no two trees are ever signed for one
//! origin and size (architecture §5, Backup).

use super::{Head, keys};
use crate::error::StoreError;
use crate::outside::Outside;
use crate::sql::value::{self, Value};
use crate::sql::{Conn, statements as q};
use crate::vault::Vault;
use vulnerary_case::org::event::OrgEvent;
use vulnerary_ledger::Origin;

/// The number sequence jumps by this, so that no number given after the backup is given again.
const JUMP: u32 = 1 << 20;

/// Begins it, within a write transaction that holds the head lock: new origin, new key, jumped sequences. The caller then
/// appends the event that this gives. `past` is the origin of the last checkpoint seen.
pub(crate) fn begin(
    conn: &mut Conn,
    head: &mut Head,
    vault: &Vault,
    outside: &dyn Outside,
    past: Option<&Origin>,
    reason: &str,
    seen: Option<u64>,
) -> Result<OrgEvent, StoreError> {
    let old = head.origin()?;
    // An origin that was ever used is never used again, also where what came back is older than the last restore.
    let past = past.filter(|p| p.id() == old.id() && p.incarnation() > old.incarnation());
    let next = past
        .unwrap_or(&old)
        .next()
        .map_err(|e| StoreError::Corrupt(e.to_string()))?;
    let event = OrgEvent::LogRestored {
        old_origin: head.origin.clone(),
        size: head.size(),
        root: head.range.root().to_hex(),
        reason: reason.into(),
        seen,
    };
    let id = head.key + 1;
    conn.execute(
        &q::END_KEY,
        &[Value::Int(head.key), value::int(head.size())],
    )?;
    keys::add_key(conn, vault, outside, id, &next, head.size())?;
    head.origin = next.to_string();
    head.key = id;
    head.next_report = head.next_report.saturating_add(JUMP);
    head.next_case = head.next_case.saturating_add(JUMP);
    let (report, case) = (
        Value::Int(head.next_report.into()),
        Value::Int(head.next_case.into()),
    );
    conn.execute(
        &q::SET_LOG,
        &[
            value::text(head.origin.as_str()),
            Value::Int(id),
            report,
            case,
        ],
    )?;
    Ok(event)
}
