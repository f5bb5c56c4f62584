//! Which streams a decision looks at. Called in a loop: what was loaded may name more.

use crate::act::command::{
    BatchCommand, CaseCommand, Command, OnReceipt, OrgCommand, ReportCommand, RunCommand,
};
use crate::actor::Actor;
use crate::facts::Facts;
use crate::id::{CaseId, ReportId, StreamId};
use crate::world::World;

/// The streams that have to be loaded still; empty when [`super::decide`] can be called. A stream that does not exist is
/// put into the world as absent, so that the loop ends.
pub fn needs(command: &Command, facts: &Facts, world: &World) -> Vec<StreamId> {
    let mut want = Want {
        world,
        streams: vec![],
    };
    want.stream(StreamId::Org);
    if let Actor::Person(id) = facts.actor {
        want.stream(StreamId::Person(id));
    }
    match command {
        Command::Receive(r) => {
            if let OnReceipt::Open(open) = &r.then {
                open.product
                    .into_iter()
                    .for_each(|p| want.stream(StreamId::Product(p)));
            }
        }
        Command::Report { report, wish, .. } => want.report_wish(*report, wish),
        Command::Case { case, wish, .. } => want.case_wish(*case, wish),
        Command::Batch(BatchCommand::Each { cases, wishes }) => {
            for (case, _) in cases {
                wishes.iter().for_each(|wish| want.case_wish(*case, wish));
            }
        }
        Command::Batch(BatchCommand::Sign { cases, .. }) => {
            cases
                .iter()
                .for_each(|(case, _)| want.case_for_closing(*case));
        }
        Command::Run { run, wish } => {
            want.stream(StreamId::Run(*run));
            match wish {
                RunCommand::Record { report, .. } => want.stream(StreamId::Report(*report)),
                // The machine's report may be done with: all its cases were closed before.
                RunCommand::Applied { .. } => {
                    if let Some(run) = want.world.run(*run) {
                        want.report_and_its_cases(run.report);
                    }
                }
                RunCommand::SeeOccurrences { .. } => {}
            }
        }
        Command::Product { product, .. } => want.stream(StreamId::Product(*product)),
        Command::Org(OrgCommand::AdoptPolicy { policy }) => {
            policy
                .intake_owner
                .into_iter()
                .for_each(|p| want.stream(StreamId::Person(p)));
        }
        Command::Org(_) => {}
        Command::Person { person, .. } => {
            want.stream(StreamId::Person(*person));
            want.people();
        }
    }
    want.streams
}

struct Want<'a> {
    world: &'a World,
    streams: Vec<StreamId>,
}

impl Want<'_> {
    fn stream(&mut self, id: StreamId) {
        if !self.world.knows(&id) && !self.streams.contains(&id) {
            self.streams.push(id);
        }
    }

    /// Everybody, for "is there another who may sign". A maker has tens of people, not thousands.
    fn people(&mut self) {
        let people: Vec<_> = self.world.org().people.iter().copied().collect();
        people
            .into_iter()
            .for_each(|p| self.stream(StreamId::Person(p)));
    }

    fn report_and_its_cases(&mut self, id: ReportId) {
        self.stream(StreamId::Report(id));
        if let Some(report) = self.world.report(id) {
            report
                .cases
                .iter()
                .for_each(|c| self.stream(StreamId::Case(*c)));
        }
    }

    fn report_wish(&mut self, id: ReportId, wish: &ReportCommand) {
        self.stream(StreamId::Report(id));
        // Every case of the report, with what a closure record or a telling looks at. A machine's file is placed in
        // many cases, one wish each: those look at their own case only, and `Applied` looks at them all.
        let one = matches!(
            wish,
            ReportCommand::Open { .. }
                | ReportCommand::Place { .. }
                | ReportCommand::Read { .. }
                | ReportCommand::FindUnreadable { .. }
        );
        if let Some(report) = self.world.report(id).filter(|_| !one) {
            report
                .cases
                .clone()
                .into_iter()
                .for_each(|c| self.case_with_links(c));
        }
        match wish {
            ReportCommand::Open { open, .. } => {
                open.product
                    .into_iter()
                    .for_each(|p| self.stream(StreamId::Product(p)));
            }
            ReportCommand::Place { case, .. } => self.case_with_links(*case),
            ReportCommand::Move { from, to, .. } => {
                self.case_with_links(*from);
                self.case_with_links(*to);
            }
            ReportCommand::AnswerDispute { .. } => self.people(),
            _ => {}
        }
    }

    fn case_wish(&mut self, id: CaseId, wish: &CaseCommand) {
        match wish {
            CaseCommand::ApproveClosure { .. }
            | CaseCommand::LinkDuplicate { .. }
            | CaseCommand::Reopen { .. } => self.case_for_closing(id),
            _ => self.case_with_links(id),
        }
        match wish {
            CaseCommand::SetProduct { product } => self.stream(StreamId::Product(*product)),
            CaseCommand::StateStatus { rows, .. } => {
                rows.iter()
                    .for_each(|r| self.stream(StreamId::Product(r.product)));
            }
            CaseCommand::Assign { owner } => self.stream(StreamId::Person(*owner)),
            CaseCommand::ProposeDuplicate { root, .. }
            | CaseCommand::LinkDuplicate { root, .. }
            | CaseCommand::RefuseDuplicate { root, .. } => self.case_with_links(*root),
            CaseCommand::Split { into, reports, .. } => {
                into.product
                    .into_iter()
                    .for_each(|p| self.stream(StreamId::Product(p)));
                reports
                    .iter()
                    .for_each(|r| self.stream(StreamId::Report(*r)));
            }
            CaseCommand::ClaimAwareness { report, .. }
            | CaseCommand::WriteNotice { report, .. }
            | CaseCommand::AnswerInquiry { report, .. } => self.stream(StreamId::Report(*report)),
            _ => {}
        }
    }

    /// A case with its root or its duplicates, each with products and reports: what a closure record looks at. A
    /// duplicate may close in any act that settles its last gap.
    fn case_with_links(&mut self, id: CaseId) {
        for linked in self.linked(id) {
            self.case_one(linked);
        }
        if self.world.case(id).is_some_and(|c| c.duplicate.is_some()) {
            self.cases_of_reports(id);
        }
    }

    /// The same, and every other case of those reports: a report closes when all its cases are closed.
    fn case_for_closing(&mut self, id: CaseId) {
        self.case_with_links(id);
        for linked in self.linked(id) {
            self.cases_of_reports(linked);
        }
    }

    fn cases_of_reports(&mut self, id: CaseId) {
        let Some(case) = self.world.case(id) else {
            return;
        };
        for report in case.reports.clone() {
            if let Some(report) = self.world.report(report) {
                report
                    .cases
                    .iter()
                    .for_each(|c| self.stream(StreamId::Case(*c)));
            }
        }
    }

    fn linked(&self, id: CaseId) -> Vec<CaseId> {
        let mut all = vec![id];
        if let Some(case) = self.world.case(id) {
            all.extend(case.duplicates.iter().copied());
            all.extend(case.duplicate.as_ref().map(|d| d.root));
        }
        all
    }

    fn case_one(&mut self, id: CaseId) {
        self.stream(StreamId::Case(id));
        let Some(case) = self.world.case(id) else {
            return;
        };
        let products = case
            .product
            .into_iter()
            .chain(case.status.iter().map(|r| r.value.product));
        products.for_each(|p| self.stream(StreamId::Product(p)));
        case.reports
            .iter()
            .for_each(|r| self.stream(StreamId::Report(*r)));
    }
}
