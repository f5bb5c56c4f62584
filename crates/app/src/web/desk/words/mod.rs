//! The desk's words for the core's enums: one word for one thing, everywhere (architecture §1).

mod choices;

pub use choices::*;

use super::model::{CaseState, Clock, ReportState};
use crate::web::components::{Due, Urgency};
use crate::web::when::{When, distance};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use vulnerary_case::case::event::{Meaning, Plan, Status};
use vulnerary_case::report::event::{Purpose, ReporterKind};
use vulnerary_case::source::{Channel, ReporterRole, Source, SourceState};

/// A state in a word.
pub fn state_word(state: CaseState) -> &'static str {
    match state {
        CaseState::Received => "received",
        CaseState::Invalid => "invalid",
        CaseState::Valid => "valid",
        CaseState::Accepted => "accepted",
        CaseState::Deferred => "deferred",
        CaseState::Closed => "closed",
    }
}

/// A report's state in a word or two.
pub fn report_state_words(state: ReportState) -> String {
    match state {
        ReportState::Received => "received, not yet placed".into(),
        ReportState::Unreadable => "unreadable: a person has to look".into(),
        ReportState::Placed => "in a case".into(),
        ReportState::SetAside(code) => {
            format!("set aside: {}", word_of(CODES, &code).to_lowercase())
        }
        ReportState::Closed => "closed, outcome told".into(),
    }
}

/// How a report came.
pub fn channel_words(channel: Channel) -> &'static str {
    match channel {
        Channel::Form => "the public form",
        Channel::Mail => "mail",
        Channel::Api => "the interface for programs",
        Channel::Webhook => "a webhook",
        Channel::Upload => "an upload",
        Channel::Syslog => "a log stream",
        Channel::Poll => "a feed",
        Channel::Hand => "a person (phone, letter, visit)",
        Channel::Cli => "the command line",
        Channel::Desk => "the desk",
    }
}

/// How the reporter can be answered.
pub fn kind_words(kind: ReporterKind) -> &'static str {
    match kind {
        ReporterKind::Person => "a person with a contact",
        ReporterKind::Anonymous => "without a name; reads answers with the follow-up words",
        ReporterKind::Staff => "somebody of ours",
        ReporterKind::Machine => "a machine; its run record answers it",
        ReporterKind::Relayed => "somebody who relays for another",
        ReporterKind::NoReturnPath => "nobody we can answer",
    }
}

/// How sure we are of the source.
pub fn source_state_words(state: SourceState) -> &'static str {
    match state {
        SourceState::Claimed => "the sender says so",
        SourceState::Assumed => "assumed from the channel",
        SourceState::Confirmed => "confirmed by a person",
    }
}

/// What a message is for.
pub fn purpose_words(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Acknowledgement => "acknowledgement",
        Purpose::Question => "question",
        Purpose::Update => "update",
        Purpose::Message => "message",
        Purpose::ClosingNotice => "closing notice",
        Purpose::DisputeAnswer => "answer to the disagreement",
    }
}

/// A source's word: the role where it is known, the clause's word otherwise.
pub fn source_word(source: Source, role: Option<ReporterRole>) -> &'static str {
    role.map_or(source.spec().word, |role| word_of(REPORTER_ROLES, &role))
}

/// The status of a release in words: status and plan.
pub fn status_words(
    status: Option<&Status>,
    release_named: impl Fn(vulnerary_case::id::ReleaseId) -> String,
) -> (String, String) {
    match status {
        None | Some(Status::UnderInvestigation {}) => ("under investigation".into(), String::new()),
        Some(Status::NotAffected { justification }) => (
            "not affected".into(),
            word_of(JUSTIFICATIONS, justification).into(),
        ),
        Some(Status::Fixed {}) => ("fixed".into(), String::new()),
        Some(Status::Affected { plan }) => (
            "affected".into(),
            match plan {
                Plan::Undecided {} => String::new(),
                Plan::FixIn { release } => format!("fix planned in {}", release_named(*release)),
                Plan::InterimMeasure {} => "interim measure".into(),
                Plan::RiskAccepted { until: None } => "risk accepted".into(),
                Plan::RiskAccepted { until: Some(until) } => {
                    format!(
                        "risk accepted until {}",
                        When::day(*until, &TimeZone::UTC).words
                    )
                }
            },
        ),
    }
}

