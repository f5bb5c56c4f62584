//! Two `serve` processes on one database, sixteen writers: head equals events, no hole, no fork; and `import` and `verify`
//! beside `serve` on one SQLite directory.

#[allow(
    dead_code,
    clippy::disallowed_methods,
    reason = "each test file uses its part of the harness, which connects and waits for real"
)]
mod harness;

use harness::{House, engines, sarif};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const WRITERS: u64 = 16;
const EACH: u64 = 20;

#[test]
fn sixteen_writers_through_two_servers_make_one_log() {
    for engine in engines("two_servers") {
        let house = House::new(engine);
        let servers = [house.serve(), house.serve()];
        let taken = Arc::new(AtomicU64::new(0));
        let writers: Vec<_> = (0..WRITERS)
            .map(|w| {
                let (address, taken) = (servers[(w % 2) as usize].address, taken.clone());
                std::thread::spawn(move || {
                    for n in 0..EACH {
                        // The same key from both servers: a retry must meet the first, whoever took it.
                        let key = format!("shared-key-{:04}-{n:06}-abcdefgh", w / 2);
                        let body =
                            format!("description=Writer+{}+{n}&idempotency_key={key}", w / 2);
                        let answer =
                            harness::post_to(address, "/report", &body).expect("an answer");
                        assert_eq!(answer.status, 201, "{}", answer.text());
                        taken.fetch_add(1, Ordering::Relaxed);
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.join().expect("a writer");
        }
        assert_eq!(taken.load(Ordering::Relaxed), WRITERS * EACH);
        for server in servers {
            assert_eq!(server.stop(), Some(0), "{}", house.log());
        }
        let list = house.ok(&["report", "list", "--json", "--limit", "100000"]);
        let list: serde_json::Value = serde_json::from_str(&list).unwrap();
        let reports = list.as_array().unwrap().len() as u64;
        assert_eq!(
            reports,
            WRITERS / 2 * EACH,
            "one report per key, whichever server took it"
        );
        house.ok(&["verify"]);
    }
}

#[test]
fn import_and_verify_run_beside_the_server() {
    let house = House::new(harness::Engine::Sqlite);
    let served = house.serve();
    let file = house.folder.path().join("run.sarif");
    sarif(&file, 20, 2_000, 7);
    let mut beside = vec![
        house
            .command(&["import", &file.to_string_lossy()])
            .spawn()
            .expect("import"),
        house.command(&["verify"]).spawn().expect("verify"),
    ];
    for n in 0..100 {
        let answer = served
            .post("/report", &format!("description=Beside+{n}"))
            .expect("an answer");
        assert_eq!(answer.status, 201, "{}", answer.text());
    }
    for child in &mut beside {
        assert!(child.wait().expect("a child").success());
    }
    assert_eq!(served.stop(), Some(0));
    house.ok(&["verify"]);
}
