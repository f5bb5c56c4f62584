//! Files: durable before the commit, names that stay inside, orphans listed.

use super::{plain, vault};
use crate::vault::{ObjectKind, Objects};

#[test]
fn a_place_that_leads_out_of_the_folder_is_refused() {
    let dir = tempfile::tempdir().expect("a directory");
    std::fs::write(dir.path().join("secret"), "x").expect("written");
    let objects = Objects::open(dir.path()).expect("objects");
    let thirty = "0".repeat(30);
    for place in [
        "../secret",
        "/etc/passwd",
        "aa/../../secret",
        "",
        "aa",
        &format!("AA/{thirty}"),
        &format!("../{thirty}"),
    ] {
        assert!(objects.read(place).is_err(), "{place}");
        assert!(objects.remove(place).is_err(), "{place}");
        assert!(objects.put(place, vec![]).is_err(), "{place}");
    }
    assert!(
        objects
            .read(&format!("aa/{thirty}"))
            .expect("a name of ours")
            .is_none()
    );
}

#[test]
fn only_a_file_without_a_row_that_is_older_than_a_day_is_an_orphan() {
    let dir = tempfile::tempdir().expect("a directory");
    let vault = vault(dir.path());
    let kept = vault
        .seal(ObjectKind::File, &plain(70_000))
        .expect("sealed")
        .row
        .place
        .expect("a file");
    let lost = vault
        .seal(ObjectKind::File, &plain(80_000))
        .expect("sealed")
        .row
        .place
        .expect("a file");
    let staged = format!("{}/{}#1", &lost[..2], &lost[3..]);
    std::fs::write(dir.path().join("blobs").join(&staged), "half an upload").expect("written");
    let written = std::fs::metadata(dir.path().join("blobs").join(&lost))
        .expect("there")
        .modified()
        .expect("an instant");
    let written = jiff::Timestamp::try_from(written).expect("an instant");
    let orphans = |hours| {
        let now = written + jiff::SignedDuration::from_hours(hours);
        vault
            .objects()
            .orphans(now, |place| place == kept)
            .expect("listed")
    };
    assert_eq!(orphans(23), []);
    let found = orphans(25);
    let mut places: Vec<_> = found.iter().map(|o| o.place.clone()).collect();
    places.sort();
    let mut want = vec![lost.clone(), staged];
    want.sort();
    assert_eq!(places, want);
    vault.objects().sweep(&found).expect("removed");
    assert_eq!(orphans(25), []);
    assert!(vault.objects().read(&lost).expect("read").is_none());
    assert!(vault.objects().read(&kept).expect("read").is_some());
}
