//! The policy: clock rules with their sources, who records what, regulator packs, the intake owner. Data, not code.
//!
//! The shipped policy is `policy/*.toml`; an organisation adopts another one by an event. A clock uses the policy that
//! was in force at the event that started it (domain.md, Clocks).

use crate::actor::Role;
use crate::canonical;
use crate::case::terms::Tier;
use crate::id::PersonId;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

/// What an organisation decided about clocks, roles and intake.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// Version of the policy, as its author names it.
    pub version: String,
    /// Who owns a case from the first second; `None` until set-up named somebody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intake_owner: Option<PersonId>,
    /// Clock rules.
    #[serde(rename = "rule")]
    pub rules: Vec<Rule>,
    /// Which role records which determination: any of the list.
    pub raci: BTreeMap<Duty, Vec<Role>>,
    /// Regulator packs; an empty list means that none applies.
    #[serde(rename = "regulator", default)]
    pub regulators: Vec<Regulator>,
}

/// One clock rule, with where it comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// Which clock.
    pub code: ClockCode,
    /// For this tier only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<Tier>,
    /// How long.
    pub within: Span,
    /// Clause, law or page.
    pub source: String,
    /// Date of that source.
    pub dated: Date,
}

/// One regulator clock (standards/07 §7.1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Regulator {
    /// Short name, for example `eu-cra-24h`.
    pub code: String,
    /// Which claims start it.
    pub on: Vec<Trigger>,
    /// How long.
    pub within: Span,
    /// Addressee.
    pub to: String,
    /// What is due.
    pub what: String,
    /// Law or guidance.
    pub source: String,
    /// Its date.
    pub dated: Date,
}

/// A claim that starts a regulator clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// Harm or possible harm.
    Harm,
    /// Active exploitation.
    Exploited,
}

/// A length of time in the unit in which the rule counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// Working days of the calendar, ending when the working day closes.
    BusinessDays(u16),
    /// Calendar days at the same wall-clock time in the organisation's zone.
    Days(u16),
    /// Elapsed hours.
    Hours(u16),
    /// Calendar months at the same wall-clock time.
    Months(u16),
}

impl std::fmt::Display for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (n, one, many) = match *self {
            Self::BusinessDays(n) => (n, "working day", "working days"),
            Self::Days(n) => (n, "day", "days"),
            Self::Hours(n) => (n, "hour", "hours"),
            Self::Months(n) => (n, "month", "months"),
        };
        write!(f, "{n} {}", if n == 1 { one } else { many })
    }
}

/// Which clock a rule drives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockCode {
    /// A person's first answer to a reporter.
    Acknowledge,
    /// The next update to a reporter, until analysis is complete.
    Update,
    /// The next update after that.
    UpdateLater,
    /// Review (9.3) complete.
    Review,
    /// Analysis (9.4) complete, by tier.
    Analysis,
    /// Resolution, by tier.
    Resolve,
    /// A reporter's chance to add information to an invalid report.
    InvalidWindow,
    /// A deferred case comes back.
    DeferredReturn,
    /// A report that no parser could read.
    Unreadable,
    /// A message of the reporter that nobody answered.
    UnansweredMessage,
    /// A dispute that nobody answered.
    Dispute,
    /// A notice counts as told when it did not bounce so long.
    Told,
    /// The end of an embargo (from the terms; no rule).
    EmbargoEnd,
    /// Attacks were seen under an embargo: decide.
    EmbargoAttack,
    /// A proposed closure waits for its approver.
    Approve,
    /// The findings of one run.
    Run,
    /// A fix reaches the field.
    Fielding,
    /// A regulator's clock; the pack's code is the rule.
    Regulator,
}

/// What the RACI table assigns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// Owners, titles, notes, messages, placing and setting aside, moving a case along.
    Handle,
    /// Determinations of 9.3.
    Review,
    /// Determinations of 9.4 in prose.
    Analysis,
    /// The CVSS score.
    Score,
    /// The status table.
    Status,
    /// ISO 14971 determinations.
    Safety,
    /// Determinations of 9.5.
    Addressing,
    /// The disclosure decision and advisories.
    Disclosure,
    /// That the resolution was verified.
    Verification,
    /// Whether it is a complaint.
    Complaint,
    /// Awareness and reportability.
    Awareness,
    /// Embargo terms.
    Embargo,
    /// Signing what others decided.
    Approve,
    /// People, products, policy, holds, erasure.
    Administer,
}

