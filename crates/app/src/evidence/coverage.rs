//! The ten constraints of clause 9.2, each with a status that the record shows (domain.md).
//!
//! A quiet year is not a failure; an unproved door is. What is only specified so far is said to be so.

use jiff::{Timestamp, ToSpan};
use serde::Serialize;
use vulnerary_case::report::state::ReportPhase;
use vulnerary_case::source::{Channel, SPECS, Source, SourceSpec};
use vulnerary_store::read::Tallied;
use vulnerary_store::{CaseFilter, CaseOrder, Circles, Owner, ReportFilter, Store, StoreError};

/// Untracked reports and unowned cases are counted up to this many: one is enough to break the constraint.
const MOST_NAMED: usize = 1_000;

/// Counts of one source in the period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Reports received.
    pub received: u64,
    /// Not closed.
    pub open: u64,
    /// Closed, or set aside on record.
    pub closed: u64,
    /// Open with a clock that has run out.
    pub overdue: u64,
}

/// What the store counted.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    /// By source, in the clause's order.
    pub sources: [Counts; 7],
    /// Reports through the public form, without canaries.
    pub public_form: Counts,
    /// Reports by signed-in people, tokens, uploads and the command line.
    pub internal: Counts,
    /// Whether a canary arrived through the public form in the period.
    pub form_canary: Option<Timestamp>,
    /// Reports that are neither in a case, nor set aside, nor waiting with a job or owner. Should be none.
    pub untracked: u64,
    /// Open cases without an owner.
    pub unowned: u64,
}

/// Status of a constraint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Reports of the period show it.
    Shown,
    /// The door is open and was proved in the period, and nothing came.
    ReadyNoReports,
    /// Neither.
    NotShown,
}

/// One constraint, as `coverage --json` prints it (docs/interfaces.md).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Constraint {
    /// `9.2-01` to `9.2-10`.
    pub id: &'static str,
    /// Status.
    pub status: Status,
    /// Whether the constraint is met: shown, or ready without reports.
    pub met: bool,
    /// Why, in a sentence.
    pub why: String,
    /// Reports received.
    pub received: u64,
    /// Open.
    pub open: u64,
    /// Closed.
    pub closed: u64,
    /// Overdue.
    pub overdue: u64,
}

/// `coverage --json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Coverage {
    /// When it was computed: RFC 3339, UTC.
    pub as_of: Timestamp,
    /// Ten, in order.
    pub constraints: Vec<Constraint>,
}

/// Reads the counts of the last `days` days and computes the ten constraints.
///
/// # Errors
/// Where the store cannot be read.
pub async fn of_period(store: &Store, now: Timestamp, days: u32) -> Result<Coverage, StoreError> {
    let hours = |n: u32| i64::from(n).saturating_mul(24).hours();
    let since = now.checked_sub(hours(days)).unwrap_or(Timestamp::MIN);
    let counts = store
        .counts(&Circles::default(), now, since, Timestamp::MAX)
        .await?;
    let mut counted = Counted::default();
    for (source, c) in Source::ALL.iter().zip(&mut counted.sources) {
        c.received = counts.received.get(source).copied().unwrap_or(0);
        c.overdue = counts.overdue_by_source.get(source).copied().unwrap_or(0);
    }
    for tally in &counts.tallied {
        if let Tallied::Reports { source, phase, n } = tally
            && let Some((_, c)) = Source::ALL
                .iter()
                .zip(&mut counted.sources)
                .find(|(s, _)| *s == source)
        {
            match phase {
                ReportPhase::Closed | ReportPhase::SetAside => c.closed += n,
                _ => c.open += n,
            }
        }
    }
    let through = |channels: &[Channel]| Counts {
        received: channels
            .iter()
            .filter_map(|c| counts.received_by_channel.get(c))
            .sum(),
        ..Counts::default()
    };
    counted.public_form = through(&[Channel::Form]);
    counted.internal = through(&[Channel::Desk, Channel::Cli, Channel::Upload, Channel::Api]);
    let a_day_ago = now.checked_sub(hours(1)).unwrap_or(now);
    let waiting = ReportFilter {
        phase: Some(ReportPhase::Received),
        until: Some(a_day_ago),
        ..ReportFilter::default()
    };
    counted.untracked = store.reports(&waiting, None, MOST_NAMED).await?.lines.len() as u64;
    let nobody = CaseFilter {
        owner: Owner::Nobody,
        open: Some(true),
        ..CaseFilter::default()
    };
    counted.unowned = store
        .cases(&nobody, CaseOrder::Newest(None), MOST_NAMED)
        .await?
        .lines
        .len() as u64;
    let org = store.org().await?;
    let canary = org.canaries.get(&Channel::Form).and_then(|c| c.arrived_at);
    counted.form_canary = canary.filter(|at| *at >= since);
    Ok(coverage(&counted, now))
}

/// Computes the ten constraints.
pub fn coverage(counted: &Counted, as_of: Timestamp) -> Coverage {
    let mut constraints = vec![internal(counted), external(counted), tracked(counted)];
    constraints.extend(
        Source::ALL
            .iter()
            .zip(&counted.sources)
            .map(|(s, c)| source(s.spec(), c, counted)),
    );
    Coverage { as_of, constraints }
}

fn row(id: &'static str, status: Status, why: String, c: &Counts) -> Constraint {
    let met = status != Status::NotShown;
    Constraint {
        id,
        status,
        met,
        why,
        received: c.received,
        open: c.open,
        closed: c.closed,
        overdue: c.overdue,
    }
}

