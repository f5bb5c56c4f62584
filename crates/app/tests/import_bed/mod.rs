//! A real store, and SARIF files made to measure.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use vulnerary::intake::reading::Reading;
use vulnerary::intake::upload::{self, Kept, Upload};
use vulnerary::outside::Machine;
use vulnerary::tracking::Acts;
use vulnerary_case::actor::Actor;
use vulnerary_case::id::ReportId;
use vulnerary_case::source::{Channel, Source, SourceState};
use vulnerary_store::vault::KeyPlace;
use vulnerary_store::{CaseFilter, CaseLine, CaseOrder, Options, Store};

/// A data directory and an engine.
pub struct Bed {
    folder: tempfile::TempDir,
    url: Option<String>,
}

/// SQLite always; PostgreSQL where `VULNERARY_TEST_PG` names a server, else a loud line.
pub fn beds(test: &str) -> Vec<Bed> {
    let mut all = vec![Bed::sqlite()];
    match std::env::var("VULNERARY_TEST_PG") {
        Ok(server) => all.push(Bed {
            url: Some(postgres(&server, test)),
            ..Bed::sqlite()
        }),
        Err(_) => eprintln!("NOTICE: {test} ran on SQLite only: VULNERARY_TEST_PG is not set"),
    }
    all
}

/// An empty database of the test's own.
fn postgres(server: &str, test: &str) -> String {
    let name = format!("t_import_{test}_{}", std::process::id());
    for sql in [
        format!("DROP DATABASE IF EXISTS {name}"),
        format!("CREATE DATABASE {name}"),
    ] {
        let done = std::process::Command::new("psql")
            .args([server, "-qc", &sql])
            .output()
            .expect("psql");
        assert!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
    }
    let (path, query) = server
        .split_once('?')
        .map_or((server, String::new()), |(p, q)| (p, format!("?{q}")));
    let base = path.rsplit_once('/').map_or(path, |(base, _)| base);
    format!("{base}/{name}{query}")
}

impl Bed {
    pub fn sqlite() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            url: None,
        }
    }

    /// Another process's store, as far as the data can tell.
    pub fn open(&self) -> Store {
        let data = self.folder.path().join("data");
        Store::open(Options {
            master_key: KeyPlace::choose(None, None, &data),
            data,
            database_url: self.url.clone(),
            outside: Arc::new(Machine),
            read_connections: 2,
        })
        .expect("the store opens")
    }

    pub fn acts(&self, store: &Store) -> Acts {
        Acts::new(store.clone(), Arc::new(Machine))
    }

    async fn kept(&self, store: &Store, bytes: &[u8], product: &str) -> Kept {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(bytes).expect("written");
        std::io::Seek::rewind(&mut file).expect("rewound");
        let upload = Upload {
            name: b"scan.sarif".to_vec(),
            file,
            source: Source::A,
            source_state: SourceState::Assumed,
            product: product.to_owned(),
            actor: Actor::System,
            channel: Channel::Cli,
        };
        upload::keep(&self.acts(store), upload)
            .await
            .expect("taken")
    }

    /// Takes a file and does not read it yet.
    pub async fn keep(&self, store: &Store, bytes: &[u8]) -> ReportId {
        self.kept(store, bytes, "").await.taken.report
    }

    /// Takes a file and reads it.
    pub async fn import(&self, store: &Store, bytes: &[u8]) -> (ReportId, Reading) {
        self.import_about(store, bytes, "").await
    }

    pub async fn import_about(
        &self,
        store: &Store,
        bytes: &[u8],
        product: &str,
    ) -> (ReportId, Reading) {
        let kept = self.kept(store, bytes, product).await;
        let reading = upload::read(&self.acts(store), &kept, &|_, _| {})
            .await
            .expect("read");
        (kept.taken.report, reading)
    }

    /// Every case.
    pub async fn cases(&self, store: &Store) -> Vec<CaseLine> {
        let page = store
            .cases(&CaseFilter::default(), CaseOrder::Newest(None), 1_000)
            .await;
        page.expect("a list").lines
    }

    /// Rows of places over all cases.
    pub async fn places(&self, store: &Store) -> u64 {
        let mut all = 0;
        for case in self.cases(store).await {
            all += store.count_occurrences(case.id).await.expect("a count");
        }
        all
    }
}

/// A SARIF file with one tool; place `n` is of rule `n % rules` and known by its partial fingerprint.
#[derive(Clone, Debug)]
pub struct Fixture {
    pub places: Vec<u64>,
    pub rules: u64,
    /// Added to every line number.
    pub shift: u64,
    /// The first so many are suppressed.
    pub suppressed: usize,
    /// The tool says that it failed.
    pub failed: bool,
}

impl Fixture {
    pub fn new(places: u64, rules: u64) -> Self {
        Self {
            places: (0..places).collect(),
            rules,
            shift: 0,
            suppressed: 0,
            failed: false,
        }
    }

    pub fn bytes(&self) -> Vec<u8> {
        let results: Vec<_> = self
            .places
            .iter()
            .enumerate()
            .map(|(at, n)| self.result(at, *n))
            .collect();
        let rules: Vec<_> = (0..self.rules)
            .map(|r| serde_json::json!({"id": format!("R{r}"), "shortDescription": {"text": format!("Rule {r}")}}))
            .collect();
        serde_json::json!({"version": "2.1.0", "runs": [{
            "tool": {"driver": {"name": "fixture", "rules": rules}},
            "invocations": [{"executionSuccessful": !self.failed}],
            "results": results}]})
        .to_string()
        .into_bytes()
    }

    fn result(&self, at: usize, n: u64) -> serde_json::Value {
        let suppressions = if at < self.suppressed {
            vec![serde_json::json!({"kind": "external", "status": "accepted"})]
        } else {
            vec![]
        };
        serde_json::json!({"ruleId": format!("R{}", n % self.rules), "level": "warning",
            "message": {"text": format!("finding {n}")}, "suppressions": suppressions,
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": format!("src/f{}.c", n % 31)},
                "region": {"startLine": n + 1 + self.shift}}}],
            "partialFingerprints": {"primaryLocationLineHash": format!("{n:x}")}})
    }
}

/// A file with one result.
pub fn line(tool: &str, result: &str) -> String {
    format!(
        r#"{{"version":"2.1.0","runs":[{{"tool":{{"driver":{{"name":"{tool}"}}}},"results":[{result}]}}]}}"#
    )
}

/// Every file below a folder.
pub fn files_under(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files = Vec::new();
    for path in entries.flatten().map(|e| e.path()) {
        if path.is_dir() {
            files.extend(files_under(&path));
        } else {
            files.push(path);
        }
    }
    files
}
