//! (g): the ledger alone: a million leaves with a signed checkpoint every 64, checked whole; one inclusion proof.

#![expect(
    clippy::disallowed_methods,
    reason = "a benchmark reads the clock; that is its work"
)]

use std::time::Instant;
use vulnerary_ledger::fsck::{Fsck, Row, StoredNote, check_notes};
use vulnerary_ledger::proof::ProofPlan;
use vulnerary_ledger::{Checkpoint, CompactRange, Hash, Origin, SignerKey, leaf_hash};

const LEAVES: u64 = 1_000_000;
const BATCH: u64 = 64;

/// Runs it and prints the table.
///
/// # Errors
/// Where the ledger refuses its own work.
pub fn run() -> anyhow::Result<()> {
    let origin = Origin::new("benchmark", 1)?;
    let key = SignerKey::from_seed(&origin.to_string(), &[7; 32])?;
    let leaves: Vec<Vec<u8>> = (0..LEAVES)
        .map(|n| format!("{n:0420}").into_bytes())
        .collect();
    let (mut range, mut hashes, mut notes, mut nodes) = (
        CompactRange::new(),
        Vec::new(),
        Vec::new(),
        std::collections::HashMap::new(),
    );
    let began = Instant::now();
    for (n, leaf) in (1..).zip(&leaves) {
        let hash = leaf_hash(leaf);
        hashes.push(hash);
        range.append(hash, |node| {
            nodes.insert((node.level, node.index), node.hash);
        })?;
        if n % BATCH == 0 || n == LEAVES {
            let checkpoint = Checkpoint {
                origin: origin.clone(),
                size: n,
                root: range.root(),
            };
            notes.push((n, checkpoint.sign(&[&key])?.to_string()));
        }
    }
    let built = began.elapsed();
    println!(
        "| (g) leaf hashed, integrated, checkpoint signed every {BATCH} | {:.0} leaves/s |",
        LEAVES as f64 / built.as_secs_f64()
    );
    check(&leaves, &hashes, &notes, &key)?;
    prove(&hashes, &nodes)?;
    Ok(())
}

fn check(
    leaves: &[Vec<u8>],
    hashes: &[Hash],
    notes: &[(u64, String)],
    key: &SignerKey,
) -> anyhow::Result<()> {
    let keys = [key.verifier()];
    let began = Instant::now();
    let stored: Vec<StoredNote<'_>> = notes
        .iter()
        .map(|(size, note)| StoredNote {
            size: *size,
            note,
            keys: &keys,
        })
        .collect();
    let roots: Vec<(u64, Hash)> = check_notes(&stored, 2)
        .into_iter()
        .collect::<Result<_, _>>()
        .map_err(|f| anyhow::anyhow!("{f:?}"))?;
    let signatures = began.elapsed();
    let mut fsck = Fsck::new(roots, 2);
    for (at, chunk) in (0u64..).zip(leaves.chunks(4096)) {
        let first = at * 4096;
        let rows: Vec<Row<'_>> = (first..)
            .zip(chunk)
            .map(|(index, leaf)| Row {
                index,
                leaf,
                leaf_hash: hashes[index as usize],
            })
            .collect();
        fsck.feed(&rows, |_| {});
    }
    let (findings, _) = fsck.finish();
    anyhow::ensure!(findings.is_empty(), "{findings:?}");
    let all = began.elapsed();
    println!(
        "| (g) {LEAVES} leaves, tree and {} signatures verified | {:.2} s (signatures {:.2} s) |",
        notes.len(),
        all.as_secs_f64(),
        signatures.as_secs_f64()
    );
    Ok(())
}

fn prove(
    hashes: &[Hash],
    nodes: &std::collections::HashMap<(u8, u64), Hash>,
) -> anyhow::Result<()> {
    let began = Instant::now();
    const PROOFS: u64 = 10_000;
    for n in 0..PROOFS {
        let index = (n * 99_991) % LEAVES;
        let plan = ProofPlan::inclusion(index, LEAVES)?;
        let proof = plan.resolve(|level, at| {
            let found = if level == 0 {
                hashes.get(at as usize).copied()
            } else {
                nodes.get(&(level, at)).copied()
            };
            found.ok_or_else(|| anyhow::anyhow!("a node is not there"))
        })?;
        anyhow::ensure!(!proof.is_empty());
    }
    println!(
        "| (g) one inclusion proof, nodes in memory | {:.1} µs |",
        began.elapsed().as_secs_f64() * 1e6 / PROOFS as f64
    );
    Ok(())
}
