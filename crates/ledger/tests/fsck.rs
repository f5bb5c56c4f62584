//! The whole log: any change is found, and its place is named.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of a test: a failure here is a failure of the test"
)]

mod example;

use example::{Log, origin, signer};
use proptest::prelude::*;
use vulnerary_ledger::fsck::{Finding, Fsck, Row, StoredNote, check_notes};
use vulnerary_ledger::{CompactRange, Hash, leaf_hash};

/// A stored log as rows, with a checkpoint every `every` leaves.
#[derive(Clone)]
struct Stored {
    rows: Vec<(u64, Vec<u8>, Hash)>,
    checkpoints: Vec<(u64, Hash)>,
}

fn stored(leaves: usize, every: u64) -> Stored {
    let mut log = Log::default();
    log.grow(leaves);
    let (mut range, mut rows, mut checkpoints) = (CompactRange::new(), vec![], vec![]);
    for (index, leaf) in (0..).zip(log.leaves) {
        let hash = leaf_hash(&leaf);
        range.append(hash, |_| {}).unwrap();
        rows.push((index, leaf, hash));
        if range.size().is_multiple_of(every) {
            checkpoints.push((range.size(), range.root()));
        }
    }
    Stored { rows, checkpoints }
}

impl Stored {
    fn findings(&self, batch: usize, threads: usize) -> Vec<Finding> {
        let mut fsck = Fsck::new(self.checkpoints.clone(), threads);
        let row =
            |(index, leaf, leaf_hash): &(u64, Vec<u8>, Hash)| (*index, leaf.clone(), *leaf_hash);
        let rows: Vec<_> = self.rows.iter().map(row).collect();
        for part in rows.chunks(batch) {
            let part: Vec<_> = part
                .iter()
                .map(|(index, leaf, hash)| Row {
                    index: *index,
                    leaf,
                    leaf_hash: *hash,
                })
                .collect();
            fsck.feed(&part, |_| {});
        }
        fsck.finish().0
    }
}

#[test]
fn a_whole_log_holds_in_any_batches_and_threads() {
    let log = stored(101, 4);
    for (batch, threads) in [(1, 1), (7, 2), (101, 3), (50, 200)] {
        assert_eq!(log.findings(batch, threads), []);
    }
}

#[test]
fn inner_nodes_and_the_final_state_are_handed_out() {
    let log = stored(37, 5);
    let mut fsck = Fsck::new(log.checkpoints.clone(), 2);
    let rows: Vec<_> = log
        .rows
        .iter()
        .map(|(index, leaf, h)| Row {
            index: *index,
            leaf,
            leaf_hash: *h,
        })
        .collect();
    let (mut handed, mut made, mut range) = (vec![], vec![], CompactRange::new());
    fsck.feed(&rows, |node| handed.push(node));
    for (_, _, hash) in &log.rows {
        range.append(*hash, |node| made.push(node)).unwrap();
    }
    assert_eq!(handed, made);
    assert_eq!(fsck.finish(), (vec![], range));
}

/// Each case breaks a log of 20 events with a checkpoint every 4; the findings name the place.
#[test]
fn each_break_is_named() {
    type Break = fn(&mut Stored);
    let cases: [(&str, Break, Vec<Finding>); 10] = [
        (
            "bytes",
            |s| s.rows[6].1[30] ^= 1,
            vec![Finding::Leaf { index: 6 }],
        ),
        (
            "stored hash",
            |s| s.rows[6].2.0[0] ^= 1,
            vec![Finding::Leaf { index: 6 }],
        ),
        (
            "several bytes",
            |s| [0, 6, 7, 19].into_iter().for_each(|i| s.rows[i].1[30] ^= 1),
            [0, 6, 7, 19].map(|index| Finding::Leaf { index }).to_vec(),
        ),
        (
            "bytes with their hash",
            |s| {
                s.rows[6].1[30] ^= 1;
                s.rows[6].2 = leaf_hash(&s.rows[6].1);
            },
            vec![Finding::Root {
                from: 4,
                to: 7,
                size: 8,
            }],
        ),
        (
            "bytes with their hash, then bytes",
            |s| {
                s.rows[6].1[30] ^= 1;
                s.rows[6].2 = leaf_hash(&s.rows[6].1);
                s.rows[15].1[30] ^= 1;
            },
            vec![
                Finding::Root {
                    from: 4,
                    to: 7,
                    size: 8,
                },
                Finding::Leaf { index: 15 },
            ],
        ),
        (
            "a removed row",
            |s| drop(s.rows.remove(6)),
            vec![Finding::Missing { from: 6, to: 6 }],
        ),
        (
            "a removed row, renumbered",
            |s| {
                s.rows.remove(6);
                (0..).zip(&mut s.rows).for_each(|(i, row)| row.0 = i);
            },
            vec![
                Finding::Root {
                    from: 4,
                    to: 7,
                    size: 8,
                },
                Finding::Truncated { size: 20, have: 19 },
            ],
        ),
        (
            "a swapped pair",
            |s| {
                s.rows.swap(5, 6);
                (s.rows[5].0, s.rows[6].0) = (5, 6);
            },
            vec![Finding::Root {
                from: 4,
                to: 7,
                size: 8,
            }],
        ),
        (
            "a cut end",
            |s| s.rows.truncate(18),
            vec![Finding::Truncated { size: 20, have: 18 }],
        ),
        (
            "a checkpoint's root",
            |s| s.checkpoints[2].1.0[0] ^= 1,
            vec![Finding::Root {
                from: 8,
                to: 11,
                size: 12,
            }],
        ),
    ];
    for (name, break_it, findings) in cases {
        let mut log = stored(20, 4);
        break_it(&mut log);
        for (batch, threads) in [(1, 1), (20, 2)] {
            assert_eq!(log.findings(batch, threads), findings, "{name}");
        }
    }
    let mut twice = stored(20, 4);
    twice.rows.insert(6, twice.rows[5].clone());
    assert_eq!(twice.findings(20, 1), [Finding::OutOfOrder { index: 5 }]);
}

