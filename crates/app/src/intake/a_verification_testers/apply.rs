//! The job "read report R": resumable and idempotent.
//!
//! Every act's id follows from the report and the step, so a repeat after a crash, or two processes at once, get the
//! record's own answer to a step that was applied. Totals are added up from those answers, never from what was meant.

use super::ids::Ids;
use super::open::{About, about, file_of};
use super::refused::{no_result_readable, refused};
use super::run::apply_run;
use super::runs::{self, FileFound};
use crate::intake::reading::{Progress, ReadError, Reading, Unreadable};
use crate::tracking::act::{Act, Acts, CommitError, SealedRow, Texts};
use vulnerary_case::act::{Command, ReportCommand};
use vulnerary_case::actor::Actor;
use vulnerary_case::id::{CaseId, ReportId};
use vulnerary_case::report::event::SetAsideCode;
use vulnerary_case::report::state::{ReportPhase, ReportState};
use vulnerary_formats::sarif::SarifError;
use vulnerary_formats::{Format, detect, sarif};

/// The rule that sets a report without findings aside, with its version.
const NO_RESULTS: &str = "no-results@1";

/// Reads a report and places what it shows.
///
/// # Errors
/// [`ReadError`]; the same call again goes on where it stopped.
pub async fn read_report(
    acts: &Acts,
    report: ReportId,
    progress: Progress<'_>,
) -> Result<Reading, ReadError> {
    let state = acts
        .store()
        .report(report)
        .await
        .map_err(CommitError::from)?;
    let state = state.ok_or(ReadError::Nothing("There is no such report."))?;
    if let Some(reading) = done_before(&state) {
        return Ok(reading);
    }
    let about = about(acts, &state).await?;
    let row = file_of(acts, &state).await?;
    let mut reading = match parse(acts, row, about.key()).await? {
        Ok(found) => apply(acts, &state, &about, found, progress).await?,
        Err(why) => {
            unreadable(acts, report, &why).await?;
            Reading {
                unreadable: Some(why),
                ..Reading::default()
            }
        }
    };
    name_cases(acts, report, &mut reading).await?;
    Ok(reading)
}

/// What the record says of a report that needs no more reading.
fn done_before(state: &ReportState) -> Option<Reading> {
    let mut reading = Reading::default();
    match (state.phase(), &state.unreadable) {
        (ReportPhase::SetAside, _) => {
            reading.set_aside = Some(("set_aside", "It was set aside before.".into()));
        }
        (ReportPhase::Unreadable, Some(why)) => {
            reading.unreadable = Some(Unreadable::recorded(why.clone()))
        }
        // A report of a person opened its own case when it was received: there is nothing to read.
        _ if !state.cases.is_empty() && state.format.is_none() => {}
        _ => return None,
    }
    Some(reading)
}

/// Opens and reads the file, away from the threads that answer requests.
async fn parse(
    acts: &Acts,
    row: SealedRow,
    product: String,
) -> Result<Result<FileFound, Unreadable>, ReadError> {
    let vault = acts.store().vault().clone();
    let work = move || {
        let bytes = vault.open(&row)?;
        let document = matches!(detect(&bytes), Format::Document { .. });
        Ok(match runs::read(&bytes, &product) {
            Err(SarifError::NotSarif { .. }) | Err(SarifError::NotJson { .. }) if document => {
                Err(not_a_machine_file())
            }
            other => other.map_err(|why| refused(&why)),
        })
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|e| ReadError::Defect(e.to_string()))?
}

fn not_a_machine_file() -> Unreadable {
    let message = "The file is in no format that is read by machine. It is kept as received, and waits for a person.";
    Unreadable {
        code: "unknown_format",
        message: message.into(),
        hint: "Read it, and open a case for it or set it aside.".into(),
        on_record: message.into(),
    }
}

