//! `vulnerary backup` and `vulnerary restore`.

use super::{open, output};
use crate::app;
use crate::config::Config;
use crate::evidence::backup as evidence;
use crate::outside::Machine;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// Options of `backup`.
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// Folder to write; it must not exist yet
    folder: PathBuf,
}

/// Options of `restore`.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// The backup folder
    folder: PathBuf,
}

/// Writes a backup beside a running server. The master key is not in it.
pub async fn backup(config: Config, args: BackupArgs) -> anyhow::Result<ExitCode> {
    let app = open(config).await?;
    let said = tokio::task::spawn_blocking(move || {
        let bar = output::Progress::new("backing up", 0);
        evidence::save(app.store(), &args.folder, |done, total| bar.at(done, total))
    })
    .await??;
    said.iter().for_each(|line| println!("{line}"));
    Ok(ExitCode::SUCCESS)
}

/// Restores a backup into an empty data directory or database, and begins a new incarnation of the log.
pub async fn restore(config: Config, args: RestoreArgs) -> anyhow::Result<ExitCode> {
    let options = app::options(&config, Arc::new(Machine));
    let said = tokio::task::spawn_blocking(move || {
        let bar = output::Progress::new("restoring", 0);
        evidence::restore(&args.folder, &options, |done, total| bar.at(done, total))
    })
    .await??;
    said.iter().for_each(|line| println!("{line}"));
    Ok(ExitCode::SUCCESS)
}