fn internal(counted: &Counted) -> Constraint {
    let c = &counted.internal;
    if c.received > 0 {
        return row(
            "9.2-01",
            Status::Shown,
            format!("{} came from inside the organisation.", reports(c.received)),
            c,
        );
    }
    let why = "No report came from inside yet. Ask somebody to report through the desk or `vulnerary report`.";
    row("9.2-01", Status::NotShown, why.into(), c)
}

fn external(counted: &Counted) -> Constraint {
    let c = &counted.public_form;
    match (c.received, counted.form_canary) {
        (0, None) => {
            let why = "No report came through the public form, and nothing has proved that it works. Send a report through it and see it arrive.";
            row("9.2-02", Status::NotShown, why.into(), c)
        }
        (0, Some(at)) => {
            let why = format!(
                "A canary came through the public form on {}; nobody reported.",
                at.strftime("%Y-%m-%d")
            );
            row("9.2-02", Status::ReadyNoReports, why, c)
        }
        (n, _) => row(
            "9.2-02",
            Status::Shown,
            format!("{} came through the public form.", reports(n)),
            c,
        ),
    }
}

fn tracked(counted: &Counted) -> Constraint {
    let mut c = Counts::default();
    for s in &counted.sources {
        c.received += s.received;
        c.open += s.open;
        c.closed += s.closed;
        c.overdue += s.overdue;
    }
    let (status, why) = match (counted.untracked, counted.unowned, c.received) {
        (0, 0, 0) => (
            Status::NotShown,
            "Nothing was received yet, so nothing shows that reports are tracked.".to_owned(),
        ),
        (0, 0, _) => {
            let why = "Every report is in a case or set aside on record; every open case has an owner and a clock.";
            (Status::Shown, why.to_owned())
        }
        (0, unowned, _) => {
            let why = format!(
                "{unowned} open case(s) have no owner. Name an intake owner in the policy, or take them on the desk."
            );
            (Status::NotShown, why)
        }
        (untracked, _, _) => {
            let why = format!(
                "{untracked} report(s) are in no case and not set aside. They wait on the desk."
            );
            (Status::NotShown, why)
        }
    };
    row("9.2-03", status, why, &c)
}

fn source(spec: &'static SourceSpec, c: &Counts, counted: &Counted) -> Constraint {
    if c.received > 0 {
        let why = format!("{} from this source.", reports(c.received));
        return row(spec.constraint, Status::Shown, why, c);
    }
    let by_form = spec.built && spec.channels.contains(&Channel::Form);
    if let (true, Some(at)) = (by_form, counted.form_canary) {
        let why = format!(
            "Nobody reported. The public form is open to them; a canary proved it on {}.",
            at.strftime("%Y-%m-%d")
        );
        return row(spec.constraint, Status::ReadyNoReports, why, c);
    }
    let why = if spec.built {
        "No report from this source yet, and no canary has proved its door."
    } else {
        "No report from this source yet. Its own channel is not built; take reports in by hand, with the form or `--source`."
    };
    row(spec.constraint, Status::NotShown, why.into(), c)
}

fn reports(n: u64) -> String {
    if n == 1 {
        "1 report".into()
    } else {
        format!("{n} reports")
    }
}

/// The clause's words of a constraint.
pub fn title(id: &str) -> &'static str {
    match id {
        "9.2-01" => "Internal people can report",
        "9.2-02" => "External people can report",
        "9.2-03" => "Reports are received and tracked to closure",
        _ => SPECS
            .iter()
            .find(|s| s.constraint == id)
            .map_or("", |s| s.clause),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(counted: &Counted, id: &str) -> Status {
        let all = coverage(counted, Timestamp::UNIX_EPOCH).constraints;
        assert_eq!(all.len(), 10);
        all.iter().find(|c| c.id == id).unwrap().status
    }

    #[test]
    fn an_empty_house_shows_nothing() {
        for c in coverage(&Counted::default(), Timestamp::UNIX_EPOCH).constraints {
            assert_eq!(c.status, Status::NotShown, "{}", c.id);
            assert!(!c.met && c.why.len() > 20, "{}", c.id);
        }
    }

    #[test]
    fn a_canary_makes_a_quiet_form_ready_but_not_a_door_that_is_not_built() {
        let counted = Counted {
            form_canary: Some(Timestamp::UNIX_EPOCH),
            ..Counted::default()
        };
        assert_eq!(status(&counted, "9.2-02"), Status::ReadyNoReports);
        assert_eq!(status(&counted, "9.2-09"), Status::ReadyNoReports);
        assert_eq!(
            status(&counted, "9.2-05"),
            Status::NotShown,
            "suppliers' own channel is a specification"
        );
        assert_eq!(status(&counted, "9.2-08"), Status::NotShown);
    }

    #[test]
    fn one_report_without_a_case_or_one_case_without_an_owner_breaks_tracking() {
        let mut counted = Counted::default();
        counted.sources[5] = Counts {
            received: 3,
            open: 1,
            closed: 2,
            overdue: 0,
        };
        assert_eq!(status(&counted, "9.2-03"), Status::Shown);
        assert_eq!(status(&counted, "9.2-09"), Status::Shown);
        counted.unowned = 1;
        assert_eq!(status(&counted, "9.2-03"), Status::NotShown);
        counted = Counted {
            untracked: 1,
            unowned: 0,
            ..counted
        };
        assert_eq!(status(&counted, "9.2-03"), Status::NotShown);
    }

    #[test]
    fn every_constraint_has_the_clauses_words() {
        for c in coverage(&Counted::default(), Timestamp::UNIX_EPOCH).constraints {
            assert!(!title(c.id).is_empty(), "{}", c.id);
        }
    }
}
