//! Lists and counts: inbox, batches, search, runs, places, overview.

use super::loaded::clock_word;
use super::{Shelf, unread};
use crate::web::desk::model::{
    BatchLine, Clock, Dashboard, FourNumbers, InboxCounts, InboxFilter, InboxLine, InboxPage,
    Named, OccurrenceLine, OccurrencePage, Openness, OwnerFilter, RunLine, SearchHit, Stage,
    StageCounts,
};
use crate::web::desk::needs::{Trouble, View};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, HashMap};
use vulnerary_case::case::event::Lane;
use vulnerary_case::case::state::{CasePhase, Stage as At};
use vulnerary_case::closure::may_sign;
use vulnerary_case::id::{PersonId, ProductId, StreamId};
use vulnerary_case::report::state::ReportPhase;
use vulnerary_case::source::Source;
use vulnerary_store::read::Tallied;
use vulnerary_store::{CaseFilter, CaseLine, CaseOrder, Circles, Owner, ReportFilter, ReportLine};

/// Lines of one page of the inbox.
const PAGE: usize = 50;
/// Lines of one batch.
const BATCH: usize = 500;
/// Places on one page.
const PLACES: usize = 100;

/// What lines need besides themselves.
struct Names {
    people: BTreeMap<PersonId, String>,
    products: HashMap<ProductId, String>,
}

fn stage_word(phase: CasePhase, stage: Option<At>) -> Stage {
    match (phase, stage) {
        (CasePhase::Closed, _) | (_, None) => Stage::Closed,
        (_, Some(At::Review)) => Stage::Review,
        (_, Some(At::Analysis)) => Stage::Analysis,
        (_, Some(At::Addressing)) => Stage::Addressing,
        (_, Some(At::Disclosure)) => Stage::Disclosure,
    }
}

fn stage_filter(stage: Stage) -> Option<At> {
    match stage {
        Stage::Review => Some(At::Review),
        Stage::Analysis => Some(At::Analysis),
        Stage::Addressing => Some(At::Addressing),
        Stage::Disclosure => Some(At::Disclosure),
        Stage::Closed => None,
    }
}

fn case_line(line: &CaseLine, names: &Names) -> InboxLine {
    InboxLine {
        number: line.number.clone(),
        title: line
            .title
            .clone()
            .unwrap_or_else(|| format!("Case {}", line.number)),
        due: line.due.map(|(due, code)| Clock {
            what: clock_word(code).into(),
            due,
            provisional: false,
        }),
        source: line.source,
        role: line.role,
        product: line.product.and_then(|id| names.products.get(&id).cloned()),
        stage: stage_word(line.phase, line.stage),
        lane: Some(line.lane),
        owner: line.owner.map(|id| Named {
            id,
            name: names.people.get(&id).cloned().unwrap_or_default(),
        }),
        occurrences: line.occurrences,
        outcome: line.outcome,
    }
}

fn report_line(line: &ReportLine) -> InboxLine {
    InboxLine {
        number: line.number.clone(),
        title: line
            .title
            .clone()
            .unwrap_or_else(|| format!("Report {}", line.number)),
        due: line.due.map(|(due, code)| Clock {
            what: clock_word(code).into(),
            due,
            provisional: false,
        }),
        source: line.source,
        role: line.role,
        product: None,
        stage: Stage::Review,
        lane: None,
        owner: None,
        occurrences: 0,
        outcome: None,
    }
}

/// `sort_at.idx` or `idx`: where the next page begins.
fn key_of(line: &CaseLine, by_due: bool) -> String {
    if by_due {
        format!("{}.{}", line.sort_at, line.idx)
    } else {
        line.idx.to_string()
    }
}

fn order_of(filter: &InboxFilter) -> CaseOrder {
    let after = filter.after.as_deref();
    if filter.openness == Openness::Open {
        let key = after
            .and_then(|a| a.split_once('.'))
            .and_then(|(s, i)| Some((s.parse().ok()?, i.parse().ok()?)));
        CaseOrder::Due(key)
    } else {
        CaseOrder::Newest(after.and_then(|a| a.parse().ok()))
    }
}

