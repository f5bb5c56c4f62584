//! `vulnerary report`: report a vulnerability from standard input; `report list` and `report show` look.

use super::paging::Paging;
use super::{open, output};
use crate::app::App;
use crate::config::Config;
use crate::intake::piped::piped;
use crate::intake::receive::{Taken, receive};
use crate::inventory;
use crate::lists::{ReportRow, instant, report_row, reports};
use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use std::io::Read;
use std::process::ExitCode;
use vulnerary_case::id::ProductId;
use vulnerary_case::report::state::ReportPhase;
use vulnerary_case::source::Source;

/// A report on standard input is no longer than this.
const MOST: u64 = 512 << 20;

/// Options of `report`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct ReportArgs {
    #[command(subcommand)]
    look: Option<Look>,
    /// Who speaks: a letter of the clause's seven
    #[arg(long, default_value = "c", value_parser = source)]
    source: Source,
    /// The product it is about
    #[arg(long, value_name = "NAME")]
    product: Option<String>,
    /// Print the receipt as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Look {
    /// List reports, newest first
    List(ListArgs),
    /// Show one report
    Show(ShowArgs),
}

#[derive(Debug, Args)]
struct ListArgs {
    #[command(flatten)]
    paging: Paging,
    /// Only of this source (a to g)
    #[arg(long, value_parser = source)]
    source: Option<Source>,
    /// Only in this state: received, unreadable, placed, set_aside or closed
    #[arg(long, value_parser = phase)]
    state: Option<ReportPhase>,
}

#[derive(Debug, Args)]
struct ShowArgs {
    /// Its number, VR-…
    number: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// A letter of the clause's seven.
pub fn source(text: &str) -> Result<Source, String> {
    let mut letters = text.chars();
    match (
        letters
            .next()
            .and_then(|l| Source::of_letter(l.to_ascii_lowercase())),
        letters.next(),
    ) {
        (Some(source), None) => Ok(source),
        _ => Err("a source is one letter, a to g".into()),
    }
}

fn phase(text: &str) -> Result<ReportPhase, String> {
    serde_json::from_value(text.into())
        .map_err(|_| "a state is received, unreadable, placed, set_aside or closed".into())
}

/// Runs it.
pub async fn run(config: Config, args: ReportArgs) -> anyhow::Result<ExitCode> {
    let app = open(config).await?;
    match &args.look {
        None => take(&app, &args).await?,
        Some(Look::List(list)) => list_reports(&app, list).await?,
        Some(Look::Show(show)) => return show_report(&app, show).await,
    }
    Ok(ExitCode::SUCCESS)
}

async fn take(app: &App, args: &ReportArgs) -> anyhow::Result<()> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .take(MOST + 1)
        .read_to_end(&mut bytes)
        .context("Standard input could not be read.")?;
    if bytes.is_empty() {
        bail!(
            "Nothing came on standard input. Write the report into a file and run `vulnerary report < FILE`."
        );
    }
    if bytes.len() as u64 > MOST {
        bail!(
            "The report is larger than {} MB. Use `vulnerary import FILE`.",
            MOST >> 20
        );
    }
    let incoming = piped(args.source, product(app, args).await?, bytes);
    let taken = receive(&app.acts, incoming).await?;
    let receipt = app.receipt(&taken).await?;
    if args.json {
        return output::json(&receipt);
    }
    println!("Received as {}.", receipt.report);
    say_case(app, &taken).await
}

async fn say_case(app: &App, taken: &Taken) -> anyhow::Result<()> {
    let Some(case) = taken.case else {
        return Ok(());
    };
    if let Some(case) = app.store().case(case).await? {
        println!("Case {} was opened for it.", case.number);
    }
    Ok(())
}

/// The product that was named, and which of ours it is.
async fn product<'a>(
    app: &App,
    args: &'a ReportArgs,
) -> anyhow::Result<Option<(&'a str, Option<ProductId>)>> {
    let Some(name) = args.product.as_deref() else {
        return Ok(None);
    };
    Ok(Some((
        name,
        inventory::named(&app.store().products().await?, name),
    )))
}

async fn list_reports(app: &App, list: &ListArgs) -> anyhow::Result<()> {
    let rows = reports(app, list.paging.limit, list.source, list.state).await?;
    if list.paging.print(&rows)? {
        return Ok(());
    }
    let line = |r: &ReportRow| {
        let cases = if r.cases.is_empty() {
            "-".to_owned()
        } else {
            r.cases.join(" ")
        };
        vec![
            r.report.clone(),
            instant(r.received_at),
            format!("{} {}", r.source, r.role.clone().unwrap_or_default()),
            r.state.clone(),
            cases,
        ]
    };
    let lines: Vec<_> = rows.iter().map(line).collect();
    if lines.is_empty() {
        println!(
            "No report yet. They arrive through the form, `vulnerary report` and `vulnerary import`."
        );
        return Ok(());
    }
    output::table(&["report", "received", "source", "state", "cases"], &lines)
}

async fn show_report(app: &App, show: &ShowArgs) -> anyhow::Result<ExitCode> {
    let Some(report) = app.store().report_by_number(&show.number).await? else {
        eprintln!(
            "There is no report {}. `vulnerary report list` names them.",
            show.number
        );
        return Ok(ExitCode::from(super::FAILED));
    };
    let row = report_row(app, report.id).await?;
    if show.json {
        output::json(&row)?;
        return Ok(ExitCode::SUCCESS);
    }
    for (name, value) in row.facts() {
        println!("{name:14} {value}");
    }
    Ok(ExitCode::SUCCESS)
}
