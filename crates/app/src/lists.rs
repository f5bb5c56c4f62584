//! Reports and cases as lists: the rows of docs/interfaces.md, for the command line (and later the API).

use crate::app::App;
use jiff::Timestamp;
use serde::Serialize;
use vulnerary_case::case::event::Lane;
use vulnerary_case::case::state::CasePhase;
use vulnerary_case::id::{CaseId, ReportId, StreamId};
use vulnerary_case::report::state::ReportPhase;
use vulnerary_case::source::Source;

/// Lines that one read takes.
const PAGE: usize = 1_000;

/// A report, as `report list --json` prints it.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "docs/interfaces.md")]
pub struct ReportRow {
    pub report: String,
    pub source: String,
    pub source_state: String,
    pub reporter: String,
    pub role: Option<String>,
    pub channel: String,
    pub received_at: Timestamp,
    pub acknowledged_at: Option<Timestamp>,
    pub state: String,
    pub set_aside: Option<String>,
    pub cases: Vec<String>,
    pub sha256: Option<String>,
}

/// A case, as `case list --json` prints it.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "docs/interfaces.md")]
pub struct CaseRow {
    pub case: String,
    pub state: String,
    pub stage: Option<String>,
    pub lane: String,
    pub title: Option<String>,
    pub product: Option<String>,
    pub owner: Option<String>,
    pub opened_at: Timestamp,
    pub due_at: Option<Timestamp>,
    pub closed_at: Option<Timestamp>,
    pub outcome: Option<String>,
    pub reports: Vec<String>,
    pub occurrences: u64,
}

/// The interface's word of one of the core's enums.
pub fn word(value: impl Serialize) -> String {
    let json = serde_json::to_value(value).unwrap_or_default();
    json.as_str().map(str::to_owned).unwrap_or_default()
}

/// An instant in a table.
pub fn instant(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%MZ").to_string()
}

/// Reports, newest first.
///
/// # Errors
/// Where the store cannot be read.
pub async fn reports(
    app: &App,
    limit: usize,
    source: Option<Source>,
    phase: Option<ReportPhase>,
) -> anyhow::Result<Vec<ReportRow>> {
    let filter = vulnerary_store::ReportFilter {
        source,
        phase,
        ..Default::default()
    };
    let (mut rows, mut after) = (Vec::new(), None);
    loop {
        let page = app
            .store()
            .reports(&filter, after, PAGE.min(limit - rows.len()))
            .await?;
        let ids: Vec<ReportId> = page.lines.iter().map(|l| l.id).collect();
        let cases = app.store().cases_of(&ids).await?;
        after = page.lines.last().map(|l| l.idx);
        rows.extend(
            page.lines
                .into_iter()
                .map(|l| report_line(cases.get(&l.id).cloned().unwrap_or_default(), l)),
        );
        if !page.more || rows.len() >= limit {
            return Ok(rows);
        }
    }
}

fn report_line(cases: Vec<String>, l: vulnerary_store::ReportLine) -> ReportRow {
    ReportRow {
        report: l.number,
        source: word(l.source),
        source_state: word(l.source_state),
        reporter: word(l.kind),
        role: l.role.map(word),
        channel: word(l.channel),
        received_at: l.received_at,
        acknowledged_at: l.acknowledged_at,
        state: word(l.phase),
        set_aside: l.set_aside.map(word),
        cases,
        sha256: l.sha256,
    }
}

/// One report.
///
/// # Errors
/// Where the store cannot be read.
pub async fn report_row(app: &App, id: ReportId) -> anyhow::Result<ReportRow> {
    let mut lines = app.store().report_lines(&[id], &Default::default()).await?;
    let mut cases = app.store().cases_of(&[id]).await?;
    let line = lines
        .pop()
        .ok_or_else(|| anyhow::anyhow!("The report is not there any more."))?;
    Ok(report_line(cases.remove(&id).unwrap_or_default(), line))
}

