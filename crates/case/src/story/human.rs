//! A person's report, from receipt to its closure.

use super::{Made, Stage, Team, case_id, message_id, opened, report_id};
use crate::act::{
    CaseCommand as C, Command, OnReceipt, OpenCase, ReceiveReport, ReportCommand as R,
};
use crate::actor::Actor;
use crate::case::event::{
    AddressingItem, Analysed, AnalysisItem, Disclosure, Justification, Lane, Outcome, Reviewed,
    Route, SafetyAssessed, SafetyScreen, Status, StatusRow, Tier,
};
use crate::id::{CaseId, PersonId, ReportId, StreamId};
use crate::refusal::Refusal;
use crate::report::event::{Answer, Claims, Purpose, ReporterKind};
use crate::source::{Channel, ReporterRole, Source, SourceState};
use crate::world::State;
use jiff::{SignedDuration, Timestamp};

/// How a person's report ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// An exit at review.
    Exit(Outcome),
    /// Fixed and disclosed.
    Fixed,
    /// Analysed, and nothing of ours is affected.
    NotAffected,
    /// The risk is accepted.
    RiskAccepted,
}

/// One report of a person.
#[derive(Clone, Debug)]
pub struct HumanReport {
    /// When it comes.
    pub at: Timestamp,
    /// The clause's letter.
    pub source: Source,
    /// How.
    pub channel: Channel,
    /// How the reporter can be answered.
    pub kind: ReporterKind,
    /// Claimed role.
    pub role: Option<ReporterRole>,
    /// What the reporter claims.
    pub claims: Claims,
    /// What the reporter wrote.
    pub words: &'static str,
    /// Severity in review.
    pub tier: Tier,
    /// Safety screen in review.
    pub safety: SafetyScreen,
    /// How it ends.
    pub ending: Ending,
}

/// The numbers of a report and its case in a story.
#[derive(Clone, Copy, Debug)]
pub struct Told {
    /// The report.
    pub report: ReportId,
    /// Its case.
    pub case: CaseId,
}

pub(super) struct Teller<'a> {
    pub stage: &'a mut dyn Stage,
    pub team: Team,
    pub now: Timestamp,
}

