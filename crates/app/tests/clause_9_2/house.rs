//! An installation for one test: embedded SQLite in a temporary folder, or PostgreSQL where `VULNERARY_TEST_PG` names a
//! server; a clock that waits to be moved on; a fictional maker, set up. And what an auditor looks at.

use jiff::{SignedDuration, Timestamp};
use std::process::Command;
use std::sync::{Arc, Mutex};
use vulnerary::app::App;
use vulnerary::config::Config;
use vulnerary::demo::clock::Clock;
use vulnerary::demo::maker::{Maker, Who};
use vulnerary::demo::pages::Fields;
use vulnerary::demo::play::import;
use vulnerary::evidence::coverage::{Constraint, Status, of_period};
use vulnerary::intake::receive::{Incoming, receive};
use vulnerary::lists::{case_row, report_row};
use vulnerary::secrets::password::Passwords;
use vulnerary_case::actor::Actor;
use vulnerary_case::case::state::CaseState;
use vulnerary_case::case::terms::Meaning;
use vulnerary_case::report::state::ReportState;
use vulnerary_ledger::verify::{Options, Verified, verify};
use vulnerary_store::Outside;

/// Time that passes when told to, and randomness that repeats.
struct Still(Mutex<(Timestamp, u64)>);

impl Outside for Still {
    fn now(&self) -> Timestamp {
        self.0.lock().expect("as the story goes").0
    }
    fn fill(&self, bytes: &mut [u8]) {
        let mut state = self.0.lock().expect("as the story goes");
        for byte in bytes {
            state.1 = state
                .1
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            *byte = (state.1 >> 56) as u8;
        }
    }
}

impl Clock for Still {
    fn pass(&self, time: SignedDuration) {
        self.0.lock().expect("as the story goes").0 += time;
    }
}

/// A schema of its own on the test server; dropped at the end.
struct Schema {
    server: String,
    name: String,
}

impl Schema {
    fn new(server: String, test: &str) -> Self {
        let name = format!("c{}_{test}", std::process::id());
        let made = Self { server, name };
        made.run(&format!("CREATE SCHEMA {}", made.name));
        made
    }
    fn url(&self) -> String {
        let join = if self.server.contains('?') { '&' } else { '?' };
        format!(
            "{}{join}options=-c%20search_path%3D{}",
            self.server, self.name
        )
    }
    fn run(&self, sql: &str) {
        let done = Command::new("psql")
            .args([self.server.as_str(), "-qc", sql])
            .output()
            .expect("psql is there");
        assert!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        let sql = format!("DROP SCHEMA {} CASCADE", self.name);
        let _left_behind = Command::new("psql")
            .args([self.server.as_str(), "-qc", &sql])
            .output();
    }
}

/// An installation with its people.
pub struct House {
    pub app: App,
    pub maker: Maker,
    clock: Arc<Still>,
    _schema: Option<Schema>,
    _data: tempfile::TempDir,
}

impl House {
    /// One on SQLite and, where `VULNERARY_TEST_PG` is set, one on PostgreSQL.
    pub async fn on_every_engine(test: &str) -> Vec<Self> {
        let mut houses = vec![Self::open(None).await];
        match std::env::var("VULNERARY_TEST_PG") {
            Ok(server) => houses.push(Self::open(Some(Schema::new(server, test))).await),
            Err(_) => eprintln!(
                "\n*** VULNERARY_TEST_PG IS NOT SET: {test} DID NOT RUN ON POSTGRESQL ***\n"
            ),
        }
        houses
    }

    async fn open(schema: Option<Schema>) -> Self {
        let data = tempfile::tempdir().expect("as the story goes");
        let clock = Arc::new(Still(Mutex::new((
            "2026-11-23T09:00:00Z".parse().expect("as the story goes"),
            7,
        ))));
        let config = Config {
            data: Some(data.path().join("data")),
            database_url: schema.as_ref().map(Schema::url),
            public_url: Some("https://security.example.com".into()),
            ..Config::default()
        };
        let app = App::open_with(config, clock.clone())
            .await
            .expect("as the story goes");
        let app = app.with_passwords(Passwords::with_cost(64, 1, 2));
        let maker = Maker::set_up(&app, clock.clone())
            .await
            .expect("as the story goes");
        Self {
            app,
            maker,
            clock,
            _schema: schema,
            _data: data,
        }
    }

    /// Lets days pass.
    pub fn days(&self, days: i64) {
        self.clock.pass(SignedDuration::from_hours(24 * days));
    }

    /// Takes what came by another channel than the form; its receipt, which verifies.
    pub async fn receive(&self, incoming: Incoming) -> Verified {
        let taken = receive(&self.app.acts, incoming)
            .await
            .expect("as the story goes");
        let receipt = self.app.receipt(&taken).await.expect("as the story goes");
        holds(&serde_json::to_vec(&receipt).expect("as the story goes"))
    }

    /// Takes a file as `vulnerary import --source a` does: the report's number, and the cases it opened and joined.
    pub async fn import(
        &self,
        name: &str,
        bytes: &[u8],
        product: &str,
    ) -> (String, Vec<String>, Vec<String>) {
        import(&self.app, name, bytes, product)
            .await
            .expect("as the story goes")
    }

