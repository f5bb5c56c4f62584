//! SARIF as people send it, by fixtures of our own: what comes out, and what is refused in words.

use std::ops::ControlFlow;

use vulnerary_formats::sarif::{self, Limits, Options, SarifError, Summary, SuppressionPolicy};
use vulnerary_formats::{Disposition, Kind, Level, Occurrence, Results, Severity, grouping};

const RICH: &[u8] = include_bytes!("fixtures/rich.sarif");

fn read_with(bytes: &[u8], options: &Options) -> Result<(Summary, Vec<Occurrence>), SarifError> {
    let mut all = Vec::new();
    let summary = sarif::read(bytes, options, |_, occurrence| {
        all.push(occurrence);
        ControlFlow::Continue(())
    })?;
    Ok((summary, all))
}

fn read(bytes: impl AsRef<[u8]>) -> (Summary, Vec<Occurrence>) {
    read_with(bytes.as_ref(), &Options::default()).expect("readable")
}

fn results(list: &str) -> String {
    format!(
        r#"{{"version":"2.1.0","runs":[{{"tool":{{"driver":{{"name":"t"}}}},"results":[{list}]}}]}}"#
    )
}

#[test]
fn a_rich_run_is_read_whole() {
    let (summary, all) = read(RICH);
    let run = &summary.runs[0];
    assert_eq!(
        (&*run.tool, run.version.as_deref()),
        ("Deep Scanner", Some("3.2.1"))
    );
    assert_eq!(run.category.as_deref(), Some("nightly/firmware"));
    assert_eq!(
        (run.branch.as_deref(), run.commit.as_deref()),
        (Some("main"), Some("0a1b2c"))
    );
    assert_eq!(
        (run.results, run.successful),
        (Results::Listed(6), Some(true))
    );
    assert_eq!(summary.ignored.entries(), []);

    let overflow = &all[0];
    assert_eq!(
        (&*overflow.rule_id, overflow.rule_name.as_deref()),
        ("MEM001", Some("BufferOverflow"))
    );
    assert_eq!(
        overflow.message,
        "Buffer 'frame' is written past its end by 'parse'."
    );
    assert_eq!(overflow.location.as_deref(), Some("src/dicom/parse.c"));
    assert_eq!(
        overflow.uri.as_deref(),
        Some("file:///build/src/dicom/parse.c")
    );
    assert_eq!(
        (overflow.line, overflow.logical.as_deref()),
        (Some(42), Some("dicom::parse"))
    );
    assert_eq!(
        (overflow.level, overflow.severity),
        (Level::Error, Severity::Critical)
    );
    assert_eq!((overflow.score_tenths, overflow.count), (Some(93), 3));
    assert_eq!(overflow.cwe, ["CWE-120", "CWE-787"]);

    let log4j = &all[1];
    assert_eq!(log4j.vulnerability.as_deref(), Some("CVE-2021-44228"));
    assert_eq!(
        log4j.identifiers,
        ["CVE-2021-44228", "GHSA-jfh8-c2jp-5v3q", "CVE-2021-45046"]
    );
    assert_eq!(
        (&*log4j.rule_id, log4j.rule_name.as_deref()),
        ("CVE-2021-44228", Some("Vulnerable package"))
    );

    let dispositions: Vec<_> = all.iter().map(Occurrence::disposition).collect();
    use Disposition::{Absent, Finding, NoProblem, Suppressed};
    assert_eq!(
        dispositions,
        [Finding, Finding, Suppressed, Finding, NoProblem, Absent]
    );
    assert_eq!((all[4].kind, all[4].level), (Kind::Pass, Level::None));
    assert_eq!(
        (&*all[3].rule_id, all[3].level),
        ("MEM001", Level::Error),
        "hierarchical id"
    );
}

