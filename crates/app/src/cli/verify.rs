//! `vulnerary verify`: the whole record, or one receipt without any database.

use super::{FAILED, open, output};
use crate::app;
use crate::config::Config;
use crate::evidence::{offline, record};
use crate::outside::Machine;
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// Options of `verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// A receipt (JSON) to check; without it, the whole record of this installation
    receipt: Option<PathBuf>,
    /// A file that you sent, to compare with the receipt (repeatable)
    #[arg(long, requires = "receipt", value_name = "FILE")]
    file: Vec<PathBuf>,
    /// The maker's verifier key, got from somewhere else than the receipt
    #[arg(long, requires = "receipt", value_name = "KEY")]
    key: Option<String>,
    /// The maker's /.well-known/vulnerary-keys as a file: joins an older key to today's
    #[arg(long, requires = "receipt", value_name = "FILE")]
    keys: Option<PathBuf>,
    /// Print findings as JSON lines
    #[arg(long)]
    json: bool,
}

/// Runs it: 0 all holds, 1 something does not, 2 it could not run.
pub async fn run(config: Config, args: VerifyArgs) -> anyhow::Result<ExitCode> {
    match &args.receipt {
        Some(receipt) => one_receipt(config, &args, receipt).await,
        None => whole_record(&config, args.json).await,
    }
}

async fn one_receipt(config: Config, args: &VerifyArgs, path: &Path) -> anyhow::Result<ExitCode> {
    let checked = match offline::check(path, &args.file, args.key.as_deref(), args.keys.as_deref())?
    {
        Ok(checked) => checked,
        Err(why) => {
            println!("does not hold: {why}");
            return Ok(ExitCode::from(FAILED));
        }
    };
    for line in &checked.proven {
        println!("holds: {line}");
    }
    for line in &checked.warnings {
        println!("note:  {line}");
    }
    if config.data.is_some() || config.database_url.is_some() {
        let app = open(config).await?;
        let lost = record::lost_in_restore(app.store(), &checked.log, checked.leaf_index).await?;
        if let Some(sentence) = lost {
            println!("note:  {sentence}");
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn whole_record(config: &Config, json: bool) -> anyhow::Result<ExitCode> {
    let options = app::options(config, Arc::new(Machine));
    let found = tokio::task::spawn_blocking(move || {
        let bar = output::Progress::new("checking", 0);
        record::verify(&options, |done, total| bar.at(done, total))
    })
    .await??;
    for finding in &found.lines {
        if json {
            output::json_line(&serde_json::json!({"place": finding.place, "what": finding.what}))?;
        } else {
            println!("{}: {}", finding.place, finding.what);
        }
    }
    if !json {
        if found.more > 0 {
            println!("… and {} more places", found.more);
        }
        for note in &found.notes {
            println!("note: {note}");
        }
        println!("{}", record::summary(&found));
    }
    Ok(if found.all_holds() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(FAILED)
    })
}