    /// Somebody acts on a case, by its form.
    pub async fn case(&self, who: Who, case: &str, act: &str, fields: Fields<'_>) {
        self.maker
            .on_case(who, case, act, fields)
            .await
            .expect("as the story goes");
    }

    /// Somebody acts on a report, by its form.
    pub async fn report(&self, who: Who, report: &str, act: &str, fields: Fields<'_>) {
        self.maker
            .on_report(who, report, act, fields)
            .await
            .expect("as the story goes");
    }

    /// The record of a case.
    pub async fn case_state(&self, number: &str) -> CaseState {
        self.app
            .store()
            .case_by_number(number)
            .await
            .expect("as the story goes")
            .expect("the case")
    }

    /// The record of a report.
    pub async fn report_state(&self, number: &str) -> ReportState {
        self.app
            .store()
            .report_by_number(number)
            .await
            .expect("as the story goes")
            .expect("the report")
    }

    /// When something is due on a report, and on its case.
    pub async fn due(&self, report: &str) -> (Option<Timestamp>, Option<Timestamp>) {
        let (report, store) = (self.report_state(report).await, self.app.store());
        let lines = store
            .report_lines(&[report.id], &Default::default())
            .await
            .expect("as the story goes");
        let cases = store
            .case_lines(&report.cases.to_vec(), &Default::default())
            .await
            .expect("as the story goes");
        (
            lines.first().and_then(|l| l.due).map(|(at, _)| at),
            cases.first().and_then(|c| c.due).map(|(at, _)| at),
        )
    }

    /// A constraint of the last year.
    pub async fn constraint(&self, id: &str) -> Constraint {
        let coverage = of_period(self.app.store(), self.clock.now(), 365)
            .await
            .expect("as the story goes");
        coverage
            .constraints
            .into_iter()
            .find(|c| c.id == id)
            .expect("ten constraints")
    }

    /// What an auditor checks of a case that is closed: outcome, proposer and approver are two people, the approver
    /// signed what the record still says, and each of its reports is told and closed.
    pub async fn auditor_sees_closed(
        &self,
        case: &str,
        report: &str,
        outcome: &str,
        meaning: Meaning,
    ) {
        let state = self.case_state(case).await;
        assert!(state.is_closed(), "{case} is {:?}", state.phase);
        let row = case_row(&self.app, state.id)
            .await
            .expect("as the story goes");
        assert_eq!(
            (row.state.as_str(), row.outcome.as_deref()),
            ("closed", Some(outcome))
        );
        let closure = state.closures.last().expect("a closure");
        let signature = closure.signature.as_ref().expect("a signature");
        assert_eq!(
            (signature.name.as_str(), signature.meaning),
            ("Bogdan Ilić", meaning)
        );
        assert_ne!(
            closure.proposed_by,
            Some(Actor::Person(signature.person)),
            "two people"
        );
        assert_eq!(closure.digest.len(), 64);
        if meaning == Meaning::ClosureApproval {
            assert_eq!(
                signature.digest, closure.digest,
                "what was signed is what was filed"
            );
        }
        let record = self
            .maker
            .pages
            .read(&self.maker.bogdan, &format!("/desk/case/{case}/closure"))
            .await
            .expect("as the story goes");
        assert!(
            record.contains("This is the record as it was filed."),
            "{record}"
        );
        assert!(
            record.contains(&closure.digest),
            "the filed record has the signed digest {}: {record}",
            closure.digest
        );

        let told = self.report_state(report).await;
        assert!(told.told.is_some(), "{report} was told: {told:?}");
        let row = report_row(&self.app, told.id)
            .await
            .expect("as the story goes");
        assert!(
            row.state == "closed" && row.cases.iter().any(|c| c == case),
            "{row:?}"
        );
        let receipt = self
            .app
            .receipts
            .of_report(told.id)
            .await
            .expect("as the story goes");
        let verified = holds(&serde_json::to_vec(&receipt).expect("as the story goes"));
        assert_eq!(
            verified.receipt.report, report,
            "the receipt still verifies under the newest checkpoint"
        );
    }

    /// What an auditor checks of a constraint: it is shown, by so many reports, and none is open.
    pub async fn auditor_sees_shown(&self, id: &str, received: u64) {
        let c = self.constraint(id).await;
        assert_eq!(
            (c.status, c.met, c.received),
            (Status::Shown, true, received),
            "{c:?}"
        );
        assert_eq!(c.overdue, 0, "{c:?}");
    }
}

/// A receipt that verifies without any database; and one with another content that does not.
pub fn holds(json: &[u8]) -> Verified {
    let verified = verify(json, &Options::default()).expect("the receipt holds");
    let digest = verified.receipt.sha256.to_string();
    let other = format!(
        "{}{}",
        if digest.starts_with('0') { '1' } else { '0' },
        &digest[1..]
    );
    let forged = String::from_utf8(json.to_vec())
        .expect("as the story goes")
        .replace(&digest, &other);
    assert!(
        verify(forged.as_bytes(), &Options::default()).is_err(),
        "a changed digest is found"
    );
    verified
}