/// A promise for the public page: what happens next and by when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promises {
    /// A person answers within.
    pub acknowledge: Option<Span>,
    /// News at least every.
    pub update: Option<Span>,
    /// News later at least every.
    pub update_later: Option<Span>,
    /// An answer to a disagreement within.
    pub dispute: Option<Span>,
}

/// A policy file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("this policy cannot be used: {0}")]
pub struct BadPolicy(pub String);

#[derive(Deserialize)]
struct RaciFile {
    raci: BTreeMap<Duty, Vec<Role>>,
}

#[derive(Deserialize)]
struct RegulatorFile {
    #[serde(default)]
    regulator: Vec<Regulator>,
}

#[derive(Deserialize)]
struct ClockFile {
    version: String,
    rule: Vec<Rule>,
}

static SHIPPED: LazyLock<(Arc<Policy>, String)> = LazyLock::new(|| {
    let policy = Policy::from_toml(
        include_str!("../../../policy/clocks.toml"),
        include_str!("../../../policy/raci.toml"),
        include_str!("../../../policy/regulators.toml"),
    )
    .expect("the shipped policy is part of the program; a test reads it");
    let sha256 = policy.sha256();
    (Arc::new(policy), sha256)
});

impl Default for Policy {
    /// The shipped policy.
    fn default() -> Self {
        (*SHIPPED.0).clone()
    }
}

impl Policy {
    /// The shipped policy and its digest, without a copy.
    pub fn shipped() -> (&'static Arc<Policy>, &'static str) {
        (&SHIPPED.0, &SHIPPED.1)
    }

    /// Reads the three shipped files.
    ///
    /// # Errors
    /// [`BadPolicy`] in words.
    pub fn from_toml(clocks: &str, raci: &str, regulators: &str) -> Result<Self, BadPolicy> {
        let bad = |file: &str, e: toml::de::Error| BadPolicy(format!("{file}: {}", e.message()));
        let clocks: ClockFile = toml::from_str(clocks).map_err(|e| bad("clocks.toml", e))?;
        let raci: RaciFile = toml::from_str(raci).map_err(|e| bad("raci.toml", e))?;
        let regulators: RegulatorFile =
            toml::from_str(regulators).map_err(|e| bad("regulators.toml", e))?;
        let policy = Self {
            version: clocks.version,
            intake_owner: None,
            rules: clocks.rule,
            raci: raci.raci,
            regulators: regulators.regulator,
        };
        policy.check().map_err(BadPolicy)?;
        Ok(policy)
    }

    /// What must hold before a policy can be adopted.
    ///
    /// # Errors
    /// One sentence.
    pub fn check(&self) -> Result<(), String> {
        if self.rules.len() > 200 || self.regulators.len() > 200 {
            return Err("a policy has at most 200 clock rules and 200 regulator clocks".into());
        }
        // It is the body of one event, and a leaf is at most 65,535 bytes (architecture §5).
        let bytes = serde_json::to_vec(self).map_or(usize::MAX, |v| v.len());
        if bytes > 48_000 {
            return Err("this policy is too long: at most 48,000 bytes".into());
        }
        for duty in Duty::ALL {
            if self.raci.get(&duty).is_none_or(Vec::is_empty) {
                return Err(format!(
                    "nobody may do \"{}\": name at least one role",
                    duty.word()
                ));
            }
        }
        if self
            .raci
            .get(&Duty::Approve)
            .is_some_and(|r| r.contains(&Role::Auditor))
        {
            return Err("an auditor reads and does not sign".into());
        }
        for code in ClockCode::NEEDED {
            if self.rule(code, None).is_none() && self.rule(code, Some(Tier::Low)).is_none() {
                return Err(format!("the clock \"{}\" has no rule", code.word()));
            }
        }
        Ok(())
    }

    /// Lowercase hex SHA-256 of its canonical JSON.
    pub fn sha256(&self) -> String {
        canonical::digest_of(self)
    }

