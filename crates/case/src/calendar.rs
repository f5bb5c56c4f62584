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
        Self { zone: "UTC".into(), closes_at: "17:00".into(), weekdays: vec![1, 2, 3, 4, 5], holidays: vec![] }
    }
}
