//! The hourly reconciler: removes what has run out, and says who was told. A reporter with an address counts as told when nothing came back for 48 hours.
//!
//! It takes no input, is idempotent, and asks the core, which knows the rule; several processes may run it.

use crate::listen::stop::Stop;
use crate::tracking::act::{Acts, CommitError};
use std::time::Duration;
use vulnerary_case::act::tell::told;
use vulnerary_case::act::{Command, ReportCommand};
use vulnerary_case::actor::Actor;
use vulnerary_case::id::{ReportId, StreamId};
use vulnerary_case::report::event::ReporterKind;
use vulnerary_case::report::state::ReportPhase;
use vulnerary_store::ReportFilter;

/// How often it looks.
const EVERY: Duration = Duration::from_secs(3_600);
/// Reports looked at in one read.
const PAGE: usize = 500;

/// Looks once an hour until `stop`.
pub async fn run(acts: Acts, stop: Stop) {
    loop {
        if let Err(why) = look(&acts).await {
            tracing::warn!(%why, "outcomes told could not be reconciled");
        }
        if let Err(why) = sweep(&acts).await {
            tracing::warn!(%why, "what has run out could not be removed");
        }
        tokio::select! {
            () = stop.pulled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// Removes what has run out: wrapped follow-up words, sessions, links, and files that no row names after a day.
///
/// # Errors
/// Where the store cannot be used.
pub async fn sweep(acts: &Acts) -> Result<(), CommitError> {
    let store = acts.store();
    store.sweep().await?;
    let orphans = store.orphans().await?;
    if !orphans.is_empty() {
        let removed = store.sweep_orphans(orphans).await?;
        tracing::info!(
            removed,
            "files of uploads that nobody finished were removed"
        );
    }
    Ok(())
}

/// One look over the reports that wait for being told; how many now count as told.
///
/// # Errors
/// Where the store cannot be used.
pub async fn look(acts: &Acts) -> Result<u64, CommitError> {
    let filter = ReportFilter {
        phase: Some(ReportPhase::Placed),
        ..ReportFilter::default()
    };
    let (mut after, mut count) = (None, 0);
    loop {
        let page = acts.store().reports(&filter, after, PAGE).await?;
        for line in page.lines.iter().filter(|l| l.kind == ReporterKind::Person) {
            count += u64::from(tell(acts, line.id).await?);
        }
        after = page.lines.last().map(|l| l.idx);
        if !page.more {
            return Ok(count);
        }
    }
}

async fn tell(acts: &Acts, id: ReportId) -> Result<bool, CommitError> {
    let Some(report) = acts.store().report(id).await? else {
        return Ok(false);
    };
    if report.closing_notice().is_none() {
        return Ok(false);
    }
    let world = acts.store().world(&[StreamId::Report(id)]).await?;
    let Some((how, _)) = told(&report, &world, acts.outside().now()) else {
        return Ok(false);
    };
    let command = Command::Report {
        report: id,
        seen: Some(report.version),
        wish: ReportCommand::Tell { how },
    };
    match acts.one(Actor::Rule("told".into(), 1), command).await {
        Ok(_) => Ok(true),
        // Somebody was quicker, or something came in since: the next look decides again.
        Err(CommitError::Refused(_)) => Ok(false),
        Err(why) => Err(why),
    }
}
