//! One report, case, run, product or person with its state; and the world around a case.

use crate::error::StoreError;
use crate::project::load::{load, state};
use crate::sql::value;
use crate::sql::{Conn, statements as q};
use crate::store::Store;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use vulnerary_case::Facts;
use vulnerary_case::act::{BatchCommand, Command, needs};
use vulnerary_case::actor::Actor;
use vulnerary_case::case::event::Meaning;
use vulnerary_case::case::state::CaseState;
use vulnerary_case::id::{ActId, CaseId, PersonId, ProductId, ReportId, RunId, StreamId};
use vulnerary_case::number::{self, Kind, Numbers};
use vulnerary_case::org::state::OrgState;
use vulnerary_case::person::state::PersonState;
use vulnerary_case::product::state::ProductState;
use vulnerary_case::report::state::ReportState;
use vulnerary_case::run::state::RunState;
use vulnerary_case::world::{State, World};

/// How far links are followed.
const MOST_ROUNDS: usize = 16;

macro_rules! one {
    ($(#[doc = $doc:literal] $name:ident($id:ident) -> $state:ident;)+) => {$(
        #[doc = $doc]
        ///
        /// # Errors
        /// [`StoreError`].
        pub async fn $name(&self, id: $id) -> Result<Option<$state>, StoreError> {
            let stream = one!(@stream $name)(id);
            let found = self.read(move |c| load(c, &BTreeSet::from([stream]))).await?;
            Ok(found.into_iter().find_map(|l| one!(@state $name, l.state)))
        }
    )+};
    (@stream report) => { StreamId::Report };
    (@stream case) => { StreamId::Case };
    (@stream run) => { StreamId::Run };
    (@stream product) => { StreamId::Product };
    (@stream person) => { StreamId::Person };
    (@state report, $s:expr) => { match $s { State::Report(s) => Some(*s), _ => None } };
    (@state case, $s:expr) => { match $s { State::Case(s) => Some(*s), _ => None } };
    (@state run, $s:expr) => { match $s { State::Run(s) => Some(*s), _ => None } };
    (@state product, $s:expr) => { match $s { State::Product(s) => Some(*s), _ => None } };
    (@state person, $s:expr) => { match $s { State::Person(s) => Some(*s), _ => None } };
}

impl Store {
    one! {
        /// A report.
        report(ReportId) -> ReportState;
        /// A case.
        case(CaseId) -> CaseState;
        /// A run.
        run(RunId) -> RunState;
        /// A product.
        product(ProductId) -> ProductState;
        /// A person.
        person(PersonId) -> PersonState;
    }

    /// The report of a number as a person types it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn report_by_number(&self, typed: &str) -> Result<Option<ReportState>, StoreError> {
        let Some(number) = number::parse(typed) else {
            return Ok(None);
        };
        let key = self.inner().numbers.clone();
        self.read(move |c| by_number(c, Kind::Report, &key, &number))
            .await
    }

    /// The case of a number as a person types it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn case_by_number(&self, typed: &str) -> Result<Option<CaseState>, StoreError> {
        let Some(number) = number::parse(typed) else {
            return Ok(None);
        };
        let key = self.inner().numbers.clone();
        self.read(move |c| by_number(c, Kind::Case, &key, &number))
            .await
    }

    /// The report of follow-up words, by their SHA-256.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn report_of_track(
        &self,
        secret_sha256: [u8; 32],
    ) -> Result<Option<ReportId>, StoreError> {
        self.read(move |c| {
            let row = c.query_one(&q::REPORT_OF_TRACK, &[value::blob(secret_sha256.to_vec())])?;
            row.map(|row| row.parse(0).map(ReportId)).transpose()
        })
        .await
    }

    /// The newest case of each of these grouping keys.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn cases_in_groups(
        &self,
        groups: &[String],
    ) -> Result<HashMap<String, CaseId>, StoreError> {
        let keys: Vec<_> = groups.iter().map(|g| value::text(g.clone())).collect();
        self.read(move |c| {
            let rows = c.query_keys(&q::CASES_IN_GROUP, &keys)?;
            rows.iter()
                .map(|row| Ok((row.text(0)?.to_owned(), CaseId(row.parse(1)?))))
                .collect()
        })
        .await
    }

    /// The organisation.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn org(&self) -> Result<std::sync::Arc<OrgState>, StoreError> {
        let found = self
            .read(|c| load(c, &BTreeSet::from([StreamId::Org])))
            .await?;
        Ok(found
            .into_iter()
            .find_map(|l| match l.state {
                State::Org(org) => Some(org),
                _ => None,
            })
            .unwrap_or_default())
    }

    /// Every product, in the order they were added.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn products(&self) -> Result<Vec<ProductState>, StoreError> {
        self.read(|c| {
            c.query(&q::ALL_PRODUCTS, &[])?
                .iter()
                .map(|row| state(row, 1))
                .collect()
        })
        .await
    }

    /// Everybody who was ever added.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn people(&self) -> Result<Vec<PersonState>, StoreError> {
        self.read(|c| {
            c.query(&q::ALL_PERSONS, &[])?
                .iter()
                .map(|row| state(row, 1))
                .collect()
        })
        .await
    }

    /// Runs, newest first, with the `idx` to go on after.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn runs(
        &self,
        after: Option<u64>,
        limit: usize,
    ) -> Result<Vec<(u64, RunState)>, StoreError> {
        let params = [
            value::int(after.unwrap_or(i64::MAX as u64)),
            value::int(limit.min(1_000) as u64),
        ];
        self.read(move |c| {
            c.query(&q::RUNS_NEWEST, &params)?
                .iter()
                .map(|row| Ok((row.count(1)?, state(row, 2)?)))
                .collect()
        })
        .await
    }

    /// The runs that a report carried, in order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn runs_of_report(&self, report: ReportId) -> Result<Vec<RunState>, StoreError> {
        self.read(move |c| {
            c.query(&q::RUNS_OF_REPORT, &[value::shown(report)])?
                .iter()
                .map(|row| state(row, 2))
                .collect()
        })
        .await
    }

    /// The newest run of a lineage whose results were all applied.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn last_run(&self, lineage: &str) -> Result<Option<RunState>, StoreError> {
        let key = value::text(lineage.to_owned());
        self.read(move |c| {
            c.query_one(&q::LAST_RUN_OF_LINEAGE, &[key])?
                .map(|row| state(&row, 2))
                .transpose()
        })
        .await
    }

    /// Everything that a page about these cases and reports needs to show deadlines, gaps and who may sign: what a
    /// signature would look at, their linked streams, the organisation and everybody. One moment of the data.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn world(&self, streams: &[StreamId]) -> Result<World, StoreError> {
        let streams = streams.to_vec();
        let now = self.outside().now();
        self.read(move |c| c.snapshot(|c| world(c, &streams, now)))
            .await
    }

    /// Display texts by stream and field.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn display(
        &self,
        streams: &[StreamId],
    ) -> Result<HashMap<StreamId, BTreeMap<String, String>>, StoreError> {
        let keys: Vec<_> = streams.iter().map(value::shown).collect();
        self.read(move |c| {
            let mut out: HashMap<StreamId, BTreeMap<String, String>> = HashMap::new();
            for row in c.query_keys(&q::DISPLAY_OF, &keys)? {
                let (field, text) = (row.text(1)?.to_owned(), row.text(2)?.to_owned());
                out.entry(row.parse(0)?).or_default().insert(field, text);
            }
            Ok(out)
        })
        .await
    }

    /// Streams whose display field is this text, compared without case: whose mail address is it?
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_display(
        &self,
        field: &str,
        text: &str,
    ) -> Result<Vec<(StreamId, String)>, StoreError> {
        let params = [
            value::text(field.to_owned()),
            value::text(crate::act::fold_text(text)),
        ];
        self.read(move |c| {
            let rows = c.query(&q::FIND_DISPLAY, &params)?;
            rows.iter()
                .map(|row| Ok((row.parse(0)?, row.text(1)?.to_owned())))
                .collect()
        })
        .await
    }
}

