//! Backup and restore, in words: for `vulnerary backup` and `vulnerary restore`.

use std::path::Path;
use vulnerary_store::backup::{BackupError, restore as restore_folder};
use vulnerary_store::verify::Progress;
use vulnerary_store::{Options, Store};

/// Writes a backup folder; what was written, in sentences. Waits; call it on a thread.
///
/// # Errors
/// [`BackupError`], in words; the folder does not exist then.
pub fn save(
    store: &Store,
    to: &Path,
    mut progress: impl FnMut(u64, u64),
) -> Result<Vec<String>, BackupError> {
    let done = store.backup(to, env!("CARGO_PKG_VERSION"), &mut |p: Progress| {
        progress(p.done, p.of.unwrap_or(p.done))
    })?;
    let mut said = vec![format!(
        "The backup is in {}: the log up to event {}.",
        to.display(),
        done.manifest.size
    )];
    for object in &done.damaged {
        said.push(format!("note: {object} was damaged before and could not be copied whole. `vulnerary verify` says more."));
    }
    said.push("The master key is not in it. Keep its recovery sheet in another place: without it nobody can read what was reported.".into());
    Ok(said)
}

/// Restores a backup folder into an empty place; what was restored, in sentences. Waits; call it on a thread.
///
/// # Errors
/// [`BackupError`], in words; the place is as empty as before.
pub fn restore(
    from: &Path,
    options: &Options,
    mut progress: impl FnMut(u64, u64),
) -> Result<Vec<String>, BackupError> {
    let done = restore_folder(from, options, &mut |p: Progress| {
        progress(p.done, p.of.unwrap_or(p.done))
    })?;
    let mut said = vec![
        format!("Restored up to event {}. The log goes on as {}, at size {}.", done.manifest.size, done.origin, done.size),
        "Receipts for what came after the backup are answered “received, then lost in the restore”.".into(),
    ];
    if done.erased_again > 0 {
        said.push(format!(
            "{} objects that were erased after the backup were erased again.",
            done.erased_again
        ));
    }
    for object in &done.missing {
        said.push(format!("note: {object} was not whole in the backup."));
    }
    Ok(said)
}