impl Shelf {
    async fn line_names(&self) -> Result<Names, Trouble> {
        let products = self.acts.store().products().await.map_err(unread)?;
        Ok(Names {
            people: self.names().await?,
            products: products.into_iter().map(|p| (p.id, p.name)).collect(),
        })
    }

    pub(super) async fn list_inbox(
        &self,
        view: View,
        filter: InboxFilter,
    ) -> Result<InboxPage, Trouble> {
        let (store, now) = (self.acts.store(), self.acts.outside().now());
        let names = self.line_names().await?;
        let by_due = filter.openness == Openness::Open;
        let wanted = CaseFilter {
            stage: filter.stage.and_then(stage_filter),
            phase: (filter.stage == Some(Stage::Closed)).then_some(CasePhase::Closed),
            lane: filter.lane,
            source: filter.source,
            product: filter
                .product
                .as_deref()
                .and_then(|p| uuid::Uuid::parse_str(p).ok())
                .map(ProductId),
            owner: match filter.owner {
                OwnerFilter::Anybody => Owner::Anybody,
                OwnerFilter::Nobody => Owner::Nobody,
                OwnerFilter::Mine => Owner::Person(view.person),
            },
            open: match filter.openness {
                Openness::Open => Some(true),
                Openness::Closed => Some(false),
                Openness::All => None,
            },
            overdue_at: filter.overdue.then_some(now),
            ..CaseFilter::default()
        };
        let page = store
            .cases(&wanted, order_of(&filter), PAGE)
            .await
            .map_err(unread)?;
        let next = page
            .lines
            .last()
            .filter(|_| page.more)
            .map(|l| key_of(l, by_due));
        let mut lines: Vec<InboxLine> = page.lines.iter().map(|l| case_line(l, &names)).collect();
        if by_due && filter.after.is_none() && unplaced_fit(&filter) {
            lines.extend(self.unplaced(&filter).await?);
            if filter.owner == OwnerFilter::Anybody {
                lines.extend(self.awaited(&filter, now).await?);
            }
            lines.sort_by_key(|l| l.due.as_ref().map_or(Timestamp::MAX, |d| d.due));
        }
        let counts = self.inbox_counts(now).await?;
        let mut products: Vec<(String, String)> = names
            .products
            .iter()
            .map(|(id, name)| (id.to_string(), name.clone()))
            .collect();
        products.sort_by(|a, b| a.1.cmp(&b.1));
        Ok(InboxPage {
            lines,
            next,
            counts,
            products,
        })
    }

    /// Reports that are in no case yet and wait for a person or a job; the newest hundred of each kind.
    async fn unplaced(&self, filter: &InboxFilter) -> Result<Vec<InboxLine>, Trouble> {
        let mut lines = Vec::new();
        for phase in [ReportPhase::Unreadable, ReportPhase::Received] {
            let wanted = ReportFilter {
                phase: Some(phase),
                source: filter.source,
                ..ReportFilter::default()
            };
            let page = self
                .acts
                .store()
                .reports(&wanted, None, 100)
                .await
                .map_err(unread)?;
            lines.extend(page.lines.iter().map(report_line));
        }
        Ok(lines)
    }

    /// Reports in cases whose reporters wait for an answer that is due within seven days (or overdue): the case's own
    /// clocks do not hold these promises.
    async fn awaited(
        &self,
        filter: &InboxFilter,
        now: Timestamp,
    ) -> Result<Vec<InboxLine>, Trouble> {
        let soon = now
            .saturating_add(SignedDuration::from_hours(7 * 24))
            .unwrap_or(now);
        let wanted = ReportFilter {
            phase: Some(ReportPhase::Placed),
            source: filter.source,
            overdue_at: Some(if filter.overdue { now } else { soon }),
            ..ReportFilter::default()
        };
        let page = self
            .acts
            .store()
            .reports(&wanted, None, 100)
            .await
            .map_err(unread)?;
        let waits = |line| InboxLine {
            product: Some("report, its reporter waits".into()),
            owner: Some(Named {
                id: PersonId(uuid::Uuid::nil()),
                name: "the case’s owner".into(),
            }),
            ..report_line(line)
        };
        Ok(page.lines.iter().map(waits).collect())
    }