/// What a signature means, in the words that are shown before signing and filed with it (21 CFR 11.50).
pub fn meaning_words(meaning: Meaning) -> &'static str {
    match meaning {
        Meaning::ClosureApproval => {
            "I read the closure record and approve that this case closes with this outcome."
        }
        Meaning::DuplicateApproval => "I agree that this is a duplicate.",
        Meaning::LaneLowering => "I agree that it needs less care.",
        Meaning::BatchApproval => "I read this list and approve it.",
        #[allow(unreachable_patterns, reason = "the core may add meanings")]
        _ => "I read what is shown here and approve it.",
    }
}

/// A clock as a line shows it: late and soon say what is due first, calm says when.
pub fn due_words(clock: &Clock, now: Timestamp, zone: &TimeZone) -> Due {
    let late = clock.due < now;
    let soon = clock.due.duration_since(now) < SignedDuration::from_hours(48);
    let short = When::short(clock.due, zone).words;
    let far = distance(clock.due, now, zone);
    let (urgency, words) = if late {
        (
            Urgency::Late,
            format!(
                "{} late: {} ({short})",
                far.trim_end_matches(" ago"),
                clock.what
            ),
        )
    } else if soon {
        (
            Urgency::Soon,
            format!("{}: {} ({short})", sentence_start(&far), clock.what),
        )
    } else {
        (
            Urgency::Calm,
            format!("{}: {} ({short})", sentence_start(&far), clock.what),
        )
    };
    let provisional = if clock.provisional {
        ", provisional"
    } else {
        ""
    };
    Due {
        urgency,
        words: format!("{words}{provisional}"),
    }
}

/// The first letter as a capital.
pub fn sentence_start(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// Bytes as people say them.
pub fn size_words(bytes: u64) -> String {
    match bytes {
        0..1000 => format!("{bytes} bytes"),
        1000..1_000_000 => format!("{} KB", bytes.div_ceil(1000)),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

/// A count with a noun: "1 file", "2 files".
pub fn count_words(count: u64, noun: &str) -> String {
    crate::web::when::plural(i64::try_from(count).unwrap_or(i64::MAX), noun)
}

/// Hours as people say them.
pub fn hours_words(hours: Option<u64>) -> String {
    match hours {
        None => "–".into(),
        Some(0) => "under 1 h".into(),
        Some(h @ 1..48) => format!("{h} h"),
        Some(h) => format!("{} days", h / 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_in_words() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let now: Timestamp = "2026-11-23T17:05:12Z".parse().unwrap();
        for (due, urgency, words) in [
            (
                "2026-11-23T14:05:00Z",
                Urgency::Late,
                "3 hours late: review (Mon 23 Nov, 15:05 CET)",
            ),
            (
                "2026-11-23T19:06:00Z",
                Urgency::Soon,
                "In 2 hours: review (Mon 23 Nov, 20:06 CET)",
            ),
            (
                "2026-11-24T16:00:00Z",
                Urgency::Soon,
                "Tomorrow: review (Tue 24 Nov, 17:00 CET)",
            ),
            (
                "2026-11-29T16:00:00Z",
                Urgency::Calm,
                "In 6 days: review (Sun 29 Nov, 17:00 CET)",
            ),
        ] {
            let clock = Clock {
                what: "review".into(),
                due: due.parse().unwrap(),
                provisional: false,
            };
            assert_eq!(
                due_words(&clock, now, &zone),
                Due {
                    urgency,
                    words: words.into()
                }
            );
        }
    }

    #[test]
    fn sizes_and_hours_in_words() {
        assert_eq!(size_words(4096), "5 KB");
        assert_eq!(size_words(1_250_000), "1.2 MB");
        assert_eq!(
            (
                hours_words(None),
                hours_words(Some(30)),
                hours_words(Some(80))
            ),
            ("–".into(), "30 h".into(), "3 days".into())
        );
    }

    use vulnerary_case::case::event::Outcome;

    #[test]
    fn every_choice_has_its_own_value() {
        let mut values: Vec<_> = OUTCOMES.iter().map(|(v, _)| *v).collect();
        values.sort_unstable();
        values.dedup();
        assert_eq!(values.len(), OUTCOMES.len());
        assert_eq!(OUTCOMES[EXITS - 1].1, Outcome::ObsoleteProduct);
    }
}
