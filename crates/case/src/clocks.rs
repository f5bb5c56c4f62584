//! Deadlines, derived from events and the policy in force when they happened; never stored as truth (domain.md, Clocks).

mod case;
mod report;

use crate::calendar::Calendar;
use crate::id::PersonId;
use crate::policy::{ClockCode, Policy, Span};
use crate::world::{Look, State};
use jiff::civil::Time;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

/// One deadline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deadline {
    /// Which clock.
    pub code: ClockCode,
    /// When it is due.
    pub due: Timestamp,
    /// The instant that started it.
    pub since: Timestamp,
    /// What has to happen, in a sentence.
    pub sentence: String,
    /// Where the rule comes from: clause, law or page, with the length.
    pub rule: String,
    /// Who has to do it, where that is one person.
    pub who: Option<PersonId>,
    /// A regulator's clock that nobody has confirmed yet.
    pub provisional: bool,
}

/// The deadlines of a report, a case or a run, soonest first. What a page shows first is `first()`.
pub fn clocks(state: &State, look: &dyn Look) -> Vec<Deadline> {
    let mut all = match state {
        State::Report(r) => report::clocks(r, look),
        State::Case(c) => case::clocks(c, look),
        State::Run(r) => report::run_clocks(r, look),
        State::Product(_) | State::Person(_) | State::Org(_) => vec![],
    };
    all.sort_by_key(|d| (d.due, d.code));
    all
}

/// When something that began at `from` is due.
///
/// Working days end when the working day closes, in the organisation's zone; days and months keep the wall-clock time
/// (a time that a clock change skips moves forward by the gap; a month without that day ends with its last); hours are elapsed time. Beyond the calendar's end
/// (year 9999) it is the end.
pub fn due(from: Timestamp, span: Span, calendar: &Calendar) -> Timestamp {
    let end = match span {
        Span::Hours(n) => from.checked_add(i64::from(n).hours()).ok(),
        Span::Days(n) => zoned_add(from, jiff::Span::new().days(i64::from(n)), calendar),
        Span::Months(n) => months(from, n, calendar),
        Span::BusinessDays(n) => business_days(from, n, calendar),
    };
    end.unwrap_or(Timestamp::MAX)
}

fn zoned_add(from: Timestamp, span: jiff::Span, calendar: &Calendar) -> Option<Timestamp> {
    Some(
        from.to_zoned_datetime(zone(calendar))
            .checked_add(span)
            .ok()?
            .timestamp(),
    )
}

/// A month without that day ends with its last day (as Regulation (EEC, Euratom) 1182/71 Article 3(2)(c) has it): were
/// the time of day kept, who begins a day later could be due some hours earlier.
fn months(from: Timestamp, n: u16, calendar: &Calendar) -> Option<Timestamp> {
    let start = from.to_zoned_datetime(zone(calendar));
    let end = start
        .checked_add(jiff::Span::new().months(i64::from(n)))
        .ok()?;
    if end.day() == start.day() {
        return Some(end.timestamp());
    }
    let last = end
        .date()
        .at(23, 59, 59, 0)
        .to_zoned_datetime(zone(calendar))
        .ok()?;
    Some(last.timestamp())
}

fn business_days(from: Timestamp, n: u16, calendar: &Calendar) -> Option<Timestamp> {
    let zone = zone(calendar);
    let mut date = from.to_zoned_datetime(zone.clone()).date();
    let mut left = n.max(1);
    // A calendar without a working day must not loop for ever: after ten years of days it counts calendar days.
    for _ in 0..3_660 {
        date = date.tomorrow().ok()?;
        let weekday = date.weekday().to_monday_one_offset().unsigned_abs();
        if calendar.weekdays.contains(&weekday) && !calendar.holidays.contains(&date) {
            left -= 1;
        }
        if left == 0 {
            return Some(
                date.to_datetime(closing(calendar))
                    .to_zoned_datetime(zone)
                    .ok()?
                    .timestamp(),
            );
        }
    }
    zoned_add(from, jiff::Span::new().days(i64::from(n)), calendar)
}

fn closing(calendar: &Calendar) -> Time {
    Time::strptime("%H:%M", &calendar.closes_at).unwrap_or(jiff::civil::time(17, 0, 0, 0))
}

/// The organisation's zone; UTC where the name is unknown (adopting such a calendar is refused).
pub fn zone(calendar: &Calendar) -> TimeZone {
    TimeZoneDatabase::bundled()
        .get(&calendar.zone)
        .unwrap_or(TimeZone::UTC)
}

/// A deadline by a rule of the policy that was in force at `since`.
fn by_rule(
    look: &dyn Look,
    code: ClockCode,
    tier: Option<crate::case::event::Tier>,
    since: Timestamp,
    sentence: impl Into<String>,
) -> Option<Deadline> {
    let policy: &Policy = look.org().policy_at(since);
    let rule = policy.rule(code, tier)?;
    Some(Deadline {
        code,
        due: due(since, rule.within, &look.org().calendar),
        since,
        sentence: sentence.into(),
        rule: format!("{} ({})", rule.within, rule.source),
        who: None,
        provisional: false,
    })
}
