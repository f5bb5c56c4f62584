//! R1: kill -9 at random moments while forms are posted and files imported. No acknowledged report is lost, none is
//! there twice, the ledger has no hole, and `verify` passes. Seeded: `VULNERARY_SEED`, `VULNERARY_ROUNDS`.

#[allow(
    dead_code,
    clippy::disallowed_methods,
    reason = "each test file uses its part of the harness, which connects and waits for real"
)]
mod harness;

use harness::{Engine, House, Seed, engines, sarif, setting};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Receipt number by idempotency key, for every 201 that reached us.
type Acknowledged = Arc<Mutex<BTreeMap<String, String>>>;

#[test]
fn no_acknowledged_report_is_lost_and_none_is_twice() {
    let seed = setting("VULNERARY_SEED", 9_2);
    for engine in engines("kill") {
        let rounds = setting("VULNERARY_ROUNDS", 100);
        eprintln!("{rounds} rounds on {engine:?}, seed {seed}");
        rounds_on(engine, rounds, seed);
    }
}

fn rounds_on(engine: Engine, rounds: u64, seed: u64) {
    let house = House::new(engine);
    let mut seed = Seed(seed);
    let acknowledged: Acknowledged = Arc::default();
    let mut imported = 0;
    for round in 0..rounds {
        let file = house.folder.path().join("run.sarif");
        sarif(&file, 3, 20 + seed.below(40), round);
        let served = house.serve();
        let posters: Vec<_> = (0..4)
            .map(|p| post_until_dead(&served, round, p, &acknowledged))
            .collect();
        let mut import = house.command(&["import", "--json", &file.to_string_lossy()]);
        let child = import
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn();
        let mut child = child.expect("import starts");
        std::thread::sleep(Duration::from_millis(20 + seed.below(280)));
        if seed.below(2) == 0 {
            let _killed_midway = child.kill();
        }
        served.kill();
        for poster in posters {
            poster.join().expect("poster");
        }
        if child.wait().expect("import").success() {
            imported += 1;
        }
    }
    // A client that got no answer sends again with the same key: that must not make a second report.
    let served = house.serve();
    let again: Vec<(String, String)> = acknowledged
        .lock()
        .expect("not poisoned, and JSON")
        .iter()
        .map(|(k, n)| (k.clone(), n.clone()))
        .take(25)
        .collect();
    for (key, number) in again {
        let answer = served.post("/report", &body(&key)).expect("an answer");
        assert_eq!(
            answer.json()["report"].as_str(),
            Some(number.as_str()),
            "the retry of {key} made another report"
        );
    }
    assert_eq!(served.stop(), Some(0), "{}", house.log());
    compare(
        &house,
        &acknowledged.lock().expect("not poisoned, and JSON"),
    );
    eprintln!(
        "{} acknowledged, {imported} imports finished",
        acknowledged.lock().expect("not poisoned, and JSON").len()
    );
}

fn body(key: &str) -> String {
    format!("description=Round+{key}&product=Pump&idempotency_key={key}")
}

fn post_until_dead(
    served: &harness::Served,
    round: u64,
    poster: u64,
    into: &Acknowledged,
) -> std::thread::JoinHandle<()> {
    let (address, into) = (served.address, into.clone());
    std::thread::spawn(move || {
        for n in 0.. {
            let key = format!("key-{round:04}-{poster}-{n:06}-abcdefgh");
            let Ok(answer) = harness::post_to(address, "/report", &body(&key)) else {
                return;
            };
            if answer.status == 201 {
                let number = answer.json()["report"]
                    .as_str()
                    .expect("a number")
                    .to_owned();
                into.lock()
                    .expect("not poisoned, and JSON")
                    .insert(key, number);
            }
        }
    })
}

fn compare(house: &House, acknowledged: &BTreeMap<String, String>) {
    let out = house.run(&["verify"]);
    assert!(
        out.status.success(),
        "verify: {}{}",
        String::from_utf8_lossy(&out.stdout),
        String::from_utf8_lossy(&out.stderr)
    );
    let list: serde_json::Value =
        serde_json::from_str(&house.ok(&["report", "list", "--json", "--limit", "1000000"]))
            .expect("not poisoned, and JSON");
    let mut seen = BTreeMap::new();
    for row in list.as_array().expect("an array") {
        *seen
            .entry(
                row["report"]
                    .as_str()
                    .expect("not poisoned, and JSON")
                    .to_owned(),
            )
            .or_insert(0) += 1;
    }
    assert!(
        !acknowledged.is_empty(),
        "no report was acknowledged: the test shows nothing"
    );
    let numbers: BTreeSet<&String> = acknowledged.values().collect();
    assert_eq!(
        numbers.len(),
        acknowledged.len(),
        "two keys were given one report"
    );
    for (key, number) in acknowledged {
        assert_eq!(
            seen.get(number),
            Some(&1),
            "{number} ({key}) was acknowledged and is not there once"
        );
    }
}
