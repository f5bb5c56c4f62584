//! `vulnerary backup` and `vulnerary restore`.

use super::{COULD_NOT_RUN, open, output};
use crate::app;
use crate::config::Config;
use crate::outside::Machine;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// Options of `backup`.
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// Folder to write into; it must not exist yet, or be empty
    folder: PathBuf,
}

/// Options of `restore`.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// The backup folder
    folder: PathBuf,
}

/// Writes a backup. The master key is not in it.
pub async fn backup(config: Config, args: BackupArgs) -> anyhow::Result<ExitCode> {
    let app = open(config).await?;
    let bar = output::Progress::new("backing up", 0);
    let done = app.backup(&args.folder, |at, of| bar.at(at, of)).await?;
    drop(bar);
    println!("{done}");
    println!("The master key is not in the backup: keep its recovery sheet in another place. Without it, nobody can read what was reported.");
    Ok(ExitCode::SUCCESS)
}

/// Restores a backup into an empty place, and begins a new incarnation of the log.
pub async fn restore(config: Config, args: RestoreArgs) -> anyhow::Result<ExitCode> {
    let bar = output::Progress::new("restoring", 0);
    let options = app::options(&config, Arc::new(Machine));
    let done = app::restore(options, &args.folder, |at, of| bar.at(at, of)).await;
    drop(bar);
    match done {
        Ok(said) => println!("{said}"),
        Err(why) => {
            eprintln!("vulnerary: {why:#}");
            return Ok(ExitCode::from(COULD_NOT_RUN));
        }
    }
    Ok(ExitCode::SUCCESS)
}
