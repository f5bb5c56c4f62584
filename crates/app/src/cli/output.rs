//! What the command line prints: logs to standard error, results to standard output, progress only on a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use std::io::{IsTerminal, Write};
use std::time::Duration;
use tracing_subscriber::EnvFilter;

/// Starts logging to standard error: ids only, never report text. `VULNERARY_LOG` sets the level (default `info` for
/// the server, `warn` for commands); JSON lines where `VULNERARY_LOG_FORMAT=json`.
pub fn logging(default: &str) {
    let filter =
        EnvFilter::try_from_env("VULNERARY_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    let json = std::env::var("VULNERARY_LOG_FORMAT").is_ok_and(|f| f == "json");
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false);
    // A second start in one process (tests) keeps the first logger.
    let _already_started = if json {
        builder.json().try_init()
    } else {
        builder.try_init()
    };
}

/// Prints a value as one JSON document.
///
/// # Errors
/// Where standard output is closed.
pub fn json(value: &impl Serialize) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, value)?;
    writeln!(out)?;
    Ok(())
}

/// Prints a value as one line of JSON.
///
/// # Errors
/// Where standard output is closed.
pub fn json_line(value: &impl Serialize) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, value)?;
    writeln!(out)?;
    Ok(())
}

/// Prints rows under a header, columns as wide as their widest cell; the last column is not padded.
///
/// # Errors
/// Where standard output is closed.
pub fn table(header: &[&str], rows: &[Vec<String>]) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    let width = |c: usize| {
        let cells = rows
            .iter()
            .filter_map(|r| r.get(c))
            .map(|cell| cell.chars().count());
        cells
            .chain(header.get(c).map(|h| h.chars().count()))
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let head: Vec<String> = header.iter().map(|h| (*h).to_owned()).collect();
    for row in std::iter::once(&head).chain(rows) {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.extend(std::iter::repeat_n(
                ' ',
                width.saturating_sub(cell.chars().count()) + 2,
            ));
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// A progress bar, shown only on a terminal and only after a second.
pub struct Progress(ProgressBar);

impl Progress {
    /// A bar of `total` steps that says what is being done.
    pub fn new(what: &str, total: u64) -> Self {
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden());
        if std::io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(4));
        }
        let style = ProgressStyle::with_template("{msg} {bar:30} {pos}/{len} {eta}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_message(what.to_owned());
        bar.enable_steady_tick(Duration::from_secs(1));
        Self(bar)
    }

    /// Now at this step, of so many.
    pub fn at(&self, done: u64, total: u64) {
        self.0.set_length(total);
        self.0.set_position(done);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
