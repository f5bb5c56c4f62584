//! Where an older receipt stands in this store: held, lost in a restore, or never of this record.
//!
//! A receipt proves itself without a database; this says what became of what it proves.

use super::statements as v;
use crate::error::{OpenError, StoreError};
use crate::log::Head;
use crate::sql::value;
use crate::sql::{Conn, Engine, statements as q};
use crate::store::{Options, Store};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use vulnerary_case::Event;
use vulnerary_case::id::StreamId;
use vulnerary_case::org::event::OrgEvent;
use vulnerary_ledger::{Envelope, Origin, Receipt};

/// What a store says of a receipt that holds by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The record has exactly this event at exactly this place.
    Held,
    /// Received, then lost when an older backup was restored.
    Lost {
        /// When it was restored.
        restored_at: Timestamp,
        /// How many events came back.
        size: u64,
    },
    /// The receipt is of a later state of this log than the store has, and no restore is on record: it is behind.
    Behind {
        /// Events that the store has.
        size: u64,
    },
    /// The record has another event there, and no restore explains it.
    Differs,
    /// Another log: another installation's.
    OtherLog {
        /// This store's origin.
        origin: String,
    },
    /// The receipt's own values cannot be read; `verify` says why.
    Unreadable,
}

impl std::fmt::Display for Standing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Held => write!(
                f,
                "The record here has exactly this report, at exactly this place."
            ),
            Self::Lost { restored_at, size } => write!(
                f,
                "Received, then lost in the restore of {}: the backup that was restored had {size} entries, and this report came after it. Please send it again.",
                restored_at.strftime("%Y-%m-%d")
            ),
            Self::Behind { size } => write!(
                f,
                "The record here has {size} entries and ends before this report, and no restore is on record. Ask which data this is; start the server on it once, and it will say."
            ),
            Self::Differs => write!(
                f,
                "The record here has another entry at that place, and no restore is on record: the record was rewritten, or the receipt is not of it."
            ),
            Self::OtherLog { origin } => {
                write!(
                    f,
                    "The receipt is of another log; the record here is {origin}."
                )
            }
            Self::Unreadable => write!(f, "The receipt cannot be read."),
        }
    }
}

impl Store {
    /// What this store says of a receipt.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn standing(&self, receipt: &Receipt) -> Result<Standing, StoreError> {
        let receipt = receipt.clone();
        self.read(move |conn| conn.snapshot(|c| standing(c, &receipt)))
            .await
    }
}

/// What data say of a receipt, without opening a store.
///
/// # Errors
/// [`OpenError`] where they cannot be read.
pub fn standing_in(options: &Options, receipt: &Receipt) -> Result<Standing, OpenError> {
    let engine = Engine::of(&options.data, options.database_url.as_deref())?;
    super::there_is_a_database(options, &engine)?;
    Ok(engine.reader()?.snapshot(|conn| standing(conn, receipt))?)
}

fn standing(conn: &mut Conn, receipt: &Receipt) -> Result<Standing, StoreError> {
    let head =
        Head::peek(conn)?.ok_or_else(|| StoreError::Corrupt("the log has no head".into()))?;
    let ours = head.origin()?;
    let (Ok(theirs), Ok(leaf)) = (
        receipt.log.parse::<Origin>(),
        STANDARD.decode(&receipt.leaf),
    ) else {
        return Ok(Standing::Unreadable);
    };
    if theirs.id() != ours.id() {
        return Ok(Standing::OtherLog {
            origin: head.origin,
        });
    }
    let idx = receipt.leaf_index;
    let stored = conn.query_one(&q::GET_LEAF, &[value::int(idx)])?;
    if let Some(row) = &stored
        && row.blob(0)? == leaf
    {
        return Ok(Standing::Held);
    }
    // The first restore of something older than the receipt, into an incarnation after its own.
    if theirs.incarnation() < ours.incarnation()
        && let Some((restored_at, size)) =
            restores(conn)?.into_iter().find(|(_, size)| *size <= idx)
    {
        return Ok(Standing::Lost { restored_at, size });
    }
    Ok(if stored.is_some() {
        Standing::Differs
    } else {
        Standing::Behind { size: head.size() }
    })
}

/// When something was restored, and how many events came back, in order.
fn restores(conn: &mut Conn) -> Result<Vec<(Timestamp, u64)>, StoreError> {
    let mut out = vec![];
    let params = [value::shown(StreamId::Org), value::text("LogRestored")];
    for row in conn.query(&v::LEAVES_OF_TYPE, &params)? {
        let envelope =
            Envelope::decode(row.blob(0)?).map_err(|e| StoreError::Corrupt(e.to_string()))?;
        let at = envelope
            .at
            .parse()
            .map_err(|_| StoreError::Corrupt("an instant cannot be read".into()))?;
        if let Ok(Event::Org(OrgEvent::LogRestored { size, .. })) = super::log::event_of(&envelope)
        {
            out.push((at, size));
        }
    }
    Ok(out)
}