    /// The rule of a clock: the tier's own, else the one for any tier.
    pub fn rule(&self, code: ClockCode, tier: Option<Tier>) -> Option<&Rule> {
        let of = |t: Option<Tier>| self.rules.iter().find(|r| r.code == code && r.tier == t);
        tier.and_then(|t| of(Some(t))).or_else(|| of(None))
    }

    /// The roles that may do something.
    pub fn roles(&self, duty: Duty) -> &[Role] {
        self.raci.get(&duty).map_or(&[], Vec::as_slice)
    }

    /// Numbers for the public page.
    pub fn promises(&self) -> Promises {
        let within = |code| self.rule(code, None).map(|r| r.within);
        Promises {
            acknowledge: within(ClockCode::Acknowledge),
            update: within(ClockCode::Update),
            update_later: within(ClockCode::UpdateLater),
            dispute: within(ClockCode::Dispute),
        }
    }
}

impl ClockCode {
    /// Clocks that a policy cannot be without.
    pub const NEEDED: [Self; 12] = [
        Self::Acknowledge,
        Self::Update,
        Self::UpdateLater,
        Self::Review,
        Self::Analysis,
        Self::Resolve,
        Self::InvalidWindow,
        Self::DeferredReturn,
        Self::Unreadable,
        Self::UnansweredMessage,
        Self::Dispute,
        Self::Told,
    ];

    /// Plain word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Acknowledge => "first answer to the reporter",
            Self::Update => "next news to the reporter",
            Self::UpdateLater => "next news to the reporter",
            Self::Review => "review",
            Self::Analysis => "analysis",
            Self::Resolve => "resolution",
            Self::InvalidWindow => "time for the reporter to add information",
            Self::DeferredReturn => "return of a deferred case",
            Self::Unreadable => "a report that could not be read",
            Self::UnansweredMessage => "answer to the reporter's message",
            Self::Dispute => "answer to a disagreement",
            Self::Told => "the outcome counts as told",
            Self::EmbargoEnd => "end of the embargo",
            Self::EmbargoAttack => "attacks were seen: end or keep the embargo",
            Self::Approve => "a second person signs",
            Self::Run => "findings of a run",
            Self::Fielding => "the fix reaches the field",
            Self::Regulator => "regulator",
        }
    }
}

impl Duty {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Handle,
        Self::Review,
        Self::Analysis,
        Self::Score,
        Self::Status,
        Self::Safety,
        Self::Addressing,
        Self::Disclosure,
        Self::Verification,
        Self::Complaint,
        Self::Awareness,
        Self::Embargo,
        Self::Approve,
        Self::Administer,
    ];

    /// Plain word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Handle => "work a case",
            Self::Review => "record review determinations",
            Self::Analysis => "record analysis determinations",
            Self::Score => "score",
            Self::Status => "state the status of releases",
            Self::Safety => "assess safety",
            Self::Addressing => "decide how it is addressed",
            Self::Disclosure => "decide on disclosure",
            Self::Verification => "confirm that the resolution was verified",
            Self::Complaint => "decide whether it is a complaint",
            Self::Awareness => "decide on awareness and reportability",
            Self::Embargo => "agree an embargo",
            Self::Approve => "sign closures of others",
            Self::Administer => "administer people, products and policy",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_policy_reads_and_every_rule_names_its_source() {
        let policy = Policy::default();
        policy.check().expect("the shipped policy is usable");
        for rule in &policy.rules {
            assert!(rule.source.len() > 10, "{:?} names no source", rule.code);
        }
        assert_eq!(policy.sha256(), Policy::shipped().1);
    }

    #[test]
    fn a_policy_survives_its_own_json() {
        let policy = Policy::default();
        let json = serde_json::to_string(&policy).expect("json");
        let back: Policy = serde_json::from_str(&json).expect("back");
        assert_eq!(back, policy);
        assert_eq!(back.sha256(), policy.sha256());
    }

    #[test]
    fn a_policy_in_which_nobody_may_approve_is_refused() {
        let mut policy = Policy::default();
        policy.raci.insert(Duty::Approve, vec![]);
        assert!(policy.check().unwrap_err().contains("sign closures"));
    }
}
