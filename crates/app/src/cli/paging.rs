//! How much a list command prints, and how.

use super::output;
use clap::Args;
use serde::Serialize;

/// How much, and how.
#[derive(Debug, Args)]
pub struct Paging {
    /// At most this many
    #[arg(long, default_value_t = 100, value_name = "N")]
    pub limit: usize,
    /// Print one JSON array
    #[arg(long, conflicts_with = "jsonl")]
    pub json: bool,
    /// Print one JSON object a line
    #[arg(long)]
    pub jsonl: bool,
}

impl Paging {
    /// Prints JSON where it was asked for; whether it did.
    ///
    /// # Errors
    /// Where standard output is closed.
    pub fn print(&self, rows: &[impl Serialize]) -> anyhow::Result<bool> {
        if self.json {
            output::json(&rows)?;
        } else if self.jsonl {
            for row in rows {
                output::json_line(row)?;
            }
        }
        Ok(self.json || self.jsonl)
    }
}