/// The row of a number: `(id, state)`. It is found by the sequence value that the number permutes.
pub(super) fn row_of_number(
    conn: &mut Conn,
    kind: Kind,
    key: &[u8; 32],
    number: &str,
) -> Result<Option<crate::sql::Row>, StoreError> {
    let Some(sequence) = number::sequence(key, kind, number) else {
        return Ok(None);
    };
    let sql = match kind {
        Kind::Report => &q::REPORT_BY_NUMBER,
        Kind::Case => &q::CASE_BY_NUMBER,
    };
    conn.query_one(sql, &[value::int(sequence.into())])
}

fn by_number<T: serde::de::DeserializeOwned>(
    conn: &mut Conn,
    kind: Kind,
    key: &[u8; 32],
    number: &str,
) -> Result<Option<T>, StoreError> {
    let row = row_of_number(conn, kind, key, number)?;
    row.map(|row| state(&row, 1)).transpose()
}

fn world(conn: &mut Conn, streams: &[StreamId], now: jiff::Timestamp) -> Result<World, StoreError> {
    let mut world = World::new();
    let nil = ActId(uuid::Uuid::nil());
    let numbers = Numbers {
        key: [0; 32],
        next_report: 0,
        next_case: 0,
    };
    let facts = Facts {
        now,
        actor: Actor::System,
        act: nil,
        numbers,
    };
    let mut cases: BTreeSet<CaseId> = streams
        .iter()
        .filter_map(|s| match s {
            StreamId::Case(id) => Some(*id),
            _ => None,
        })
        .collect();
    for _ in 0..MOST_ROUNDS {
        let list = cases.iter().map(|c| (*c, String::new())).collect();
        let sign = BatchCommand::Sign {
            cases: list,
            name: String::new(),
            meaning: Meaning::BatchApproval,
        };
        let mut missing: BTreeSet<StreamId> = needs(&Command::Batch(sign), &facts, &world)
            .into_iter()
            .collect();
        missing.extend(streams.iter().filter(|s| !world.knows(s)));
        missing.extend(
            world
                .org()
                .people
                .iter()
                .map(|p| StreamId::Person(*p))
                .filter(|s| !world.knows(s)),
        );
        if missing.is_empty() {
            break;
        }
        for stream in &missing {
            world.insert(*stream, None);
        }
        for loaded in load(conn, &missing)? {
            if let State::Report(r) = &loaded.state
                && streams.contains(&loaded.stream)
            {
                cases.extend(r.cases.iter().copied());
            }
            world.insert(loaded.stream, Some(loaded.state));
        }
    }
    Ok(world)
}
