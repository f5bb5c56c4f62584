//! `vulnerary verify`: the whole record, or one receipt without any database.

use super::{FAILED, open, output};
use crate::app;
use crate::config::Config;
use crate::evidence::record;
use crate::outside::Machine;
use anyhow::{Context, bail};
use clap::Args;
use sha2::{Digest, Sha256};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use vulnerary_ledger::Hash;
use vulnerary_ledger::history::KeyHistory;
use vulnerary_ledger::keys::VerifierKey;
use vulnerary_ledger::verify::{GivenFile, Options, verify};

/// A longer key history is not one.
const MOST_HISTORY: u64 = 16 * 1024 * 1024;

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
    let json = read_limited(path, vulnerary_ledger::receipt::MAX_RECEIPT_BYTES as u64)?;
    let key: Option<VerifierKey> = match &args.key {
        Some(text) => Some(text.trim().parse().context("--key is not a verifier key")?),
        None => None,
    };
    let history = match &args.keys {
        Some(file) => Some(KeyHistory::parse(&read_limited(file, MOST_HISTORY)?)?.verify()?),
        None => None,
    };
    let digests: Vec<(String, u64, Hash)> = args
        .file
        .iter()
        .map(|f| digest(f))
        .collect::<Result<_, _>>()?;
    let files = digests
        .iter()
        .map(|(name, bytes, sha256)| GivenFile {
            name,
            bytes: *bytes,
            sha256: *sha256,
        })
        .collect();
    let options = Options {
        pinned: key.as_ref(),
        history: history.as_ref(),
        files,
    };
    match verify(&json, &options) {
        Ok(verified) => {
            for line in &verified.proven {
                println!("holds: {line}");
            }
            for line in &verified.warnings {
                println!("note:  {line}");
            }
            if config.data.is_some() || config.database_url.is_some() {
                let (log, index) = (&verified.receipt.log, verified.receipt.leaf_index);
                let app = open(config).await?;
                if let Some(sentence) = record::lost_in_restore(app.store(), log, index).await? {
                    println!("note:  {sentence}");
                }
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(why) => {
            println!("does not hold: {why}");
            Ok(ExitCode::from(FAILED))
        }
    }
}

fn digest(path: &Path) -> anyhow::Result<(String, u64, Hash)> {
    let mut file =
        std::fs::File::open(path).with_context(|| format!("{} cannot be read.", path.display()))?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    let mut bytes = 0;
    loop {
        let n = file.read(&mut buffer)?;
        if n == 0 {
            break;
        }
        bytes += n as u64;
        hash.update(&buffer[..n]);
    }
    let name = path
        .file_name()
        .map(|n| n.to_string_lossy().into_owned())
        .unwrap_or_default();
    Ok((name, bytes, Hash(hash.finalize().into())))
}

fn read_limited(path: &Path, most: u64) -> anyhow::Result<Vec<u8>> {
    let file =
        std::fs::File::open(path).with_context(|| format!("{} cannot be read.", path.display()))?;
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        bail!(
            "{} is larger than {most} bytes: it is not what was asked for.",
            path.display()
        );
    }
    Ok(bytes)
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
