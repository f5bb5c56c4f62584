//! The sealed list: its bytes are pinned, and only those bytes are read.

use std::ops::ControlFlow;

use vulnerary_formats::occurrences::{self, Header, ListError};
use vulnerary_formats::sarif::{self, Options};
use vulnerary_formats::{Occurrence, Run};

const GOLDEN: &str = include_str!("golden/occurrences.jsonl");

fn rich() -> (Run, Vec<Occurrence>) {
    let mut all = Vec::new();
    let bytes = include_bytes!("fixtures/rich.sarif");
    let summary = sarif::read(bytes, &Options::default(), |_, occurrence| {
        all.push(occurrence);
        ControlFlow::Continue(())
    });
    (summary.expect("readable").runs.remove(0), all)
}

fn read(text: &str) -> Result<(Header, Vec<Occurrence>), ListError> {
    let mut all = Vec::new();
    let header = occurrences::read(text.as_bytes(), |occurrence| all.push(occurrence))?;
    Ok((header, all))
}

#[test]
fn the_bytes_are_pinned() {
    let (run, mut all) = rich();
    all.reverse();
    let header = Header::of(&run, sarif::PARSER);
    let bytes = occurrences::write(&header, &mut all).expect("written");
    let text = String::from_utf8(bytes).expect("text");
    if std::env::var_os("VULNERARY_WRITE_GOLDEN").is_some() {
        std::fs::write("tests/golden/occurrences.jsonl", &text).expect("written");
    }
    assert_eq!(
        text, GOLDEN,
        "a stored format changed: that needs a new version"
    );
}

#[test]
fn what_was_written_is_read() {
    let (header, all) = read(GOLDEN).expect("readable");
    assert_eq!((header.count, header.tool.as_str()), (6, "Deep Scanner"));
    let (_, mut original) = rich();
    original.sort_by(|a, b| a.fingerprint.cmp(&b.fingerprint));
    assert_eq!(all, original);
}

#[test]
fn any_other_spelling_is_refused() {
    let lines: Vec<_> = GOLDEN.lines().collect();
    let swapped = [&[lines[0], lines[2], lines[1]], &lines[3..]]
        .concat()
        .join("\n")
        + "\n";
    let shorter = lines[..lines.len() - 1].join("\n") + "\n";
    let twice = format!("{GOLDEN}{}\n", lines[6]);
    assert!(matches!(
        read(&swapped),
        Err(ListError::BadLine { line: 3, .. })
    ));
    assert_eq!(
        read(&shorter),
        Err(ListError::Count {
            stated: 6,
            found: 5
        })
    );
    assert!(matches!(
        read(&twice),
        Err(ListError::BadLine { line: 8, .. })
    ));
    assert_eq!(read(GOLDEN.trim_end()), Err(ListError::NotText));
    assert_eq!(read(""), Err(ListError::NotText));
    let spaced = GOLDEN.replacen(",", ", ", 1);
    assert!(matches!(
        read(&spaced),
        Err(ListError::BadLine { line: 1, .. })
    ));
    let added = GOLDEN.replacen("\"count\":1", "\"count\":1,\"x\":1", 1);
    assert!(matches!(read(&added), Err(ListError::BadLine { .. })));
    assert_eq!(
        read(&GOLDEN.replacen("\"v\":1", "\"v\":2", 1)),
        Err(ListError::Newer { v: 2 })
    );
}

#[test]
fn every_flipped_byte_is_refused_or_read_as_what_it_says() {
    // A flip inside a text is another text; the list's digest in the ledger finds that. What must
    // never happen is that two spellings give one list.
    let (header, all) = read(GOLDEN).expect("readable");
    for at in 0..GOLDEN.len() {
        let mut bytes = GOLDEN.as_bytes().to_vec();
        bytes[at] ^= 1;
        let mut found = Vec::new();
        if let Ok(other) = occurrences::read(&bytes, |occurrence| found.push(occurrence)) {
            assert!(other != header || found != all, "byte {at}");
        }
    }
}

#[test]
fn one_fingerprint_is_there_once() {
    let (run, all) = rich();
    let mut twice = vec![all[0].clone(), all[0].clone()];
    let refused = occurrences::write(&Header::of(&run, sarif::PARSER), &mut twice);
    assert_eq!(
        refused,
        Err(ListError::Twice {
            fingerprint: all[0].fingerprint.clone()
        })
    );
}
