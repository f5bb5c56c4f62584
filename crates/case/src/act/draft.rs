//! A decision in the making: events are folded at once, on copies, so that the world stays as it is.

use crate::act::Decision;
use crate::actor::{Actor, Role};
use crate::case::event::CaseEvent;
use crate::case::state::CaseState;
use crate::event::Event;
use crate::facts::Facts;
use crate::id::{CaseId, PersonId, ReportId, StreamId};
use crate::org::event::OrgEvent;
use crate::org::state::OrgState;
use crate::policy::Duty;
use crate::react::Effect;
use crate::refusal::Refusal;
use crate::report::event::ReportEvent;
use crate::report::state::ReportState;
use crate::world::{Look, Meta, State};
use std::collections::BTreeMap;

/// No decision makes more events than this; a store applies longer lists in parts.
const MOST_EVENTS: usize = 4_096;

pub(crate) struct Draft<'a> {
    base: &'a dyn Look,
    pub(crate) facts: &'a Facts,
    meta: Meta,
    over: BTreeMap<StreamId, State>,
    events: Vec<(StreamId, Event)>,
    jobs: Vec<Effect>,
    dropped: Vec<(CaseId, Refusal)>,
    reports_numbered: u32,
    cases_numbered: u32,
    broken: bool,
}

impl Look for Draft<'_> {
    fn state(&self, stream: &StreamId) -> Option<&State> {
        self.over.get(stream).or_else(|| self.base.state(stream))
    }

    fn org(&self) -> &OrgState {
        match self.over.get(&StreamId::Org) {
            Some(State::Org(org)) => org,
            _ => self.base.org(),
        }
    }
}

/// What of a draft is merged into the draft below it.
pub(crate) struct Part {
    over: BTreeMap<StreamId, State>,
    events: Vec<(StreamId, Event)>,
    jobs: Vec<Effect>,
    reports_numbered: u32,
    cases_numbered: u32,
}

impl<'a> Draft<'a> {
    pub(crate) fn new(base: &'a dyn Look, facts: &'a Facts) -> Self {
        Self {
            base,
            facts,
            meta: Meta {
                at: facts.now,
                actor: facts.actor.clone(),
                act: facts.act,
            },
            over: BTreeMap::new(),
            events: Vec::with_capacity(4),
            jobs: vec![],
            dropped: vec![],
            reports_numbered: 0,
            cases_numbered: 0,
            broken: false,
        }
    }