async fn apply(
    acts: &Acts,
    state: &ReportState,
    about: &About,
    found: FileFound,
    progress: Progress<'_>,
) -> Result<Reading, ReadError> {
    let (ids, report) = (Ids::of(state.id), state.id);
    if state.format.is_none() {
        let format = format!("sarif-{} {}", detect::SARIF_VERSION, sarif::PARSER);
        let read = Command::Report {
            report,
            seen: None,
            wish: ReportCommand::Read { format },
        };
        acts.apply(Act::new(ids.act(&["read"]), rule(), vec![read]))
            .await?;
    }
    let mut reading = Reading {
        ignored: found.ignored,
        ..Reading::default()
    };
    let (total, mut done) = (found.findings, 0);
    let nothing =
        (found.findings == 0).then_some((found.results, found.unreadable, found.runs.is_empty()));
    for (position, run) in found.runs.into_iter().enumerate() {
        let note = if position == 0 {
            ignored_text(&reading.ignored)
        } else {
            String::new()
        };
        let findings = run
            .groups
            .values()
            .map(|g| g.members.len() as u64)
            .sum::<u64>();
        let step = |n| progress(done + n, total);
        reading.counts += apply_run(acts, report, about, run, note, &step).await?;
        done += findings;
    }
    match nothing {
        Some((results, unread, _)) if unread > 0 => {
            let why = no_result_readable(results);
            unreadable(acts, report, &why).await?;
            reading.unreadable = Some(why);
        }
        Some((results, _, no_runs)) => {
            reading.set_aside = Some((
                "no_results",
                set_aside(acts, report, results, no_runs).await?,
            ));
        }
        None => {}
    }
    Ok(reading)
}

/// By which rule all of this is done.
pub fn rule() -> Actor {
    Actor::Rule("sarif".into(), 1)
}

async fn unreadable(acts: &Acts, report: ReportId, why: &Unreadable) -> Result<(), ReadError> {
    let wish = ReportCommand::FindUnreadable {
        why: why.on_record.clone(),
    };
    let command = Command::Report {
        report,
        seen: None,
        wish,
    };
    acts.apply(Act::new(
        Ids::of(report).act(&["unreadable"]),
        rule(),
        vec![command],
    ))
    .await?;
    Ok(())
}

async fn set_aside(
    acts: &Acts,
    report: ReportId,
    results: u64,
    no_runs: bool,
) -> Result<String, ReadError> {
    let why = match (results, no_runs) {
        (0, true) => {
            "No run of the file lists results: the tool did not run, or did not finish.".to_owned()
        }
        (0, false) => "The tool ran and reported nothing.".to_owned(),
        (n, _) => {
            format!("All of its {n} results are suppressed in the tool, gone, or claim no problem.")
        }
    };
    let mut act = Act::new(Ids::of(report).act(&["set-aside"]), rule(), vec![]);
    let text = acts.seal_texts(&mut act, &Texts::from([("why".into(), why.clone())]))?;
    let (code, rule) = (SetAsideCode::NoResults, Some(NO_RESULTS.to_owned()));
    let wish = ReportCommand::SetAside {
        code,
        rule,
        text: Some(text),
    };
    act.commands.push(Command::Report {
        report,
        seen: None,
        wish,
    });
    acts.apply(act).await?;
    Ok(why)
}

fn ignored_text(ignored: &[(String, String)]) -> String {
    ignored
        .iter()
        .map(|(what, why)| format!("{what}: {why}"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The numbers of the report's cases, from the record.
async fn name_cases(acts: &Acts, report: ReportId, reading: &mut Reading) -> Result<(), ReadError> {
    let state = acts
        .store()
        .report(report)
        .await
        .map_err(CommitError::from)?;
    let cases: Vec<CaseId> = state.map(|s| s.cases).unwrap_or_default();
    for id in cases {
        let Some(case) = acts.store().case(id).await.map_err(CommitError::from)? else {
            continue;
        };
        let list = if case.opened_by == report {
            &mut reading.opened
        } else {
            &mut reading.attached
        };
        list.push(case.number);
    }
    Ok(())
}
