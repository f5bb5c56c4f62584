//! `vulnerary coverage`: the ten constraints of clause 9.2, from the record.

use super::{open, output};
use crate::config::Config;
use crate::evidence::coverage::{self, Status, title};
use clap::Args;
use std::process::ExitCode;

/// Options of `coverage`.
#[derive(Debug, Args)]
pub struct CoverageArgs {
    /// How many days back the period goes
    #[arg(long, default_value_t = 365, value_name = "N")]
    days: u32,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Runs it.
pub async fn run(config: Config, args: CoverageArgs) -> anyhow::Result<ExitCode> {
    let app = open(config).await?;
    let coverage = coverage::of_period(app.store(), app.acts.outside().now(), args.days).await?;
    if args.json {
        output::json(&coverage)?;
        return Ok(ExitCode::SUCCESS);
    }
    let rows: Vec<Vec<String>> = coverage
        .constraints
        .iter()
        .map(|c| {
            let status = match c.status {
                Status::Shown => "shown",
                Status::ReadyNoReports => "ready, no reports",
                Status::NotShown => "not shown",
            };
            let counts = format!("{}/{}/{}", c.received, c.open, c.overdue);
            vec![
                c.id.to_owned(),
                status.to_owned(),
                counts,
                title(c.id).to_owned(),
                c.why.clone(),
            ]
        })
        .collect();
    output::table(
        &["9.2", "status", "received/open/overdue", "what", "why"],
        &rows,
    )?;
    Ok(ExitCode::SUCCESS)
}
