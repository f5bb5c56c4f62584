//! What tests stand on: a data directory, an engine of its own, a clock and randomness that are told.

use crate::act::{Act, Display};
use crate::outside::Outside;
use crate::sql::conn::Fault;
use crate::store::{Options, Store};
use crate::vault::{KeyPlace, ObjectKind, Sealed};
use jiff::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use tempfile::TempDir;
use uuid::Uuid;
use vulnerary_case::act::{Command, OnReceipt, OpenCase, ReceiveReport};
use vulnerary_case::actor::Actor;
use vulnerary_case::case::event::Lane;
use vulnerary_case::id::{ActId, CaseId, ReportId, StreamId};
use vulnerary_case::report::event::{Claims, ReporterKind};
use vulnerary_case::source::{Channel, Source, SourceState};

/// Where the PostgreSQL of the tests is, for example `postgres://postgres@/postgres?host=/tmp/pg`.
pub(crate) const PG: &str = "VULNERARY_TEST_PG";

/// A clock that goes on by one millisecond each time it is read, and a generator that is seeded.
pub(crate) struct Fake {
    now: AtomicI64,
    state: AtomicU64,
}

impl Fake {
    pub(crate) fn new(seed: u64) -> Arc<Self> {
        let now = "2026-11-23T09:00:00Z"
            .parse::<Timestamp>()
            .expect("an instant")
            .as_microsecond();
        Arc::new(Self {
            now: AtomicI64::new(now),
            state: AtomicU64::new(seed),
        })
    }

    pub(crate) fn step(&self, microseconds: i64) {
        self.now.fetch_add(microseconds, Ordering::SeqCst);
    }

    fn next(&self) -> u64 {
        // SplitMix64: every call a new value, also across threads.
        let mut z = self
            .state
            .fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::SeqCst);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

impl Outside for Fake {
    fn now(&self) -> Timestamp {
        let at = self.now.fetch_add(1_000, Ordering::SeqCst);
        Timestamp::from_microsecond(at).expect("in range")
    }

    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let random = self.next().to_le_bytes();
            chunk.copy_from_slice(&random[..chunk.len()]);
        }
    }
}

/// One engine with nothing in it.
pub(crate) struct Bed {
    pub(crate) dir: TempDir,
    pub(crate) outside: Arc<Fake>,
    url: Option<String>,
    schema: Option<(String, String)>,
}

impl Bed {
    pub(crate) fn sqlite() -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        Self {
            dir,
            outside: Fake::new(1),
            url: None,
            schema: None,
        }
    }

    /// A schema of its own; `None`, loudly, where there is no PostgreSQL.
    pub(crate) fn postgres() -> Option<Self> {
        let Ok(base) = std::env::var(PG) else {
            eprintln!("\n*** {PG} IS NOT SET: the PostgreSQL half of this test DID NOT RUN ***\n");
            return None;
        };
        let dir = tempfile::tempdir().expect("a directory");
        let mut random = [0_u8; 8];
        // Tests of one run and of several must not meet: the directory's name is unique.
        for (i, b) in dir.path().to_string_lossy().bytes().enumerate() {
            random[i % 8] = random[i % 8].wrapping_mul(31).wrapping_add(b);
        }
        let schema = format!("t{}_{}", std::process::id(), hex::encode(random));
        let mut conn = crate::sql::Engine::Postgres(base.clone())
            .writer()
            .expect("PostgreSQL answers");
        conn.script(&format!("CREATE SCHEMA {schema}"))
            .expect("a schema");
        let join = if base.contains('?') { '&' } else { '?' };
        let url = format!("{base}{join}options=-c%20search_path%3D{schema}");
        Some(Self {
            dir,
            outside: Fake::new(1),
            url: Some(url),
            schema: Some((base, schema)),
        })
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        self.url.is_none()
    }

    pub(crate) fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    pub(crate) fn options(&self) -> Options {
        let outside: Arc<dyn Outside> = Arc::clone(&self.outside) as _;
        options(self.dir.path(), self.url.clone(), outside)
    }

    pub(crate) fn open(&self) -> Store {
        Store::open(self.options()).expect("the store opens")
    }

    pub(crate) fn open_with(&self, fault: Fault) -> Store {
        Store::open_with(self.options(), fault).expect("the store opens")
    }

    /// Waits until nobody uses the directory any more: a store's threads end after its last handle.
    pub(crate) fn closed(&self) {
        let file = crate::turnstile::lock_file(&self.dir.path().join("use")).expect("opens");
        file.lock().expect("locks");
    }

    pub(crate) fn id(&self) -> Uuid {
        crate::vault::uuid_v7(self.outside.as_ref())
    }

    /// A report by a person, with its sealed text and title.
    pub(crate) fn report(&self, store: &Store, text: &str) -> (Act, ReportId, CaseId) {
        report(store, self.outside.as_ref(), text)
    }
}

impl Drop for Bed {
    fn drop(&mut self) {
        let Some((base, schema)) = self.schema.take() else {
            return;
        };
        let dropped = std::thread::spawn(move || {
            if let Ok(mut conn) = crate::sql::Engine::Postgres(base).writer() {
                let _ = conn.script(&format!("DROP SCHEMA {schema} CASCADE"));
            }
        });
        let _ = dropped.join();
    }
}

pub(crate) fn options(
    data: &std::path::Path,
    url: Option<String>,
    outside: Arc<dyn Outside>,
) -> Options {
    Options {
        data: data.to_owned(),
        database_url: url,
        master_key: KeyPlace::choose(None, None, data),
        outside,
        read_connections: 2,
    }
}

pub(crate) fn seal(store: &Store, text: &str) -> Sealed {
    store
        .vault()
        .seal(ObjectKind::File, text.as_bytes())
        .expect("seals")
}

pub(crate) fn report(store: &Store, outside: &dyn Outside, text: &str) -> (Act, ReportId, CaseId) {
    let id = || crate::vault::uuid_v7(outside);
    let (report, case) = (ReportId(id()), CaseId(id()));
    let sealed = seal(store, text);
    let receive = ReceiveReport {
        report,
        source: Source::F,
        source_state: SourceState::Claimed,
        channel: Channel::Form,
        kind: ReporterKind::Person,
        role: None,
        objects: vec![sealed.reference.clone()],
        happened_at: None,
        claims: Claims::default(),
        then: OnReceipt::Open(OpenCase {
            case,
            lane: Lane::H,
            product: None,
            group: None,
            title: None,
        }),
    };
    let mut act = Act::new(
        ActId(id()),
        Actor::System,
        vec![Command::Receive(Box::new(receive))],
    );
    let title = text.lines().next().unwrap_or_default().to_owned();
    act.display.push(Display {
        stream: StreamId::Report(report),
        field: "title",
        object: sealed.reference.object,
        text: title,
    });
    act.sealed.push(sealed);
    (act, report, case)
}

/// Makes one test per engine of `async fn name(bed: Bed)`.
macro_rules! on_both {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {
        mod sqlite {$(
            $(#[$meta])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name($crate::tests::Bed::sqlite()).await;
            }
        )+}
        mod postgres {$(
            $(#[$meta])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let bed = tokio::task::spawn_blocking($crate::tests::Bed::postgres).await.expect("no panic");
                if let Some(bed) = bed {
                    super::$name(bed).await;
                }
            }
        )+}
    };
}
pub(crate) use on_both;
