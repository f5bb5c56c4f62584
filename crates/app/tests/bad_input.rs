//! Bad input gets a clear answer each, and the next request works (issue 2, "Bad input").

#[allow(
    dead_code,
    clippy::disallowed_methods,
    reason = "each test file uses its part of the harness, which connects and waits for real"
)]
mod harness;

use harness::{Engine, House, Served};

/// A good report is still taken: the proof that the last attack broke nothing.
fn still_works(served: &Served) {
    let answer = served
        .post("/report", "description=still+works")
        .expect("an answer");
    assert_eq!(answer.status, 201, "{}", answer.text());
}

fn refusal(answer: &harness::Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.text());
    let json = answer.json();
    assert_eq!(json["code"], code);
    for part in ["message", "hint"] {
        assert!(
            json[part].as_str().is_some_and(|s| s.len() > 10),
            "{part} says nothing: {json}"
        );
    }
}

#[test]
fn forms() {
    let house = House::new(Engine::Sqlite);
    let served = house.serve();

    refusal(&served.post("/report", "").unwrap(), 422, "empty_report");
    refusal(
        &served
            .post("/report", "description=+%0a+&product=x")
            .unwrap(),
        422,
        "empty_report",
    );
    still_works(&served);

    let many: String = (0..10_000).map(|n| format!("f{n}=x&")).collect();
    refusal(
        &served.post("/report", &many).unwrap(),
        413,
        "too_many_fields",
    );
    still_works(&served);

    refusal(
        &served
            .post_bytes("/report", "application/x-cbor", b"\xa0")
            .unwrap(),
        415,
        "unsupported_type",
    );
    still_works(&served);

    let invalid = served
        .post_bytes(
            "/report",
            "application/x-www-form-urlencoded",
            b"description=%ff%fe+broken&harm=perhaps",
        )
        .unwrap();
    assert_eq!(invalid.status, 201, "{}", invalid.text());

    let field = format!("description={}", "x".repeat(2 * 1024 * 1024));
    refusal(&served.post("/report", &field).unwrap(), 413, "too_large");
    still_works(&served);
    assert_eq!(served.stop(), Some(0));
    house.ok(&["verify"]);
}

#[test]
fn two_gigabytes_are_refused_by_their_length_without_reading_them() {
    let house = House::new(Engine::Sqlite);
    let served = house.serve();
    let head = format!(
        "POST /report HTTP/1.1\r\nhost: {}\r\nconnection: close\r\naccept: application/json\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: {}\r\n\r\n",
        served.address,
        2u64 << 30
    );
    refusal(&served.send(head.as_bytes()).unwrap(), 413, "too_large");
    still_works(&served);
}

/// The connection breaks in the middle: nobody was told "received", so nothing is there.
#[test]
fn a_torn_upload_is_not_a_report_and_harms_nothing() {
    let house = House::new(Engine::Sqlite);
    let served = house.serve();
    let head = format!(
        "POST /report HTTP/1.1\r\nhost: {}\r\nconnection: close\r\naccept: application/json\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 5000\r\n\r\ndescription=half+of",
        served.address
    );
    served.send_and_hang_up(head.as_bytes());
    still_works(&served);
    assert_eq!(served.stop(), Some(0));
    let list: serde_json::Value =
        serde_json::from_str(&house.ok(&["report", "list", "--json"])).unwrap();
    assert_eq!(
        list.as_array().unwrap().len(),
        1,
        "the torn one must not be there: {list}"
    );
}

/// All bytes came, but the form's closing line is missing: it is taken, with a note.
#[test]
fn a_form_without_its_closing_line_is_taken() {
    let house = House::new(Engine::Sqlite);
    let served = house.serve();
    let body = b"--b\r\ncontent-disposition: form-data; name=\"description\"\r\n\r\nall of it";
    let answer = served
        .post_bytes("/report", "multipart/form-data; boundary=b", body)
        .unwrap();
    assert_eq!(answer.status, 201, "{}", answer.text());
}

