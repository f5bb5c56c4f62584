//! What is refused, in words, with the place as empty as before.

use super::bed::{bring_key, folder, load, save, verified};
use crate::backup::BackupError;
use crate::backup::folder::sum_line;
use crate::tests::Bed;
use crate::vault::VaultError;
use crate::verify::tests::fixture::{fill, lines};
use std::path::Path;

async fn made() -> (Bed, tempfile::TempDir, std::path::PathBuf) {
    let bed = Bed::sqlite();
    let store = bed.open();
    fill(&bed, &store).await;
    let (keep, to) = folder();
    save(&store, &to).await;
    (bed, keep, to)
}

fn files(dir: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(dir)
        .expect("a folder")
        .map(|e| e.expect("an entry").path());
    let mut all: Vec<_> = entries
        .flat_map(|p| if p.is_dir() { files(&p) } else { vec![p] })
        .collect();
    all.sort();
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flipped_byte_in_any_file_is_refused_or_named() {
    let (bed, _keep, to) = made().await;
    let target = Bed::sqlite();
    bring_key(bed.dir.path(), target.dir.path());
    for path in files(&to) {
        let whole = std::fs::read(&path).expect("reads");
        if whole.is_empty() {
            continue;
        }
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        for at in [0, whole.len() / 3, whole.len() / 2, whole.len() - 2] {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            std::fs::write(&path, &changed).expect("writes");
            let result = if path.starts_with(to.join("objects")) {
                // A large file is one object: the rest is worth having, and its name is told.
                let alone = Bed::sqlite();
                bring_key(bed.dir.path(), alone.dir.path());
                let restored = load(&to, alone.options()).await.expect("restores the rest");
                assert_eq!(restored.missing.len(), 1, "{name} at {at}");
                let found = verified(&alone.open()).await;
                assert_eq!(found.lines.len(), 1, "{:?}", lines(&found));
                continue;
            } else {
                load(&to, target.options()).await
            };
            assert!(result.is_err(), "{name} at {at}: {result:?}");
            if let Err(e) = &result {
                assert!(!target.dir.path().join("restoring").exists(), "{e}");
            }
        }
        std::fs::write(&path, &whole).expect("puts back");
    }
    load(&to, target.options())
        .await
        .expect("the place stayed empty");
    assert_eq!(lines(&verified(&target.open()).await), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_refusal_says_what_to_do() {
    let (bed, _keep, to) = made().await;
    let target = Bed::sqlite();
    let missing = load(&to, target.options()).await.expect_err("no key");
    assert!(
        matches!(missing, BackupError::Vault(VaultError::KeyMissing { .. })),
        "{missing}"
    );
    assert!(missing.to_string().contains("recovery sheet"), "{missing}");
    assert!(
        !target.dir.path().join("keys/master").exists(),
        "no new key was made"
    );

    std::fs::create_dir_all(target.dir.path().join("keys")).expect("a folder");
    let other = crate::vault::MasterKey::from_bytes([7; 32]);
    std::fs::write(
        target.dir.path().join("keys/master"),
        other.text().as_bytes(),
    )
    .expect("another key");
    let wrong = load(&to, target.options()).await.expect_err("another key");
    assert!(
        matches!(wrong, BackupError::Vault(VaultError::OtherKey(_))),
        "{wrong}"
    );

    let full = load(&to, bed.options()).await.expect_err("in use");
    assert!(matches!(full, BackupError::NotEmpty(_)), "{full}");
    bed.closed();
    let full = load(&to, bed.options()).await.expect_err("holds a log");
    assert!(full.to_string().contains("holds a log already"), "{full}");
    assert_eq!(
        lines(&verified(&bed.open()).await),
        Vec::<String>::new(),
        "and is as it was"
    );

    let no = load(Path::new("/nowhere"), target.options())
        .await
        .expect_err("no backup");
    assert!(matches!(no, BackupError::File { .. }), "{no}");
    let manifest = to.join("manifest.json");
    let text = std::fs::read_to_string(&manifest).expect("reads");
    let newer = text.replacen("\"v\": 1", "\"v\": 2", 1);
    std::fs::write(to.join("manifest.sha256"), sum_line(newer.as_bytes())).expect("writes");
    std::fs::write(&manifest, newer).expect("writes");
    let newer = load(&to, target.options()).await.expect_err("newer");
    assert!(matches!(newer, BackupError::Newer(2)), "{newer}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_is_whole_or_has_no_name() {
    let (bed, _keep, to) = made().await;
    let store = bed.open();
    let there = store
        .backup(&to, "test", &mut |_| {})
        .expect_err("is there already");
    assert!(matches!(there, BackupError::NotEmpty(_)));
    // An event is missing: no backup is better than one that cannot be restored.
    store
        .write(|c| c.script("DELETE FROM event WHERE idx = 4"))
        .await
        .expect("damages");
    let (_keep, second) = folder();
    let damaged = super::bed::blocking(move || {
        (store.backup(&second, "test", &mut |_| {}).map(drop), second)
    })
    .await;
    assert!(damaged.0.is_err());
    assert!(!damaged.1.exists());
}