#[test]
fn stored_checkpoints_are_opened_with_all_their_keys() {
    let mut log = Log::default();
    log.grow(9);
    let (old, new) = (signer(&origin(), 1), signer(&origin(), 2));
    let note = log
        .checkpoint(&origin())
        .sign(&[&new, &old])
        .unwrap()
        .to_string();
    let (root, both, one) = (
        log.range.root(),
        [new.verifier(), old.verifier()],
        [new.verifier()],
    );
    let changed = note.replacen("\n9\n", "\n8\n", 1);
    let cases = [
        (
            StoredNote {
                size: 9,
                note: &note,
                keys: &both,
            },
            true,
        ),
        (
            StoredNote {
                size: 9,
                note: &note,
                keys: &one,
            },
            false,
        ),
        (
            StoredNote {
                size: 9,
                note: &note,
                keys: &[],
            },
            false,
        ),
        (
            StoredNote {
                size: 8,
                note: &note,
                keys: &both,
            },
            false,
        ),
        (
            StoredNote {
                size: 8,
                note: &changed,
                keys: &both,
            },
            false,
        ),
        (
            StoredNote {
                size: 9,
                note: "",
                keys: &both,
            },
            false,
        ),
    ];
    let notes: Vec<_> = cases.iter().map(|(note, _)| *note).collect();
    for (result, (note, holds)) in check_notes(&notes, 2).into_iter().zip(cases) {
        match (result, holds) {
            (Ok(opened), true) => assert_eq!(opened, (9, root)),
            (Err(Finding::Checkpoint { size, .. }), false) => assert_eq!(size, note.size),
            (other, _) => panic!("{note:?} gave {other:?}"),
        }
    }
}

proptest! {
    #[test]
    fn any_flipped_bit_is_found_and_placed(
        n in 1usize..60, every in 1u64..9, at in any::<prop::sample::Index>(),
        bit in any::<prop::sample::Index>(), with_hash: bool, threads in 1usize..4,
    ) {
        let mut log = stored(n, every);
        // Without a checkpoint behind it, nobody signed the end of a log.
        if !(n as u64).is_multiple_of(every) {
            let mut range = CompactRange::new();
            log.rows.iter().for_each(|row| range.append(row.2, |_| {}).unwrap());
            log.checkpoints.push((range.size(), range.root()));
        }
        prop_assert_eq!(log.findings(n, threads), []);
        let index = at.index(n);
        let row = &mut log.rows[index];
        let bit = bit.index(row.1.len() * 8);
        row.1[bit / 8] ^= 1 << (bit % 8);
        if with_hash {
            row.2 = leaf_hash(&row.1);
        }
        let findings = log.findings(n, threads);
        let index = index as u64;
        prop_assert!(matches!(
            findings[..],
            [Finding::Leaf { index: i }] if i == index && !with_hash
        ) || matches!(
            findings[..],
            [Finding::Root { from, to, .. }] if (from..=to).contains(&index) && to - from < every && with_hash
        ), "event {index} of {n}: {findings:?}");
    }
}
