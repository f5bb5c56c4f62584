//! RFC 6962: known vectors, and every proof against a naive reading of the RFC's recursive definitions.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of a test: a failure here is a failure of the test"
)]

use proptest::prelude::*;
use vulnerary_ledger::proof::{
    ProofError, ProofPlan, consistency_proof, inclusion_proof, verify_consistency, verify_inclusion,
};
use vulnerary_ledger::tree::empty_root;
use vulnerary_ledger::{CompactRange, Hash, leaf_hash, node_hash};

/// The eight leaves of the Certificate Transparency reference implementation's tests.
fn reference_leaves() -> Vec<Vec<u8>> {
    [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    .iter()
    .map(|h| hex::decode(h).unwrap())
    .collect()
}

/// RFC 6962 section 2.1: MTH, as written there.
fn mth(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty_root(),
        [leaf] => *leaf,
        _ => {
            let k = leaves.len().next_power_of_two() / 2;
            node_hash(&mth(&leaves[..k]), &mth(&leaves[k..]))
        }
    }
}

/// RFC 6962 section 2.1.1: PATH(m, D[n]).
fn path(m: usize, d: &[Hash]) -> Vec<Hash> {
    if d.len() <= 1 {
        return vec![];
    }
    let k = d.len().next_power_of_two() / 2;
    let (mut proof, sibling) = match m < k {
        true => (path(m, &d[..k]), mth(&d[k..])),
        false => (path(m - k, &d[k..]), mth(&d[..k])),
    };
    proof.push(sibling);
    proof
}

/// RFC 6962 section 2.1.2: SUBPROOF(m, D[n], b).
fn subproof(m: usize, d: &[Hash], known: bool) -> Vec<Hash> {
    if m == d.len() {
        return if known { vec![] } else { vec![mth(d)] };
    }
    let k = d.len().next_power_of_two() / 2;
    let (mut proof, sibling) = match m <= k {
        true => (subproof(m, &d[..k], known), mth(&d[k..])),
        false => (subproof(m - k, &d[k..], false), mth(&d[..k])),
    };
    proof.push(sibling);
    proof
}

fn leaves(n: usize) -> Vec<Hash> {
    (0..n).map(|i| leaf_hash(&i.to_be_bytes())).collect()
}

/// A tree as a store keeps it: leaf hashes, and the inner nodes that appends made.
struct Stored {
    range: CompactRange,
    nodes: std::collections::HashMap<(u8, u64), Hash>,
}

impl Stored {
    fn of(leaves: &[Hash]) -> Stored {
        let (mut range, mut nodes) = (CompactRange::new(), std::collections::HashMap::new());
        for leaf in leaves {
            nodes.insert((0, range.size()), *leaf);
            range
                .append(*leaf, |n| {
                    assert_eq!(nodes.insert((n.level, n.index), n.hash), None)
                })
                .unwrap();
        }
        Stored { range, nodes }
    }

    fn read(&self, level: u8, index: u64) -> Result<Hash, ProofError> {
        Ok(*self
            .nodes
            .get(&(level, index))
            .expect("only nodes of complete subtrees are asked for"))
    }
}