#[test]
fn urlencoded_and_multipart_give_the_same_manifest() {
    let house = House::new(Engine::Sqlite);
    let served = house.serve();
    let one = served
        .post("/report", "description=Pump+stops&version=4%2e1")
        .unwrap()
        .json();
    let body = "--b\r\ncontent-disposition: form-data; name=\"description\"\r\n\r\nPump stops\r\n--b\r\ncontent-disposition: form-data; name=\"version\"\r\n\r\n4.1\r\n--b--\r\n";
    let two = served
        .post_bytes(
            "/report",
            "multipart/form-data; boundary=b",
            body.as_bytes(),
        )
        .unwrap()
        .json();
    assert_ne!(one["report"], two["report"]);
    assert_eq!(one["manifest"], two["manifest"]);
    assert_eq!(one["sha256"], two["sha256"]);
}

/// `import` answers each bad file in a line of its own, keeps its bytes, and goes on.
#[test]
fn files() {
    let house = House::new(Engine::Sqlite);
    let at = |name: &str, bytes: &[u8]| {
        let path = house.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_string_lossy().into_owned()
    };
    let good = serde_json::json!({"version":"2.1.0","runs":[{"tool":{"driver":{"name":"t"}},"results":[{"ruleId":"A","message":{"text":"m"}}]}]}).to_string();
    let empty = serde_json::json!({"version":"2.1.0","runs":[{"tool":{"driver":{"name":"t"}},"results":[]}]}).to_string();
    let cases = [
        at(
            "prerelease.sarif",
            br#"{"version":"2.0.0-csd.2.beta.2019-01-24","runs":[]}"#,
        ),
        at(
            "garbage.sarif",
            format!("{good}\n<html>trailing").as_bytes(),
        ),
        at(
            "deep.json",
            format!("{}{}", "[".repeat(1000), "]".repeat(1000)).as_bytes(),
        ),
        at(
            "deep.sarif",
            format!(
                "{{\"version\":\"2.1.0\",\"runs\":{}{}}}",
                "[".repeat(1000),
                "]".repeat(1000)
            )
            .as_bytes(),
        ),
        at("none.sarif", empty.as_bytes()),
        at("text.txt", b"The gateway takes an unsigned update.\n"),
        at("good.sarif", good.as_bytes()),
    ];
    let mut args = vec!["import", "--json", "--source", "a"];
    args.extend(cases.iter().map(String::as_str));
    let out = house.run(&args);
    assert_eq!(
        out.status.code(),
        Some(3),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    let lines: Vec<serde_json::Value> = String::from_utf8(out.stdout)
        .unwrap()
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    assert_eq!(lines.len(), cases.len(), "one line a file");
    for line in &lines {
        assert!(
            line["report"]
                .as_str()
                .is_some_and(|r| r.starts_with("VR-")),
            "its bytes are kept: {line}"
        );
    }
    assert!(
        lines[0]["error"]["hint"]
            .as_str()
            .unwrap()
            .contains("2.1.0"),
        "{}",
        lines[0]
    );
    assert_eq!(lines[4]["set_aside"]["code"], "no_results", "{}", lines[4]);
    assert!(lines[5]["error"].is_null() && lines[6]["error"].is_null());
    // The same result stands before the trailing garbage, which is named and ignored: here it comes again.
    let seen = &lines[6]["occurrences"];
    assert_eq!(
        seen["new"].as_u64().unwrap() + seen["again"].as_u64().unwrap(),
        1,
        "{}",
        lines[6]
    );
    let missing = house.run(&["import", "/nowhere/at/all.sarif"]);
    assert_eq!(
        missing.status.code(),
        Some(3),
        "{}",
        String::from_utf8_lossy(&missing.stderr)
    );
    house.ok(&["verify"]);
}

/// A zip bomb is a document: it is kept as it is and never opened.
#[test]
fn a_bomb_is_kept_and_never_unpacked() {
    let house = House::new(Engine::Sqlite);
    let served = house.serve();
    let mut zip = b"PK\x03\x04".to_vec();
    zip.extend_from_slice(&[0; 4096]);
    let mut body = b"--b\r\ncontent-disposition: form-data; name=\"files\"; filename=\"42.zip\"\r\ncontent-type: application/zip\r\n\r\n".to_vec();
    body.extend_from_slice(&zip);
    body.extend_from_slice(b"\r\n--b--\r\n");
    let answer = served
        .post_bytes("/report", "multipart/form-data; boundary=b", &body)
        .unwrap();
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert_eq!(answer.json()["files"][0]["bytes"], zip.len());
    still_works(&served);
}
