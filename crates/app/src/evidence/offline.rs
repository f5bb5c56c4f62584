//! A receipt checked without any database: what `vulnerary verify RECEIPT` does.

use anyhow::{Context, bail};
use sha2::{Digest, Sha256};
use std::io::Read;
use std::path::{Path, PathBuf};
use vulnerary_ledger::Hash;
use vulnerary_ledger::history::KeyHistory;
use vulnerary_ledger::keys::VerifierKey;
use vulnerary_ledger::receipt::MAX_RECEIPT_BYTES;
use vulnerary_ledger::verify::{GivenFile, Options, verify};

/// A longer key history is not one.
const MOST_HISTORY: u64 = 16 * 1024 * 1024;

/// A receipt that holds.
#[derive(Debug)]
pub struct Checked {
    /// What is proven, in sentences.
    pub proven: Vec<String>,
    /// What the reader should know beside it.
    pub warnings: Vec<String>,
    /// The log's origin.
    pub log: String,
    /// The receipt's position in it.
    pub leaf_index: u64,
}

/// Checks a receipt, with the files that were sent, the maker's key and the maker's key history where they are given.
/// The inner error says in which place the receipt does not hold.
///
/// # Errors
/// Where a file cannot be read, or a key is none: then nothing was checked.
pub fn check(
    receipt: &Path,
    files: &[PathBuf],
    key: Option<&str>,
    keys: Option<&Path>,
) -> anyhow::Result<Result<Checked, String>> {
    let json = read_limited(receipt, MAX_RECEIPT_BYTES as u64)?;
    let key: Option<VerifierKey> = match key {
        Some(text) => Some(text.trim().parse().context("--key is not a verifier key")?),
        None => None,
    };
    let history = match keys {
        Some(file) => Some(KeyHistory::parse(&read_limited(file, MOST_HISTORY)?)?.verify()?),
        None => None,
    };
    let digests: Vec<(String, u64, Hash)> =
        files.iter().map(|f| digest(f)).collect::<Result<_, _>>()?;
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
    Ok(match verify(&json, &options) {
        Ok(verified) => Ok(Checked {
            proven: verified.proven,
            warnings: verified.warnings,
            log: verified.receipt.log,
            leaf_index: verified.receipt.leaf_index,
        }),
        Err(why) => Err(why.to_string()),
    })
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
