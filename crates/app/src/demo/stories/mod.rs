//! The stories of the demonstration, by source: some closed, some under way, one that came today. Days count from the
//! beginning, [`DAYS`] ago.

mod developers;
mod researchers;
mod testers;
mod users;

use super::pages::Fields;
use super::play::Story;

/// How far back the demonstration begins.
pub const DAYS: i64 = 200;

/// All of them.
pub const STORIES: [Story; 10] = [
    researchers::UNSIGNED_UPDATE,
    users::SERVICE_PASSWORD,
    testers::TEST_KEY,
    developers::TOKENS_IN_THE_LOG,
    researchers::COMPANY_MAIL,
    researchers::ADVERTISEMENT,
    users::PUMP_STOPS,
    testers::NIGHTLY_RUN,
    developers::DEBUG_PORT,
    researchers::THIS_MORNING,
];

const ACKNOWLEDGED: Fields<'static> = &[(
    "message",
    "Thank you for your report. We are looking at it, and write again within two weeks.",
)];
const GATEWAY: Fields<'static> = &[("product", "IS-200 gateway")];
const PUMP: Fields<'static> = &[("product", "IS-200 pump")];
const NO_COMPLAINT: Fields<'static> = &[
    ("complaint", "no"),
    ("why", "No device failed at a customer."),
];

/// Review of something that is ours, was seen, and has harmed nobody.
const OURS: Fields<'static> = &[
    ("applicable", "yes"),
    (
        "applicable_why",
        "Seen on the bench unit, with the shipped release.",
    ),
    ("verifiable", "yes"),
    ("verifiable_why", "With the steps of the report."),
    ("threats", "yes"),
    (
        "threats_why",
        "T-14 of the threat model: whoever stands at the device.",
    ),
    ("tier", "high"),
    ("safety_screen", "no"),
    ("safety_screen_why", "The pump goes on without the gateway."),
    ("harmed", "no"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::maker::Who::Bogdan;
    use crate::demo::play::Does::{self, Case, Signs};

    #[test]
    fn days_do_not_go_back_and_end_before_now() {
        for story in STORIES {
            let mut day = story.day;
            for (then, does) in story.then {
                assert!(*then >= day && i64::from(*then) < DAYS, "{then}: {does:?}");
                day = *then;
            }
            let signs =
                |d: &Does| matches!(d, Case(who, "approve", _) | Signs(who) if *who != Bogdan);
            assert!(
                !story.then.iter().any(|(_, d)| signs(d)),
                "Bogdan signs, and proposes nothing"
            );
        }
    }
}
