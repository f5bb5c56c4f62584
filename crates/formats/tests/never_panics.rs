//! Whatever bytes come: an answer, never a panic; and every element is accounted for.
//! The same functions as the fuzz targets in `fuzz/`.

use std::ops::ControlFlow;

use proptest::prelude::*;
use vulnerary_formats::sarif::{self, Options};
use vulnerary_formats::{detect, grouping, occurrences, text};

fn all_readers(bytes: &[u8]) {
    let _ = detect(bytes).name();
    let mut handed = 0;
    if let Ok(summary) = sarif::read(bytes, &Options::default(), |run, occurrence| {
        handed += 1;
        assert_eq!(grouping::group_key("p", &run.tool, &occurrence).len(), 64);
        assert!(grouping::case_title(run, &occurrence).chars().count() <= grouping::MAX_TITLE);
        ControlFlow::Continue(())
    }) {
        assert_eq!(
            handed + summary.unreadable,
            summary.results,
            "an element was lost"
        );
        assert!(
            summary.ignored.total() >= summary.unreadable,
            "left out without a word"
        );
    }
    let _ = occurrences::read(bytes, drop);
    let shown = text::visible(&text::lossy(bytes).text);
    assert!(!shown.contains(['\u{202e}', '\u{1b}', '\0']));
    let _ = text::find_identifiers(&shown, 16);
}

#[test]
fn every_fixture_and_every_beginning_of_it() {
    let files: [&[u8]; 2] = [
        include_bytes!("fixtures/rich.sarif"),
        include_bytes!("golden/occurrences.jsonl"),
    ];
    for bytes in files {
        for end in (0..bytes.len()).step_by(37).chain([bytes.len()]) {
            all_readers(&bytes[..end]);
        }
    }
}

/// JSON that uses SARIF's own words in the wrong places.
fn sarif_like() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("1e999".to_owned()),
        Just("-1".to_owned()),
        Just("\"{0} \\ud800\"".to_owned()),
        Just("\"2.1.0\"".to_owned()),
        any::<u64>().prop_map(|n| n.to_string()),
        "[a-z/%.{}0-9]{0,12}".prop_map(|s| format!("\"{s}\"")),
    ];
    let key = prop::sample::select(vec![
        "results",
        "tool",
        "driver",
        "rules",
        "id",
        "ruleId",
        "ruleIndex",
        "rule",
        "message",
        "text",
        "locations",
        "physicalLocation",
        "artifactLocation",
        "uri",
        "uriBaseId",
        "region",
        "startLine",
        "fingerprints",
        "partialFingerprints",
        "suppressions",
        "properties",
        "tags",
        "taxa",
        "index",
        "toolComponent",
        "level",
        "kind",
        "arguments",
        "logicalLocations",
        "name",
        "originalUriBaseIds",
        "artifacts",
        "taxonomies",
        "automationDetails",
        "extensions",
    ]);
    leaf.prop_recursive(8, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(|v| format!("[{}]", v.join(","))),
            prop::collection::vec((key.clone(), inner), 0..6).prop_map(|v| {
                let body: Vec<_> = v.iter().map(|(k, v)| format!("\"{k}\":{v}")).collect();
                format!("{{{}}}", body.join(","))
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        all_readers(&bytes);
    }

    #[test]
    fn anything_like_a_run(run in sarif_like(), result in sarif_like()) {
        all_readers(format!(r#"{{"version":"2.1.0","runs":[{run},{{"results":[{result},{run}]}}]}}"#).as_bytes());
    }
}