    /// Decides a part on its own: all of it or nothing of it.
    pub(crate) fn part(
        &self,
        f: impl FnOnce(&mut Draft<'_>) -> Result<(), Refusal>,
    ) -> Result<Part, Refusal> {
        let mut inner = Draft::new(self, self.facts);
        inner.reports_numbered = self.reports_numbered;
        inner.cases_numbered = self.cases_numbered;
        f(&mut inner)?;
        Ok(Part {
            over: inner.over,
            events: inner.events,
            jobs: inner.jobs,
            reports_numbered: inner.reports_numbered,
            cases_numbered: inner.cases_numbered,
        })
    }

    pub(crate) fn merge(&mut self, part: Part) {
        self.over.extend(part.over);
        self.events.extend(part.events);
        self.jobs.extend(part.jobs);
        self.reports_numbered = part.reports_numbered;
        self.cases_numbered = part.cases_numbered;
    }

    pub(crate) fn drop_case(&mut self, case: CaseId, why: Refusal) {
        self.dropped.push((case, why));
    }

    pub(crate) fn into_decision(self) -> Decision {
        let mut jobs = self.jobs;
        jobs.dedup();
        Decision {
            events: self.events,
            jobs,
            dropped: self.dropped,
        }
    }

    pub(crate) fn events_so_far(&self) -> usize {
        self.events.len()
    }

    /// Adds an event and folds it.
    pub(crate) fn push(&mut self, stream: StreamId, event: Event) {
        let before = self.over.remove(&stream).or_else(|| match stream {
            StreamId::Org => Some(State::Org(std::sync::Arc::new(self.base.org().clone()))),
            _ => self.base.state(&stream).cloned(),
        });
        match State::fold(before, &stream, &event, &self.meta) {
            Ok(next) => {
                self.over.insert(stream, next);
            }
            // Only a defect of this crate can come here; `done` turns it into a refusal instead of a broken record.
            Err(_) => self.broken = true,
        }
        self.events.push((stream, event));
    }

    pub(crate) fn case_event(&mut self, case: CaseId, event: CaseEvent) {
        self.push(StreamId::Case(case), Event::Case(event));
    }

    pub(crate) fn report_event(&mut self, report: ReportId, event: ReportEvent) {
        self.push(StreamId::Report(report), Event::Report(event));
    }

    pub(crate) fn org_event(&mut self, event: OrgEvent) {
        self.push(StreamId::Org, Event::Org(event));
    }

    pub(crate) fn job(&mut self, effect: Effect) {
        if !self.jobs.contains(&effect) {
            self.jobs.push(effect);
        }
    }

    /// The case, or "nothing here".
    pub(crate) fn the_case(&self, id: CaseId) -> Result<&CaseState, Refusal> {
        self.case(id).ok_or(Refusal::NotFound)
    }

    /// The report, or "nothing here".
    pub(crate) fn the_report(&self, id: ReportId) -> Result<&ReportState, Refusal> {
        self.report(id).ok_or(Refusal::NotFound)
    }

    pub(crate) fn next_report_number(&mut self) -> Result<String, Refusal> {
        let numbers = &self.facts.numbers;
        let ahead = numbers.next_report.saturating_add(self.reports_numbered);
        self.reports_numbered += 1;
        crate::number::format(&numbers.key, crate::number::Kind::Report, ahead)
            .ok_or_else(no_numbers)
    }

    pub(crate) fn next_case_number(&mut self) -> Result<String, Refusal> {
        let number = self
            .facts
            .numbers
            .case(self.cases_numbered)
            .ok_or_else(no_numbers)?;
        self.cases_numbered += 1;
        Ok(number)
    }

    /// The acting person, active and holding a role that the policy's RACI table names for this duty.
    pub(crate) fn require(&self, duty: Duty) -> Result<PersonId, Refusal> {
        let roles = self.org().policy().roles(duty);
        let first = roles.first().copied().unwrap_or(Role::Administrator);
        let Actor::Person(id) = self.facts.actor else {
            return Err(Refusal::NeedsRole(first));
        };
        match self.person(id) {
            Some(person) if person.has_any(roles) => Ok(id),
            _ => Err(Refusal::NeedsRole(first)),
        }
    }

    /// A machine of ours (a rule, a token, the software), or a person with the role.
    pub(crate) fn machine_or(&self, duty: Duty) -> Result<(), Refusal> {
        match self.facts.actor {
            Actor::Rule(..) | Actor::Token(_) | Actor::System => Ok(()),
            Actor::Person(_) | Actor::Reporter(_) => self.require(duty).map(|_| ()),
        }
    }

    /// The software itself, or a person with the role.
    pub(crate) fn system_or(&self, duty: Duty) -> Result<(), Refusal> {
        match self.facts.actor {
            Actor::System => Ok(()),
            _ => self.require(duty).map(|_| ()),
        }
    }

    /// A person who acts must be active, whatever they do.
    pub(crate) fn active_if_person(&self) -> Result<(), Refusal> {
        match self.facts.actor {
            Actor::Person(id) if !self.person(id).is_some_and(|p| p.active) => {
                Err(Refusal::NeedsRole(Role::Reporter))
            }
            _ => Ok(()),
        }
    }

    /// Limits and soundness, before anything is handed out.
    pub(crate) fn done(&self) -> Result<(), Refusal> {
        if self.broken {
            return Err(Refusal::Limit(
                "This cannot be done because of a defect of this software. Nothing was written. Please report it."
                    .into(),
            ));
        }
        if self.events.len() > MOST_EVENTS {
            return Err(Refusal::Limit(format!(
                "This would touch too much at once ({} changes; at most {MOST_EVENTS}). Choose fewer cases.",
                self.events.len()
            )));
        }
        Ok(())
    }
}

fn no_numbers() -> Refusal {
    Refusal::Limit("All numbers of this installation are used up.".into())
}

/// "Conflict" means only this: the form shows an older version than the record has.
pub(crate) fn same_version(seen: Option<u64>, now: u64) -> Result<(), Refusal> {
    match seen {
        Some(seen) if seen != now => Err(Refusal::Changed { seen, now }),
        _ => Ok(()),
    }
}

/// A determination without a rationale is none.
pub(crate) fn rationale<T>(text: Option<&T>) -> Result<(), Refusal> {
    text.map(|_| ()).ok_or(Refusal::RationaleMissing)
}