    async fn inbox_counts(&self, now: Timestamp) -> Result<InboxCounts, Trouble> {
        let (store, circles) = (self.acts.store(), Circles::default());
        let counts = store
            .counts(&circles, now, now, now)
            .await
            .map_err(unread)?;
        let week = now
            .saturating_add(SignedDuration::from_hours(7 * 24))
            .unwrap_or(now);
        let due = store
            .cases_due_before(&circles, week)
            .await
            .map_err(unread)?;
        Ok(InboxCounts {
            open: counts.open_cases(),
            overdue: counts.overdue_cases,
            this_week: due.saturating_sub(counts.overdue_cases),
        })
    }

    pub(super) async fn list_batch(
        &self,
        view: View,
        lane: Lane,
        proposed: bool,
    ) -> Result<Vec<BatchLine>, Trouble> {
        let store = self.acts.store();
        let names = self.line_names().await?;
        let phase = (!proposed).then_some(CasePhase::Received);
        let filter = CaseFilter {
            lane: Some(lane),
            open: Some(true),
            proposed: Some(proposed),
            phase,
            ..CaseFilter::default()
        };
        let page = store
            .cases(&filter, CaseOrder::Due(None), BATCH)
            .await
            .map_err(unread)?;
        let streams: Vec<StreamId> = page
            .lines
            .iter()
            .filter(|_| proposed)
            .map(|l| StreamId::Case(l.id))
            .collect();
        let world = store.world(&streams).await.map_err(unread)?;
        Ok(page
            .lines
            .iter()
            .map(|line| {
                let case = world.case(line.id);
                let proposal = case.and_then(|c| c.proposal.as_ref());
                let why_not = case
                    .zip(proposal)
                    .and_then(|(c, p)| may_sign(c, &world, p.outcome, view.person).err());
                BatchLine {
                    case: line.id,
                    number: line.number.clone(),
                    title: line
                        .title
                        .clone()
                        .unwrap_or_else(|| format!("Case {}", line.number)),
                    version: line.version,
                    lane,
                    product: line.product.and_then(|id| names.products.get(&id).cloned()),
                    occurrences: line.occurrences,
                    proposal: proposal.map(|p| (p.outcome, p.digest.clone())),
                    may_not: why_not.map(|w| format!("{w}.")),
                }
            })
            .collect())
    }

    pub(super) async fn find(&self, view: View, words: &str) -> Result<Vec<SearchHit>, Trouble> {
        let hits = self
            .acts
            .store()
            .search(words, &Circles::default(), 50)
            .await
            .map_err(unread)?;
        let seen = hits
            .into_iter()
            .filter(|h| !(view.masked && h.field == "sender"));
        Ok(seen
            .map(|h| SearchHit {
                title: h.title.unwrap_or_else(|| h.number.clone()),
                number: h.number,
                found_in: h.field,
                state: h.phase.replace('_', " "),
            })
            .collect())
    }

    pub(super) async fn list_runs(&self) -> Result<Vec<RunLine>, Trouble> {
        let store = self.acts.store();
        let names = self.line_names().await?;
        let runs = store.runs(None, 100).await.map_err(unread)?;
        let mut lines = Vec::with_capacity(runs.len());
        for (_, run) in runs {
            let report = store.report(run.report).await.map_err(unread)?;
            let tool = self.run_tool(&run).await?;
            let shown = run.shown.as_ref();
            lines.push(RunLine {
                at: run.at,
                tool,
                product: run.product.and_then(|id| names.products.get(&id).cloned()),
                report: report.map(|r| r.number).unwrap_or_default(),
                counts: shown.map_or([0; 4], |s| {
                    [s.new, s.again, s.suppressed, s.no_longer_reported]
                }),
            });
        }
        Ok(lines)
    }

    /// The tool of a run, from its sealed description.
    async fn run_tool(
        &self,
        run: &vulnerary_case::run::state::RunState,
    ) -> Result<String, Trouble> {
        let opened = self
            .acts
            .store()
            .unseal(run.text.object)
            .await
            .map_err(unread)?;
        let texts: BTreeMap<String, serde_json::Value> = opened
            .and_then(Result::ok)
            .and_then(|b| serde_json::from_slice(&b).ok())
            .unwrap_or_default();
        let field = |name: &str| {
            texts
                .get(name)
                .and_then(|v| v.as_str())
                .unwrap_or_default()
                .to_owned()
        };
        let tool = format!("{} {}", field("tool"), field("version"));
        Ok(if tool.trim().is_empty() {
            "a tool".into()
        } else {
            tool.trim().to_owned()
        })
    }

