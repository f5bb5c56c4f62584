//! Working time: Monday to Friday without holidays in the organisation's zone; holidays are imported, never guessed.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The calendar in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// IANA zone, for example `Europe/Berlin`.
    pub zone: String,
    /// End of the working day, `HH:MM`: business-day deadlines fall then.
    pub closes_at: String,
    /// Working weekdays, 1 = Monday to 7 = Sunday.
    pub weekdays: Vec<u8>,
    /// Holidays.
    #[serde(default)]
    pub holidays: Vec<Date>,
}

impl Default for Calendar {
    fn default() -> Self {
        Self {
            zone: "UTC".into(),
            closes_at: "17:00".into(),
            weekdays: vec![1, 2, 3, 4, 5],
            holidays: vec![],
        }
    }
}

impl Calendar {
    /// What must hold before a calendar can be adopted.
    ///
    /// # Errors
    /// One sentence that says what to write instead.
    pub fn check(&self) -> Result<(), String> {
        if jiff::tz::TimeZoneDatabase::bundled()
            .get(&self.zone)
            .is_err()
        {
            return Err(
                "the time zone is not known: write it as Europe/Berlin or America/New_York".into(),
            );
        }
        if jiff::civil::Time::strptime("%H:%M", &self.closes_at).is_err() {
            return Err("write the end of the working day as 17:00".into());
        }
        if self.weekdays.is_empty() || self.weekdays.iter().any(|d| !(1..=7).contains(d)) {
            return Err("name at least one working day, 1 (Monday) to 7 (Sunday)".into());
        }
        if self.holidays.len() > 2_000 {
            return Err("a calendar has at most 2,000 holidays".into());
        }
        Ok(())
    }
}
