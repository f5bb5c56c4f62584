//! `vulnerary case list` and `case show`.

use super::paging::Paging;
use super::{open, output};
use crate::app::App;
use crate::config::Config;
use crate::lists::{CaseRow, CaseWish, case_row, cases, instant};
use clap::{Args, Subcommand};
use std::process::ExitCode;
use vulnerary_case::case::event::Lane;
use vulnerary_case::case::state::CasePhase;
use vulnerary_case::closure::missing;
use vulnerary_case::id::StreamId;
use vulnerary_case::source::Source;

/// Options of `case`.
#[derive(Debug, Args)]
pub struct CaseArgs {
    #[command(subcommand)]
    look: Look,
}

#[derive(Debug, Subcommand)]
enum Look {
    /// List cases, newest first
    List(ListArgs),
    /// Show one case, and what its closure still needs
    Show(ShowArgs),
}

#[derive(Debug, Args)]
struct ListArgs {
    #[command(flatten)]
    paging: Paging,
    /// Only of this source (a to g)
    #[arg(long, value_parser = super::report::source)]
    source: Option<Source>,
    /// Only of this lane: H, Hx, M, T or A
    #[arg(long, value_parser = lane)]
    lane: Option<Lane>,
    /// Only in this state: received, invalid, valid, accepted, deferred or closed
    #[arg(long, value_parser = phase)]
    state: Option<CasePhase>,
    /// Only open ones
    #[arg(long)]
    open: bool,
    /// Only those past a deadline
    #[arg(long)]
    overdue: bool,
}

#[derive(Debug, Args)]
struct ShowArgs {
    /// Its number, VC-…
    number: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

fn lane(text: &str) -> Result<Lane, String> {
    serde_json::from_value(text.into()).map_err(|_| "a lane is H, Hx, M, T or A".into())
}

fn phase(text: &str) -> Result<CasePhase, String> {
    serde_json::from_value(text.into())
        .map_err(|_| "a state is received, invalid, valid, accepted, deferred or closed".into())
}

/// Runs it.
pub async fn run(config: Config, args: CaseArgs) -> anyhow::Result<ExitCode> {
    let app = open(config).await?;
    match args.look {
        Look::List(list) => list_cases(&app, &list).await?,
        Look::Show(show) => return show_case(&app, &show).await,
    }
    Ok(ExitCode::SUCCESS)
}

async fn list_cases(app: &App, list: &ListArgs) -> anyhow::Result<()> {
    let filter = CaseWish {
        source: list.source,
        lane: list.lane,
        phase: list.state,
        open: list.open.then_some(true),
        overdue: list.overdue,
    };
    let rows = cases(app, list.paging.limit, &filter).await?;
    if list.paging.print(&rows)? {
        return Ok(());
    }
    let line = |c: &CaseRow| {
        let due = c.due_at.map_or("-".to_owned(), instant);
        vec![
            c.case.clone(),
            c.state.clone(),
            c.lane.clone(),
            due,
            c.occurrences.to_string(),
            c.title.clone().unwrap_or_default(),
        ]
    };
    let lines: Vec<_> = rows.iter().map(line).collect();
    if lines.is_empty() {
        println!("No case. A report from a person opens one; a SARIF file opens one per rule.");
        return Ok(());
    }
    output::table(&["case", "state", "lane", "due", "places", "title"], &lines)
}

async fn show_case(app: &App, show: &ShowArgs) -> anyhow::Result<ExitCode> {
    let Some(case) = app.store().case_by_number(&show.number).await? else {
        eprintln!(
            "There is no case {}. `vulnerary case list` names them.",
            show.number
        );
        return Ok(ExitCode::from(super::FAILED));
    };
    let row = case_row(app, case.id).await?;
    if show.json {
        output::json(&row)?;
        return Ok(ExitCode::SUCCESS);
    }
    for (name, value) in row.facts() {
        println!("{name:14} {value}");
    }
    if case.is_closed() {
        return Ok(ExitCode::SUCCESS);
    }
    let world = app.store().world(&[StreamId::Case(case.id)]).await?;
    println!("\nWhat closure still needs:");
    for gap in missing(&case, &world, app.acts.outside().now()) {
        println!("  - {}", gap.sentence);
    }
    Ok(ExitCode::SUCCESS)
}