    pub(super) async fn list_places(
        &self,
        number: &str,
        after: Option<String>,
    ) -> Result<Option<OccurrencePage>, Trouble> {
        let store = self.acts.store();
        let Some(case) = self.find_case(number).await? else {
            return Ok(None);
        };
        let key = after
            .as_deref()
            .and_then(|a| a.split_once('|'))
            .map(|(f, l)| (f.to_owned(), l.to_owned()));
        let rows = store
            .occurrences(case.id, key, PLACES)
            .await
            .map_err(unread)?;
        let next = rows
            .last()
            .filter(|_| rows.len() == PLACES)
            .map(|r| format!("{}|{}", r.fingerprint, r.lineage));
        let mut newest = HashMap::new();
        for row in &rows {
            if !newest.contains_key(&row.lineage) {
                let last = store.last_run(&row.lineage).await.map_err(unread)?;
                newest.insert(row.lineage.clone(), last.map(|r| r.id));
            }
        }
        let day = |at: Timestamp| at.strftime("%-d %b %Y").to_string();
        let lines = rows
            .into_iter()
            .map(|r| OccurrenceLine {
                place: r.location,
                message: format!("{}: {}", r.level, r.rule),
                runs: format!("since {}, last {}", day(r.first_seen), day(r.last_seen)),
                present: newest
                    .get(&r.lineage)
                    .is_none_or(|last| last.is_none_or(|id| id == r.run_last)),
            })
            .collect();
        Ok(Some(OccurrencePage { lines, next }))
    }

    pub(super) async fn overview(&self) -> Result<Dashboard, Trouble> {
        let (store, now, circles) = (
            self.acts.store(),
            self.acts.outside().now(),
            Circles::default(),
        );
        let year = SignedDuration::from_hours(365 * 24);
        let since = now.saturating_sub(year).unwrap_or(now);
        let before = since.saturating_sub(year).unwrap_or(since);
        let counts = store
            .counts(&circles, now, since, now)
            .await
            .map_err(unread)?;
        let earlier = store
            .counts(&circles, since, before, since)
            .await
            .map_err(unread)?;
        let hours =
            |micros: Option<i64>| micros.map(|m| u64::try_from(m / 3_600_000_000).unwrap_or(0));
        let names = self.line_names().await?;
        let open = CaseFilter {
            open: Some(true),
            ..CaseFilter::default()
        };
        let oldest = store
            .cases(&open, CaseOrder::Due(None), 10)
            .await
            .map_err(unread)?;
        Ok(Dashboard {
            since,
            sources: Source::ALL
                .iter()
                .map(|s| stages_of(*s, &counts.tallied, &counts.closed))
                .collect(),
            numbers: FourNumbers {
                open: counts.open_cases(),
                overdue: counts.overdue_cases,
                acknowledge_hours: (
                    hours(counts.acknowledge_median),
                    hours(earlier.acknowledge_median),
                ),
                close_hours: (hours(counts.close_median), hours(earlier.close_median)),
            },
            oldest: oldest.lines.iter().map(|l| case_line(l, &names)).collect(),
        })
    }
}

/// Reports in no case show only where no filter speaks of what a report has not.
fn unplaced_fit(filter: &InboxFilter) -> bool {
    filter.lane.is_none()
        && filter.stage.is_none()
        && filter.product.is_none()
        && filter.owner != OwnerFilter::Mine
}

fn stages_of(source: Source, tallied: &[Tallied], closed: &BTreeMap<Source, u64>) -> StageCounts {
    let mut counts = [0; 5];
    for t in tallied {
        if let Tallied::Cases {
            source: of,
            phase,
            stage,
            n,
            ..
        } = t
            && *of == source
            && *phase != CasePhase::Closed
        {
            let column = match stage {
                Some(At::Analysis) => 1,
                Some(At::Addressing) => 2,
                Some(At::Disclosure) => 3,
                Some(At::Review) | None => 0,
            };
            counts[column] += n;
        }
    }
    counts[4] = closed.get(&source).copied().unwrap_or(0);
    StageCounts { source, counts }
}
