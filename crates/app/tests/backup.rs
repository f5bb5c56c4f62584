//! A backup made beside a server restores to a record that verifies, on either engine; what came after it is answered
//! truthfully.

#[allow(
    dead_code,
    clippy::disallowed_methods,
    reason = "each test file uses its part of the harness, which connects and waits for real"
)]
mod harness;

use harness::{Engine, House, engines};

#[test]
fn a_backup_restores_to_any_engine_and_a_later_receipt_is_told_that_its_report_is_lost() {
    // Each move has databases of its own: a restore wants an empty place.
    let count = engines("backup").len();
    for from in 0..count {
        for to in 0..count {
            let name = |side: &str| format!("backup_{side}_{from}_{to}");
            moved(
                engines(&name("from")).swap_remove(from),
                engines(&name("to")).swap_remove(to),
            );
        }
    }
}

fn moved(from: Engine, to: Engine) {
    let old = House::new(from);
    let served = old.serve();
    for n in 0..5 {
        let answer = served
            .post("/report", &format!("description=Before+{n}"))
            .expect("an answer");
        assert_eq!(answer.status, 201, "{}", answer.text());
    }
    let backup = old.folder.path().join("backup");
    old.ok(&["backup", &backup.to_string_lossy()]);
    let late = served
        .post("/report", "description=After+the+backup")
        .expect("an answer");
    assert_eq!(late.status, 201);
    let receipt = old.folder.path().join("late.json");
    std::fs::write(&receipt, &late.body).expect("written");

    let new = House::new(to);
    let key = old.data().join("keys/master");
    let key = key.to_string_lossy();
    let with_key = |args: &[&str]| -> Vec<String> {
        let all = args
            .iter()
            .copied()
            .chain(["--master-key-file", key.as_ref()]);
        all.map(str::to_owned).collect()
    };
    new.ok(&borrowed(&with_key(&[
        "restore",
        &backup.to_string_lossy(),
    ])));
    new.ok(&borrowed(&with_key(&["verify"])));
    let list = new.ok(&borrowed(&with_key(&["report", "list", "--json"])));
    let list: serde_json::Value = serde_json::from_str(&list).expect("JSON");
    assert_eq!(list.as_array().expect("an array").len(), 5);
    let data = new.data();
    let said = new.ok(&borrowed(&with_key(&[
        "verify",
        &receipt.to_string_lossy(),
        "--data",
        &data.to_string_lossy(),
    ])));
    assert!(said.contains("lost in the restore"), "{said}");
    let again = new.run(&borrowed(&with_key(&[
        "restore",
        &backup.to_string_lossy(),
    ])));
    assert!(
        !again.status.success(),
        "a restore into a place that is in use"
    );
}

fn borrowed(args: &[String]) -> Vec<&str> {
    args.iter().map(String::as_str).collect()
}
