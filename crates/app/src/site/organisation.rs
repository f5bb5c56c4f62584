//! The organisation as the public pages name it: its own words, the policy's promises, the process's address.

use crate::channels::form::FormLimits;
use crate::config::Config;
use crate::web::public::SiteFacts;
use crate::web::when::When;
use jiff::Timestamp;
use std::collections::BTreeMap;
use vulnerary_case::clocks::{due, zone};
use vulnerary_case::org::state::OrgState;
use vulnerary_case::policy::{ClockCode, Span};

/// Before anybody described the organisation.
const UNNAMED: &str = "Our organisation";

/// Facts before anything was read.
pub fn unknown(config: &Config) -> SiteFacts {
    facts(
        config,
        &OrgState::default(),
        &BTreeMap::new(),
        Timestamp::UNIX_EPOCH,
    )
}

/// Facts from the organisation's state and its opened description (`name`, `email`, `phone`, `emergency_phone`).
pub fn facts(
    config: &Config,
    org: &OrgState,
    text: &BTreeMap<String, String>,
    now: Timestamp,
) -> SiteFacts {
    let field = |name: &str| {
        text.get(name)
            .map(|t| t.trim().to_owned())
            .filter(|t| !t.is_empty())
    };
    let policy = org.policy();
    let within = |code| policy.rule(code, None).map(|r| r.within);
    let acknowledge = within(ClockCode::Acknowledge).unwrap_or(Span::BusinessDays(3));
    let acknowledge_by = (now > Timestamp::UNIX_EPOCH)
        .then(|| When::short(due(now, acknowledge, &org.calendar), &zone(&org.calendar)));
    let public_url = config
        .public_url
        .as_ref()
        .map(|u| u.trim_end_matches('/').to_owned());
    let local_trial = !public_url
        .as_deref()
        .is_some_and(|u| u.starts_with("https://"));
    let contacts = [
        field("email"),
        field("phone").map(|p| format!("tel:{}", p.replace(' ', ""))),
    ];
    SiteFacts {
        organisation: field("name").unwrap_or_else(|| UNNAMED.to_owned()),
        emergency_phone: field("emergency_phone"),
        contacts: contacts.into_iter().flatten().collect(),
        acknowledge_business_days: count(acknowledge),
        update_days: within(ClockCode::Update).map_or(14, count),
        disclosure_days: None,
        acknowledge_by,
        public_url,
        local_trial,
        limits: limits(config),
        languages: vec!["en".to_owned()],
    }
}

/// The number in a span, in its own unit.
fn count(span: Span) -> u32 {
    match span {
        Span::BusinessDays(n) | Span::Days(n) | Span::Hours(n) | Span::Months(n) => u32::from(n),
    }
}

/// The form's limits from the configuration.
pub fn limits(config: &Config) -> FormLimits {
    let set = &config.limits;
    FormLimits {
        total_bytes: set.total_bytes,
        files: set.files,
        fields: set.fields,
        field_bytes: set.field_bytes,
        ..FormLimits::default()
    }
}