impl Teller<'_> {
    pub fn later(&mut self, hours: i64) {
        self.now += SignedDuration::from_hours(hours);
    }

    pub fn case(&mut self, by: PersonId, case: CaseId, wish: C) -> Result<(), Refusal> {
        let command = Command::Case {
            case,
            seen: None,
            wish,
        };
        self.stage
            .act(self.now, &Actor::Person(by), &command)
            .map(|_| ())
    }

    pub fn report(&mut self, by: PersonId, report: ReportId, wish: R) -> Result<(), Refusal> {
        let command = Command::Report {
            report,
            seen: None,
            wish,
        };
        self.stage
            .act(self.now, &Actor::Person(by), &command)
            .map(|_| ())
    }

    fn review(&mut self, case: CaseId, told: &HumanReport, applies: Answer) -> Result<(), Refusal> {
        let text = self
            .stage
            .seal("Read the report, tried it on the bench, asked the team of the product.");
        let reviewed = Reviewed {
            applicable: Some(applies),
            verifiable: Some(Answer::Yes),
            threats: Some(Answer::No),
            tier: Some(told.tier),
            safety_screen: Some(told.safety),
            harmed: Some(Answer::No),
            text: Some(text),
        };
        self.case(self.team.handler, case, C::Review(reviewed))
    }

    /// The regulatory role answers what a claim started.
    fn decline_awareness(&mut self, case: CaseId) -> Result<(), Refusal> {
        let claimed = match self.stage.state(&StreamId::Case(case)) {
            Some(State::Case(c)) => !c.awareness.claims.is_empty(),
            _ => false,
        };
        if !claimed {
            return Ok(());
        }
        let text = Some(
            self.stage
                .seal("No device was exploited and nobody was harmed: not reportable."),
        );
        self.case(self.team.regulatory, case, C::DeclineAwareness { text })
    }

    /// Proposes and has it signed by somebody who may.
    pub fn close(&mut self, case: CaseId, outcome: Outcome) -> Result<(), Refusal> {
        let reports = match self.stage.state(&StreamId::Case(case)) {
            Some(State::Case(c)) => c.reports.clone(),
            _ => vec![],
        };
        for report in reports {
            let text = self
                .stage
                .seal("What we found, what we did, and how to disagree.");
            self.case(self.team.handler, case, C::WriteNotice { report, text })?;
        }
        let text = Some(
            self.stage
                .seal("Everything that this outcome needs is recorded."),
        );
        self.case(self.team.handler, case, C::ProposeClosure { outcome, text })?;
        self.later(4);
        let digest = self.stage.closure_digest(case).unwrap_or_default();
        let name = "Marta Lindqvist".to_owned();
        let sign = C::ApproveClosure {
            digest,
            name,
            read: vec![],
            notices: vec![],
        };
        self.case(self.team.approver, case, sign)
    }

    fn analyse(&mut self, case: CaseId, made: &Made, told: &HumanReport) -> Result<(), Refusal> {
        let handler = self.team.handler;
        for item in [
            AnalysisItem::Impact,
            AnalysisItem::RootCause,
            AnalysisItem::RelatedIssues,
        ] {
            let text = Some(
                self.stage
                    .seal("Reproduced on release hardware; see the notes of the session."),
            );
            let cwe = if item == AnalysisItem::RootCause {
                vec![306]
            } else {
                vec![]
            };
            self.case(handler, case, C::Analyse(Analysed { item, cwe, text }))?;
        }
        let text = Some(self.stage.seal("Reachable from the hospital network only."));
        let vector = match told.tier {
            Tier::Low => "CVSS:3.1/AV:A/AC:H/PR:L/UI:R/S:U/C:L/I:N/A:N",
            Tier::Medium => "CVSS:3.1/AV:A/AC:L/PR:L/UI:N/S:U/C:L/I:L/A:N",
            Tier::High => "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:L/A:L",
            Tier::Critical => "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        };
        self.case(
            handler,
            case,
            C::Score {
                vector: vector.into(),
                text,
            },
        )?;
        let rows = made
            .releases
            .iter()
            .map(|release| self.row(made, *release, told.ending))
            .collect();
        let text = Some(
            self.stage
                .seal("Checked each release against the changed module."),
        );
        self.case(handler, case, C::StateStatus { rows, text })?;
        let text = Some(
            self.stage
                .seal("No hazardous situation follows from it; see hazard H-12."),
        );
        let safety = SafetyAssessed {
            harm: told.safety,
            severity: None,
            exploitability: Some(told.tier),
            controlled: Some(true),
            text,
        };
        self.case(self.team.safety, case, C::AssessSafety(safety))
    }

    fn row(&self, made: &Made, release: crate::id::ReleaseId, ending: Ending) -> StatusRow {
        let status = match ending {
            Ending::Fixed => Status::Fixed {},
            Ending::RiskAccepted => Status::Affected {
                plan: crate::case::event::Plan::RiskAccepted { until: None },
            },
            _ => Status::NotAffected {
                justification: Justification::VulnerableCodeNotInExecutePath,
            },
        };
        StatusRow {
            product: made.product,
            release,
            status,
            released: true,
            verified: true,
        }
    }

    fn address(&mut self, case: CaseId, ending: Ending) -> Result<Outcome, Refusal> {
        let handler = self.team.handler;
        let (route, outcome, disclosure) = match ending {
            Ending::Fixed => (
                Route::ChangeControl,
                Outcome::Fixed,
                Disclosure::PublicAdvisory,
            ),
            Ending::RiskAccepted => (
                Route::RiskAccepted,
                Outcome::RiskAccepted,
                Disclosure::NoDisclosure,
            ),
            _ => (
                Route::NothingToAddress,
                Outcome::NotAffected,
                Disclosure::NoDisclosure,
            ),
        };
        let text = Some(
            self.stage
                .seal("Decided in the weekly meeting; change 2026-114."),
        );
        self.case(handler, case, C::DecideRoute { route, text })?;
        for item in [
            AddressingItem::SiblingsSwept,
            AddressingItem::ThirdPartiesTold,
            AddressingItem::ResidualRisk,
        ] {
            let text = Some(self.stage.seal("Looked at; nothing further."));
            self.case(handler, case, C::PlanRemediation { item, text })?;
        }
        if route == Route::ChangeControl {
            self.later(24 * 20);
            let text = Some(
                self.stage
                    .seal("Test report TR-88: resolved, no new problem."),
            );
            self.case(self.team.developer, case, C::VerifyResolution { text })?;
            self.case(handler, case, C::FixDeployed { text: None })?;
        }
        let text = Some(self.stage.seal("Because of the impact and what remains."));
        self.case(
            handler,
            case,
            C::DecideDisclosure {
                decision: disclosure,
                text,
            },
        )?;
        if disclosure == Disclosure::PublicAdvisory {
            self.case(handler, case, C::PublishAdvisory { text: None })?;
        }
        let text = Some(
            self.stage
                .seal("Nobody complained of the product's performance."),
        );
        self.case(
            self.team.regulatory,
            case,
            C::DetermineComplaint {
                complaint: false,
                text,
            },
        )?;
        Ok(outcome)
    }
}