#[test]
fn rfc_6962_known_values() {
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let empty_leaf = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d";
    assert_eq!(empty_root().to_hex(), empty);
    assert_eq!(leaf_hash(b"").to_hex(), empty_leaf);
    // The roots of the reference implementation's tree at sizes 1 to 8.
    let roots = [
        empty_leaf,
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let mut range = CompactRange::new();
    assert_eq!(range.root(), empty_root());
    for (leaf, root) in reference_leaves().iter().zip(roots) {
        range.append(leaf_hash(leaf), |_| {}).unwrap();
        assert_eq!(range.root().to_hex(), root);
    }
}

#[test]
fn a_range_survives_being_stored_and_refuses_other_lengths() {
    for n in 0..70 {
        let range = Stored::of(&leaves(n)).range;
        let bytes = range.encode();
        assert_eq!(CompactRange::decode(&bytes).as_ref(), Ok(&range));
        assert!(CompactRange::decode(&[bytes.as_slice(), &[0]].concat()).is_err());
        assert!(CompactRange::decode(&bytes[..bytes.len() - 1]).is_err());
    }
}

#[test]
fn a_range_knows_where_its_subtrees_are() {
    for n in 0..130 {
        let tree = Stored::of(&leaves(n));
        for node in tree.range.nodes() {
            assert_eq!(tree.nodes[&(node.level, node.index)], node.hash, "size {n}");
        }
        assert_eq!(tree.range.nodes().count(), n.count_ones() as usize);
    }
}

/// What a commit has in hand: the range before it, the new leaves and the nodes they made.
#[test]
fn the_old_range_and_the_new_nodes_prove_every_new_leaf() {
    for old in 0..40usize {
        for new in old + 1..old + 20 {
            let all = leaves(new);
            let mut known: std::collections::HashMap<_, _> = Stored::of(&all[..old])
                .range
                .nodes()
                .map(|n| ((n.level, n.index), n.hash))
                .collect();
            let mut range = Stored::of(&all[..old]).range;
            for leaf in &all[old..] {
                known.insert((0, range.size()), *leaf);
                range
                    .append(*leaf, |n| {
                        known.insert((n.level, n.index), n.hash);
                    })
                    .unwrap();
            }
            for index in old..new {
                let plan = ProofPlan::inclusion(index as u64, new as u64).unwrap();
                let proof = plan
                    .resolve(|l, i| known.get(&(l, i)).copied().ok_or((l, i)))
                    .unwrap();
                assert_eq!(proof, path(index, &all));
            }
        }
    }
}

#[test]
fn every_proof_up_to_70_leaves_is_the_rfcs_and_verifies() {
    for n in 1..70usize {
        let all = leaves(n);
        let tree = Stored::of(&all);
        let (size, root) = (n as u64, tree.range.root());
        assert_eq!(root, mth(&all));
        for (m, leaf) in all.iter().enumerate() {
            let proof = inclusion_proof(m as u64, size, |l, i| tree.read(l, i)).unwrap();
            assert_eq!(proof, path(m, &all), "inclusion {m} of {n}");
            assert_eq!(
                verify_inclusion(m as u64, size, leaf, &proof, &root),
                Ok(())
            );
        }
        for m in 1..=n {
            let proof = consistency_proof(m as u64, size, |l, i| tree.read(l, i)).unwrap();
            assert_eq!(proof, subproof(m, &all, true), "consistency {m} to {n}");
            let old_root = mth(&all[..m]);
            assert_eq!(
                verify_consistency(m as u64, size, &old_root, &root, &proof),
                Ok(())
            );
        }
        assert_eq!(
            verify_consistency(0, size, &empty_root(), &root, &[]),
            Ok(())
        );
    }
}

#[test]
fn positions_outside_the_log_are_refused() {
    let hash = leaf_hash(b"x");
    let outside = |position, size| ProofError::OutOfRange { position, size };
    assert_eq!(ProofPlan::inclusion(5, 5), Err(outside(5, 5)));
    assert_eq!(ProofPlan::consistency(6, 5), Err(outside(6, 5)));
    assert_eq!(
        verify_inclusion(5, 5, &hash, &[], &hash),
        Err(outside(5, 5))
    );
    assert_eq!(
        verify_inclusion(0, 0, &hash, &[], &hash),
        Err(outside(0, 0))
    );
    assert_eq!(
        verify_consistency(6, 5, &hash, &hash, &[]),
        Err(outside(6, 5))
    );
    assert_eq!(
        verify_consistency(3, 5, &hash, &hash, &[]),
        Err(ProofError::WrongLength(0))
    );
}

proptest! {
    #[test]
    fn an_inclusion_proof_holds_for_its_leaf_and_place_only(
        n in 1usize..300, at in any::<prop::sample::Index>(), other in any::<prop::sample::Index>(),
        flip in any::<prop::sample::Index>(),
    ) {
        let all = leaves(n);
        let tree = Stored::of(&all);
        let (m, size, root) = (at.index(n), n as u64, tree.range.root());
        let proof = inclusion_proof(m as u64, size, |l, i| tree.read(l, i)).unwrap();
        prop_assert_eq!(&proof, &path(m, &all));
        prop_assert!(verify_inclusion(m as u64, size, &all[m], &proof, &root).is_ok());
        let elsewhere = other.index(n);
        if elsewhere != m {
            prop_assert!(verify_inclusion(elsewhere as u64, size, &all[m], &proof, &root).is_err());
            prop_assert!(verify_inclusion(m as u64, size, &all[elsewhere], &proof, &root).is_err());
        }
        for shorter_or_longer in [&proof[..proof.len().saturating_sub(1)], &[proof.clone(), vec![root]].concat()] {
            if shorter_or_longer.len() != proof.len() {
                prop_assert!(verify_inclusion(m as u64, size, &all[m], shorter_or_longer, &root).is_err());
            }
        }
        if !proof.is_empty() {
            let mut changed = proof.clone();
            let bit = flip.index(proof.len() * 256);
            changed[bit / 256].0[bit % 256 / 8] ^= 1 << (bit % 8);
            prop_assert!(verify_inclusion(m as u64, size, &all[m], &changed, &root).is_err());
        }
    }

    #[test]
    fn a_consistency_proof_holds_for_its_two_trees_only(
        n in 1usize..300, at in any::<prop::sample::Index>(), changed in any::<prop::sample::Index>(),
    ) {
        let all = leaves(n);
        let tree = Stored::of(&all);
        let (m, size, root) = (at.index(n) + 1, n as u64, tree.range.root());
        let proof = consistency_proof(m as u64, size, |l, i| tree.read(l, i)).unwrap();
        prop_assert_eq!(&proof, &subproof(m, &all, true));
        let old_root = mth(&all[..m]);
        prop_assert!(verify_consistency(m as u64, size, &old_root, &root, &proof).is_ok());
        // A leaf of the old tree was changed: the old root no longer leads to the new one.
        let mut rewritten = all.clone();
        rewritten[changed.index(m)] = leaf_hash(b"changed");
        prop_assert!(verify_consistency(m as u64, size, &mth(&rewritten[..m]), &root, &proof).is_err());
        prop_assert!(verify_consistency(m as u64, size, &old_root, &mth(&rewritten), &proof).is_err());
    }
}
