//! The whole record, verified: for `vulnerary verify`.

use vulnerary_case::Event;
use vulnerary_case::id::StreamId;
use vulnerary_case::org::event::OrgEvent;
use vulnerary_store::verify::{Findings, Progress, verify_data};
use vulnerary_store::{OpenError, Options, Store, StoreError};

/// Verifies the data of an installation without opening it: nothing is made or begun. Waits; call it on a thread.
///
/// # Errors
/// [`OpenError`] where it could not run; what is damaged is a finding.
pub fn verify(
    options: &Options,
    mut progress: impl FnMut(u64, u64),
) -> Result<Findings, OpenError> {
    verify_data(options, &mut |p: Progress| {
        progress(p.done, p.of.unwrap_or(p.done))
    })
}

/// What was looked at, in a sentence.
pub fn summary(found: &Findings) -> String {
    let c = &found.counts;
    format!(
        "{} events in {} streams, {} signed checkpoints, {} acts, {} sealed objects ({} in files, {} erased on record), {} rows: {}",
        c.events,
        c.streams,
        c.checkpoints,
        c.acts,
        c.objects,
        c.files,
        c.erased,
        c.rows,
        if found.all_holds() {
            "all holds."
        } else {
            "NOT all holds; each place is named above."
        }
    )
}

/// Whether what a receipt proves was lost in a restore: its log was restored from a backup made before it.
///
/// # Errors
/// [`StoreError`] where the record cannot be read.
pub async fn lost_in_restore(
    store: &Store,
    origin: &str,
    leaf_index: u64,
) -> Result<Option<String>, StoreError> {
    const MOST_EVENTS: usize = 10_000;
    for timed in store.timeline(StreamId::Org, 0, MOST_EVENTS).await? {
        if let Event::Org(OrgEvent::LogRestored {
            old_origin, size, ..
        }) = &timed.event
            && old_origin == origin
            && leaf_index >= *size
        {
            let day = timed.at.strftime("%Y-%m-%d");
            return Ok(Some(format!(
                "It was received, then lost in the restore of {day}: the backup was made before it. Please send the report again."
            )));
        }
    }
    Ok(None)
}