impl ReportRow {
    /// Names and values for a person.
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        let mut facts = vec![
            ("report", self.report.clone()),
            ("received", instant(self.received_at)),
            ("source", format!("{} ({})", self.source, self.source_state)),
            ("channel", self.channel.clone()),
            ("state", self.state.clone()),
            ("cases", self.cases.join(" ")),
            ("sha256", self.sha256.clone().unwrap_or_default()),
        ];
        if let Some(code) = &self.set_aside {
            facts.push(("set aside", code.clone()));
        }
        if let Some(at) = self.acknowledged_at {
            facts.push(("acknowledged", instant(at)));
        }
        facts
    }
}

/// Which cases.
#[derive(Clone, Copy, Debug, Default)]
pub struct CaseWish {
    /// Of this source.
    pub source: Option<Source>,
    /// Of this lane.
    pub lane: Option<Lane>,
    /// In this state.
    pub phase: Option<CasePhase>,
    /// Open or closed.
    pub open: Option<bool>,
    /// Past a deadline.
    pub overdue: bool,
}

/// Cases, newest first.
///
/// # Errors
/// Where the store cannot be read.
pub async fn cases(app: &App, limit: usize, wish: &CaseWish) -> anyhow::Result<Vec<CaseRow>> {
    let now = app.acts.outside().now();
    let filter = vulnerary_store::CaseFilter {
        source: wish.source,
        lane: wish.lane,
        phase: wish.phase,
        open: wish.open,
        overdue_at: wish.overdue.then_some(now),
        ..Default::default()
    };
    let (mut rows, mut after) = (Vec::new(), None);
    loop {
        let order = vulnerary_store::CaseOrder::Newest(after);
        let page = app
            .store()
            .cases(&filter, order, PAGE.min(limit - rows.len()))
            .await?;
        after = page.lines.last().map(|l| l.idx);
        rows.extend(case_rows(app, page.lines).await?);
        if !page.more || rows.len() >= limit {
            return Ok(rows);
        }
    }
}

/// One case.
///
/// # Errors
/// Where the store cannot be read.
pub async fn case_row(app: &App, id: CaseId) -> anyhow::Result<CaseRow> {
    let lines = app.store().case_lines(&[id], &Default::default()).await?;
    let row = case_rows(app, lines).await?.pop();
    row.ok_or_else(|| anyhow::anyhow!("The case is not there any more."))
}

async fn case_rows(
    app: &App,
    lines: Vec<vulnerary_store::CaseLine>,
) -> anyhow::Result<Vec<CaseRow>> {
    let ids: Vec<CaseId> = lines.iter().map(|l| l.id).collect();
    let mut reports = app.store().reports_of(&ids).await?;
    let owners: Vec<StreamId> = lines
        .iter()
        .filter_map(|l| l.owner.map(StreamId::Person))
        .collect();
    let names = app.store().display(&owners).await?;
    let products = app.store().products().await?;
    let row = |l: vulnerary_store::CaseLine| CaseRow {
        state: word(l.phase),
        stage: l.stage.map(word),
        lane: word(l.lane),
        product: l
            .product
            .and_then(|id| products.iter().find(|p| p.id == id))
            .map(|p| p.name.clone()),
        owner: l
            .owner
            .and_then(|id| names.get(&StreamId::Person(id))?.get("name").cloned()),
        opened_at: l.opened_at,
        due_at: l.due.map(|(at, _)| at),
        closed_at: l.closed_at,
        outcome: l.outcome.map(word),
        reports: reports.remove(&l.id).unwrap_or_default(),
        occurrences: l.occurrences,
        case: l.number,
        title: l.title,
    };
    Ok(lines.into_iter().map(row).collect())
}

impl CaseRow {
    /// Names and values for a person.
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        let some = |o: &Option<String>| o.clone().unwrap_or_else(|| "-".into());
        vec![
            ("case", self.case.clone()),
            ("title", some(&self.title)),
            ("state", self.state.clone()),
            ("stage", some(&self.stage)),
            ("lane", self.lane.clone()),
            ("product", some(&self.product)),
            ("owner", some(&self.owner)),
            ("opened", instant(self.opened_at)),
            ("due", self.due_at.map_or("-".into(), instant)),
            ("outcome", some(&self.outcome)),
            ("reports", self.reports.join(" ")),
            ("places", self.occurrences.to_string()),
        ]
    }
}
