//! The leaf's bytes: pinned, strict, one spelling.

mod example;

use example::{ACT, golden};
use vulnerary_ledger::Envelope;
use vulnerary_ledger::envelope::{EnvelopeError, MAX_LEAF_BYTES};

fn example_leaf() -> Vec<u8> {
    example::received("form", &vulnerary_ledger::Hash::of(b"content"))
}

#[test]
fn the_leaf_is_the_golden_one() {
    let leaf = example_leaf();
    golden("envelope.json", &leaf);
    let read = Envelope::decode(&leaf).unwrap();
    assert_eq!(
        (read.event_type, read.seq, read.at),
        ("Received", 1, example::AT)
    );
    assert_eq!(read.encode().unwrap(), leaf);
}

/// Each pair replaces a part of a good leaf by one that must be refused.
#[test]
fn what_we_would_not_have_written_is_refused() {
    let good = String::from_utf8(example_leaf()).unwrap();
    let stream = format!("report/{}", example::REPORT);
    let cases = [
        (r#"{"v":1,"#, r#"{"v":2,"#),
        (r#"{"v":1,"#, r#"{"v":1, "#),
        (r#"{"v":1,"#, r#"{"v":1,"v":1,"#),
        (r#"{"v":1,"#, r#"{"v":1,"extra":1,"#),
        (r#""type":"Received""#, r#""type":"received""#),
        (r#""type":"Received""#, r#""type":"Received/1""#),
        (r#""type":"Received""#, r#""type":"Received/02""#),
        (r#""type":"Received""#, r#""type":"Re\u0063eived""#),
        (r#""type":"Received""#, r#""type":"Rec eived""#),
        (stream.as_str(), "report/1"),
        (
            stream.as_str(),
            "report/0190B2A4-7C1E-7D3A-9F00-0123456789AB",
        ),
        (stream.as_str(), "0190b2a4-7c1e-7d3a-9f00-0123456789ab"),
        (r#""seq":1,"#, r#""seq":0,"#),
        (r#""seq":1,"#, r#""seq":-1,"#),
        (r#""seq":1,"#, r#""seq":1.0,"#),
        (r#""seq":1,"#, r#""seq":9223372036854775808,"#),
        (r#""actor":"system""#, r#""actor":"root""#),
        (r#""actor":"system""#, r#""actor":"person/ada""#),
        (r#""actor":"system""#, r#""actor":"rule/spam""#),
        (r#""actor":"system""#, r#""actor":"rule/spam@01""#),
        (ACT, "1"),
        (r#""body":{"#, r#""body":[{"#),
        (r#""body":{"#, r#""body": {"#),
        (r#""body":{"#, "\"body\":{\n"),
        (r#""body":{"#, r#""body":null,"b":{"#),
    ];
    for (from, to) in cases {
        assert!(
            good.contains(from),
            "the case {from} has nothing to replace"
        );
        let leaf = good.replacen(from, to, 1);
        assert!(
            Envelope::decode(leaf.as_bytes()).is_err(),
            "accepted {leaf}"
        );
    }
    for around in [
        format!(" {good}"),
        format!("{good}\n"),
        format!("{good}{good}"),
        String::new(),
    ] {
        assert!(
            Envelope::decode(around.as_bytes()).is_err(),
            "accepted {around}"
        );
    }
}

#[test]
fn actors_and_types_of_the_design_are_taken() {
    let good = String::from_utf8(example_leaf()).unwrap();
    let uuid = example::REPORT;
    let actors = ["person", "reporter", "token"].map(|kind| format!("{kind}/{uuid}"));
    for actor in actors
        .iter()
        .map(String::as_str)
        .chain(["rule/machine-intake@12", "system"])
    {
        let leaf = good.replace(r#""actor":"system""#, &format!(r#""actor":"{actor}""#));
        assert!(Envelope::decode(leaf.as_bytes()).is_ok(), "refused {leaf}");
    }
    let leaf = good.replace(r#""Received""#, r#""Received/2""#);
    assert_eq!(
        Envelope::decode(leaf.as_bytes()).unwrap().event_type,
        "Received/2"
    );
}

#[test]
fn instants_are_exact_and_exist() {
    let good = String::from_utf8(example_leaf()).unwrap();
    let cases = [
        ("2024-02-29T23:59:59.999999Z", true),
        ("2000-02-29T00:00:00.000000Z", true),
        ("2026-02-29T00:00:00.000000Z", false),
        ("2100-02-29T00:00:00.000000Z", false),
        ("2026-13-01T00:00:00.000000Z", false),
        ("2026-00-01T00:00:00.000000Z", false),
        ("2026-04-31T00:00:00.000000Z", false),
        ("2026-01-00T00:00:00.000000Z", false),
        ("2026-01-01T24:00:00.000000Z", false),
        ("2026-01-01T00:60:00.000000Z", false),
        ("2026-01-01T23:59:60.000000Z", false),
        ("2026-01-01T00:00:00.00000Z", false),
        ("2026-01-01T00:00:00Z", false),
        ("2026-01-01T00:00:00.000000+00:00", false),
        ("2026-01-01t00:00:00.000000z", false),
        ("2026-01-01 00:00:00.000000Z", false),
    ];
    for (at, holds) in cases {
        let leaf = good.replace(example::AT, at);
        assert_eq!(Envelope::decode(leaf.as_bytes()).is_ok(), holds, "{at}");
    }
}

#[test]
fn newer_versions_and_long_leaves_are_told_apart() {
    let good = String::from_utf8(example_leaf()).unwrap();
    let newer = good.replacen(r#""v":1"#, r#""v":7"#, 1);
    assert_eq!(
        Envelope::decode(newer.as_bytes()).unwrap_err(),
        EnvelopeError::UnknownVersion(7)
    );

    let padding = MAX_LEAF_BYTES - good.len() - r#""pad":"","#.len();
    let with_body = |n: usize| {
        good.replace(
            r#""body":{"#,
            &format!(r#""body":{{"pad":"{}","#, "x".repeat(n)),
        )
    };
    let longest = with_body(padding);
    assert_eq!(longest.len(), MAX_LEAF_BYTES);
    assert!(Envelope::decode(longest.as_bytes()).is_ok());
    let error = Envelope::decode(with_body(padding + 1).as_bytes()).unwrap_err();
    assert_eq!(error, EnvelopeError::TooLong(MAX_LEAF_BYTES + 1));

    let body = |text: &str| serde_json::value::RawValue::from_string(text.to_owned()).unwrap();
    let mut envelope = Envelope::decode(good.as_bytes()).unwrap();
    let long = body(&format!(r#"{{"pad":"{}"}}"#, "x".repeat(MAX_LEAF_BYTES)));
    envelope.body = &long;
    assert!(matches!(envelope.encode(), Err(EnvelopeError::TooLong(_))));
    let deep = body(&format!(r#"{{"a":{}1{}}}"#, "[".repeat(32), "]".repeat(32)));
    envelope.body = &deep;
    assert!(matches!(
        envelope.encode(),
        Err(EnvelopeError::Field { field: "body", .. })
    ));
    let brackets_in_text = body(&format!(r#"{{"a":"{} \" {{"}}"#, "[".repeat(40)));
    envelope.body = &brackets_in_text;
    assert!(envelope.encode().is_ok());
}