#[test]
fn what_suppresses_is_policy() {
    let list = r#"{"message":{"text":"m"},"suppressions":[{"kind":"inSource"}]},
        {"message":{"text":"m"},"suppressions":[{"kind":"external","status":"accepted"}]},
        {"message":{"text":"m"},"suppressions":[{"status":"accepted"},{"status":"underReview"}]},
        {"message":{"text":"m"},"suppressions":[]}"#;
    for (suppression, expect) in [
        (
            SuppressionPolicy::AbsentIsAccepted,
            [true, true, false, false],
        ),
        (SuppressionPolicy::OnlyAccepted, [false, true, false, false]),
        (SuppressionPolicy::Never, [false; 4]),
    ] {
        let options = Options {
            suppression,
            ..Options::default()
        };
        let (_, all) = read_with(results(list).as_bytes(), &options).expect("readable");
        let found: Vec<_> = all.iter().map(|o| o.suppressed).collect();
        assert_eq!(found, expect, "{suppression:?}");
    }
}

#[test]
fn a_bad_part_is_left_out_and_named() {
    #[track_caller]
    fn check(element: &str, left: usize, named: &str) {
        let (summary, all) = read(results(element));
        let whats: Vec<_> = summary
            .ignored
            .entries()
            .iter()
            .map(|i| i.what.as_str())
            .collect();
        assert_eq!((all.len(), whats), (left, vec![named]), "{element}");
    }
    check("7", 0, "runs[0].results[0]");
    check("null", 0, "runs[0].results[0]");
    check(
        r#"{"level":"dire","message":{"text":"m"}}"#,
        1,
        "runs[0].results[0].level",
    );
    check(
        r#"{"message":{"text":[]}}"#,
        1,
        "runs[0].results[0].message.text",
    );
    check(
        r#"{"message":{"text":"\ud800"}}"#,
        1,
        "runs[0].results[0].message.text",
    );
    check(
        r#"{"level":"note","level":"error"}"#,
        1,
        "runs[0].results[0].level",
    );
    check(
        r#"{"locations":[{"physicalLocation":7},{"physicalLocation":{"artifactLocation":{"uri":"a"}}}]}"#,
        1,
        "runs[0].results[0].locations[0].physicalLocation",
    );
    let (_, all) = read(results(r#"{"level":"note","level":"error"}"#));
    assert_eq!(all[0].level, Level::Error, "the last of equal keys counts");
    let (_, all) = read(results(
        r#"{"locations":[{"physicalLocation":{"artifactLocation":{"uri":"a"},"region":{"startLine":1e999}}}]}"#,
    ));
    assert_eq!((all[0].location.as_deref(), all[0].line), (Some("a"), None));
}

#[test]
fn a_document_that_cannot_be_read_is_refused_in_words() {
    #[track_caller]
    fn check(text: impl AsRef<[u8]>, code: &str, says: &str) {
        let error = read_with(text.as_ref(), &Options::default()).expect_err("refused");
        assert_eq!(error.code(), code);
        assert!(error.to_string().contains(says), "{error}");
    }
    check("", "sarif_truncated", "Export it again");
    check(&RICH[..RICH.len() / 2], "sarif_truncated", "cut off");
    check(
        "{\"version\":\"2.1.0\",}",
        "sarif_not_json",
        "line 1, column 20",
    );
    check("[1]", "not_sarif", "no list of runs");
    check(
        r#"{"version":"1.0.0","runs":[]}"#,
        "sarif_pre_release",
        "sarif-multitool",
    );
    check(
        r#"{"version":"2.1.0-rtm.5","runs":[]}"#,
        "sarif_pre_release",
        "Upgrade it",
    );
    check(
        r#"{"version":"2.2.0","runs":[]}"#,
        "sarif_unknown_version",
        "2.2.0",
    );
    check(
        r#"{"version":"2.1.0","runs":[]}{"version":"2.1.0","runs":[]}"#,
        "sarif_concatenated",
        "byte 29",
    );
    check(
        r#"{"version":"2.1.0","runs":1e999}"#,
        "sarif_not_json",
        "out of range",
    );
}

#[test]
fn limits_refuse_before_anything_is_handed_out() {
    let refuse = |limits: Limits, text: &str| {
        let mut calls = 0;
        let options = Options {
            limits,
            ..Options::default()
        };
        let error = sarif::read(text.as_bytes(), &options, |_, _| {
            calls += 1;
            ControlFlow::Continue(())
        });
        assert_eq!(calls, 0);
        error.expect_err("refused").code()
    };
    let two = results("{},{}");
    assert_eq!(
        refuse(
            Limits {
                max_results: 1,
                ..Limits::default()
            },
            &two
        ),
        "sarif_too_many"
    );
    assert_eq!(
        refuse(
            Limits {
                max_bytes: 10,
                ..Limits::default()
            },
            &two
        ),
        "sarif_too_large"
    );
    let runs = r#"{"version":"2.1.0","runs":[{},{}]}"#;
    assert_eq!(
        refuse(
            Limits {
                max_runs: 1,
                ..Limits::default()
            },
            runs
        ),
        "sarif_too_many"
    );
}

#[test]
fn depth_is_no_danger() {
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let (_, all) = read(results(&format!(
        r#"{{"codeFlows":{deep},"message":{{"text":"m"}}}}"#
    )));
    assert_eq!(all[0].message, "m");
    let (summary, all) = read(results(&format!(r#"{{"locations":{deep}}}"#)));
    assert_eq!((all.len(), summary.ignored.is_empty()), (1, false));
    let nested = "{\"a\":".repeat(1000) + "1" + &"}".repeat(1000);
    let (_, all) = read(results(&format!(r#"{{"properties":{nested}}}"#)));
    assert_eq!(all.len(), 1);
}

#[test]
fn what_follows_the_document_is_counted() {
    let (summary, all) = read(format!("{}\n# exported by make", results("{}")));
    assert_eq!((all.len(), summary.ignored.total()), (1, 1));
    let (summary, _) = read(results("{}") + " \n");
    assert!(summary.ignored.is_empty());
}

#[test]
fn no_results_and_clean_are_told_apart() {
    let (summary, _) = read(r#"{"version":"2.1.0","runs":[{"results":null},{"results":[]},{}]}"#);
    let states: Vec<_> = summary.runs.iter().map(|run| run.results).collect();
    assert_eq!(
        states,
        [Results::NotRun, Results::Listed(0), Results::NotRun]
    );
    assert!(summary.has_no_results());
}

#[test]
fn shifted_lines_keep_their_fingerprint_and_equal_results_their_own() {
    let at = |line: u32| {
        let one = format!(
            r#"{{"ruleId":"r","message":{{"text":"m"}},"locations":[{{"physicalLocation":{{"artifactLocation":{{"uri":"a.c"}},"region":{{"startLine":{line}}}}}}}]}}"#
        );
        let (_, all) = read(results(&format!("{one},{one}")));
        (all[0].fingerprint.clone(), all[1].fingerprint.clone())
    };
    assert_eq!(at(1), at(900));
    assert_ne!(at(1).0, at(1).1);
}

#[test]
fn cases_group_by_vulnerability_or_else_tool_and_rule() {
    let (summary, all) = read(RICH);
    let run = &summary.runs[0];
    let key = |product, tool, at: usize| grouping::group_key(product, tool, &all[at]);
    assert_eq!(
        key("p", "a", 1),
        key("p", "b", 1),
        "one vulnerability, two tools"
    );
    assert_ne!(key("p", "a", 1), key("q", "a", 1));
    assert_eq!(key("p", "a", 0), key("p", "a", 3), "one rule");
    assert_ne!(key("p", "a", 0), key("p", "b", 0));
    assert_eq!(
        grouping::case_title(run, &all[0]),
        "A buffer is written past its end (Deep Scanner)"
    );
    assert_eq!(
        grouping::case_title(run, &all[1]),
        "CVE-2021-44228: Vulnerable package (Deep Scanner)"
    );
    assert_eq!(grouping::former_group_keys("p", run, &all[0]).len(), 1);
}

#[test]
fn the_caller_may_stop() {
    let summary =
        sarif::read(RICH, &Options::default(), |_, _| ControlFlow::Break(())).expect("readable");
    assert!(summary.stopped);
    assert_eq!(summary.findings, 1);
}
