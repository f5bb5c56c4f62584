//! Instants in words: "in 2 days (Thu 26 Nov, 17:00 CET)", and the `<time>` element that carries them.

use jiff::{Timestamp, Unit, tz::TimeZone};
use maud::{Markup, Render, html};

/// An instant as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct When {
    /// RFC 3339, for `<time datetime>`.
    pub iso: String,
    /// What people read.
    pub words: String,
}

impl Render for When {
    fn render(&self) -> Markup {
        html! { time datetime=(self.iso) { (self.words) } }
    }
}

impl When {
    /// The full date and time: "Mon 23 Nov 2026, 18:05 CET".
    pub fn full(at: Timestamp, zone: &TimeZone) -> Self {
        Self::with(at, zone, "%a %-d %b %Y, %H:%M %Z")
    }

    /// To the second, for a receipt: "Mon 23 Nov 2026, 18:05:12 CET".
    pub fn exact(at: Timestamp, zone: &TimeZone) -> Self {
        Self::with(at, zone, "%a %-d %b %Y, %H:%M:%S %Z")
    }

    /// Without the year, for a history and a clock: "Thu 26 Nov, 17:00 CET".
    pub fn short(at: Timestamp, zone: &TimeZone) -> Self {
        Self::with(at, zone, "%a %-d %b, %H:%M %Z")
    }

    /// The day alone: "Thu 26 Nov 2026".
    pub fn day(at: Timestamp, zone: &TimeZone) -> Self {
        Self::with(at, zone, "%a %-d %b %Y")
    }

    /// A time to come or gone, with its distance: "in 2 days (Thu 26 Nov, 17:00 CET)".
    pub fn relative(at: Timestamp, now: Timestamp, zone: &TimeZone) -> Self {
        let short = Self::short(at, zone);
        Self {
            words: format!("{} ({})", distance(at, now, zone), short.words),
            iso: short.iso,
        }
    }

    fn with(at: Timestamp, zone: &TimeZone, format: &str) -> Self {
        let second = at.round(Unit::Second).unwrap_or(at);
        Self {
            iso: second.to_string(),
            words: at
                .to_zoned_datetime(zone.clone())
                .strftime(format)
                .to_string(),
        }
    }
}

/// How far `at` is from `now`, as people say it: days count by the calendar of `zone`, so that 17:00 tomorrow is
/// "tomorrow" even when it is 30 hours away.
pub fn distance(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let seconds = at.as_second() - now.as_second();
    let minutes = seconds.abs() / 60;
    let days = days_between(at, now, zone);
    let amount = if minutes < 1 {
        return if seconds >= 0 {
            "now".into()
        } else {
            "just now".into()
        };
    } else if minutes < 60 {
        plural(minutes, "minute")
    } else if days == 0 || minutes < 12 * 60 {
        plural(minutes / 60, "hour")
    } else if days == 1 {
        return "tomorrow".into();
    } else if days == -1 {
        return "yesterday".into();
    } else {
        plural(days.abs(), "day")
    };
    if seconds >= 0 {
        format!("in {amount}")
    } else {
        format!("{amount} ago")
    }
}

fn days_between(at: Timestamp, now: Timestamp, zone: &TimeZone) -> i64 {
    let date = |t: Timestamp| t.to_zoned_datetime(zone.clone()).date();
    // Years far apart cannot fail within jiff's range; a failure would only mean that no day is named.
    date(now)
        .until((Unit::Day, date(at)))
        .map_or(0, |span| i64::from(span.get_days()))
}

/// "1 day", "2 days".
pub fn plural(count: i64, noun: &str) -> String {
    if count == 1 {
        format!("1 {noun}")
    } else {
        format!("{count} {noun}s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_in_words() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let now: Timestamp = "2026-11-23T17:05:12Z".parse().unwrap();
        for (at, expect) in [
            ("2026-11-26T16:00:00Z", "in 3 days (Thu 26 Nov, 17:00 CET)"),
            ("2026-11-24T22:30:00Z", "tomorrow (Tue 24 Nov, 23:30 CET)"),
            ("2026-11-23T19:06:00Z", "in 2 hours (Mon 23 Nov, 20:06 CET)"),
            (
                "2026-11-23T17:06:13Z",
                "in 1 minute (Mon 23 Nov, 18:06 CET)",
            ),
            ("2026-11-23T17:05:12Z", "now (Mon 23 Nov, 18:05 CET)"),
            (
                "2026-11-23T14:05:12Z",
                "3 hours ago (Mon 23 Nov, 15:05 CET)",
            ),
            ("2026-11-22T04:00:00Z", "yesterday (Sun 22 Nov, 05:00 CET)"),
            (
                "2026-06-01T10:00:00Z",
                "175 days ago (Mon 1 Jun, 12:00 CEST)",
            ),
        ] {
            assert_eq!(
                When::relative(at.parse().unwrap(), now, &zone).words,
                expect,
                "{at}"
            );
        }
        assert_eq!(
            When::exact(now, &zone).words,
            "Mon 23 Nov 2026, 18:05:12 CET"
        );
        assert_eq!(When::exact(now, &zone).iso, "2026-11-23T17:05:12Z");
    }
}
