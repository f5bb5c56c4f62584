//! Every SARIF file of the corpus (`VULNERARY_CORPUS`) gives occurrences or a reason.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use vulnerary_formats::sarif::{self, Options};
use vulnerary_formats::{detect, occurrences};

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a readable corpus") {
        let path = entry.expect("a readable corpus").path();
        match path.is_dir() {
            true => files(&path, into),
            false => into.push(path),
        }
    }
}

fn corpus() -> Option<Vec<PathBuf>> {
    let Some(root) = std::env::var_os("VULNERARY_CORPUS") else {
        eprintln!("SKIPPED, NOTHING WAS TESTED: VULNERARY_CORPUS is not set (see CONTRIBUTING.md)");
        return None;
    };
    let mut all = Vec::new();
    files(&Path::new(&root).join("sarif"), &mut all);
    assert!(all.len() > 100, "the corpus has the SARIF sets");
    all.sort();
    Some(all)
}

/// File name suffix, format, results, suppressed. Counted with jq and python, not with this reader.
const COUNTED: &str = include_str!("golden/corpus-counts.tsv");

#[test]
fn every_file_gives_occurrences_or_a_reason() {
    let Some(all) = corpus() else { return };
    let mut seen = BTreeMap::new();
    for path in &all {
        let bytes = std::fs::read(path).expect("a readable corpus");
        let format = detect(&bytes);
        let mut list = Vec::new();
        let outcome = sarif::read(&bytes, &Options::default(), |_, occurrence| {
            list.push(occurrence);
            ControlFlow::Continue(())
        });
        let line = match outcome {
            Ok(summary) => {
                assert_eq!(summary.unreadable, 0, "{}", path.display());
                assert_eq!(summary.results as usize, list.len(), "{}", path.display());
                if let Some(run) = summary.runs.first() {
                    let header = occurrences::Header::of(run, sarif::PARSER);
                    // The runs of one file never share a fingerprint.
                    occurrences::write(&header, &mut list).expect("unique fingerprints");
                }
                format!(
                    "{}\t{}\t{}",
                    format.name(),
                    summary.results,
                    summary.suppressed
                )
            }
            Err(error) => {
                assert!(error.to_string().len() > 80, "a reason in words: {error}");
                format!("{}\t{}\t-", format.name(), error.code())
            }
        };
        seen.insert(path.to_string_lossy().into_owned(), line);
    }
    for row in COUNTED.lines() {
        let (suffix, expect) = row.split_once('\t').expect("a row");
        let found = seen.iter().find(|(path, _)| path.ends_with(suffix));
        assert_eq!(
            found.map(|(_, line)| line.as_str()),
            Some(expect),
            "{suffix}"
        );
    }
}