impl HumanReport {
    /// Receives it: one commit, three events.
    ///
    /// # Errors
    /// Where the stage refuses.
    pub fn receive(&self, stage: &mut dyn Stage) -> Result<Told, Refusal> {
        let report = report_id(stage);
        let case = case_id(stage);
        let objects = vec![stage.seal(self.words)];
        let receive = ReceiveReport {
            report,
            source: self.source,
            source_state: SourceState::Claimed,
            channel: self.channel,
            kind: self.kind,
            role: self.role,
            objects,
            happened_at: None,
            claims: self.claims,
            then: OnReceipt::Open(OpenCase {
                case,
                lane: Lane::H,
                product: None,
                group: None,
                title: None,
            }),
        };
        let command = Command::Receive(Box::new(receive));
        let events = stage.act(self.at, &Actor::Reporter(report), &command)?;
        debug_assert_eq!(opened(&events), Some(case));
        Ok(Told { report, case })
    }

    /// Plays the whole of it: receipt, acknowledgement, review, analysis, addressing, disclosure, closing, signing.
    ///
    /// # Errors
    /// Where the stage refuses: a story that the rules forbid is a defect of the story or of the rules.
    pub fn play(&self, stage: &mut dyn Stage, team: Team, made: &Made) -> Result<Told, Refusal> {
        let told = self.receive(stage)?;
        let mut t = Teller {
            stage,
            team,
            now: self.at,
        };
        t.later(20);
        let owned = matches!(t.stage.state(&StreamId::Case(told.case)), Some(State::Case(c)) if c.owner.is_some());
        if !owned {
            let owner = team.handler;
            t.case(owner, told.case, C::Assign { owner })?;
        }
        if self.kind != ReporterKind::NoReturnPath {
            let message = message_id(t.stage);
            let text = t
                .stage
                .seal("Thank you. We will review it and write again by Friday.");
            let wish = R::Write {
                message,
                purpose: Purpose::Acknowledgement,
                text,
            };
            t.report(team.handler, told.report, wish)?;
        }
        t.later(30);
        if let Ending::Exit(exit) = self.ending {
            t.review(told.case, self, Answer::No)?;
            t.decline_awareness(told.case)?;
            let text = Some(
                t.stage
                    .seal("It is about a product of another maker; here is their address."),
            );
            t.case(team.handler, told.case, C::Invalidate { exit, text })?;
            t.later(24 * 31);
            t.close(told.case, exit)?;
            return Ok(told);
        }
        t.case(
            team.handler,
            told.case,
            C::SetProduct {
                product: made.product,
            },
        )?;
        t.review(told.case, self, Answer::Yes)?;
        t.decline_awareness(told.case)?;
        t.case(team.handler, told.case, C::Validate { text: None })?;
        t.case(team.handler, told.case, C::Accept { text: None })?;
        t.later(24 * 5);
        t.analyse(told.case, made, self)?;
        let outcome = t.address(told.case, self.ending)?;
        t.close(told.case, outcome)?;
        Ok(told)
    }
}
