//! The whole record, verified: for `vulnerary verify`.

use vulnerary_store::verify::{Findings, Progress, verify_data};
use vulnerary_store::{OpenError, Options};

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
