//! Machine findings, third-party matches and audit indicators: many, closed in batches.

use super::{Made, Stage, Team, case_id, report_id, run_id};
use crate::act::{
    BatchCommand, CaseCommand as C, Command, OnReceipt, OpenCase, ReceiveReport,
    ReportCommand as R, RunCommand,
};
use crate::actor::Actor;
use crate::case::event::{
    Analysed, AnalysisItem, Justification, Lane, Meaning, OccurrencesSeen, Outcome, Reviewed,
    Route, SafetyScreen, Status, StatusRow, Tier,
};
use crate::id::{CaseId, ReportId, RunId, StreamId};
use crate::refusal::Refusal;
use crate::report::event::{Answer, Claims, ReporterKind};
use crate::source::{Channel, Source, SourceState};
use crate::world::State;
use jiff::Timestamp;

/// A group of occurrences, a match or an indicator.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Lane M, T or A.
    pub lane: Lane,
    /// Who speaks.
    pub source: Source,
    /// How.
    pub channel: Channel,
}

/// What the team says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// An exit of review, with a reason.
    Rejected(Outcome),
    /// Not affected, row by row.
    NotAffected,
    /// An indicator that turned out to be nothing.
    Benign,
}

/// One run as it came: its report and its id.
#[derive(Clone, Copy, Debug)]
pub struct Came {
    /// The report.
    pub report: ReportId,
    /// The run.
    pub run: RunId,
}

impl Finding {
    /// A machine's file comes in and is recorded as a run.
    ///
    /// # Errors
    /// Where the stage refuses.
    pub fn come(&self, stage: &mut dyn Stage, at: Timestamp, made: &Made) -> Result<Came, Refusal> {
        let (report, run) = (report_id(stage), run_id(stage));
        let receive = ReceiveReport {
            report,
            source: self.source,
            source_state: SourceState::Assumed,
            channel: self.channel,
            kind: ReporterKind::Machine,
            role: None,
            objects: vec![stage.seal("a machine's file")],
            happened_at: None,
            claims: Claims::default(),
            then: OnReceipt::WaitForReading,
        };
        stage.act(at, &Actor::System, &Command::Receive(Box::new(receive)))?;
        let read = R::Read {
            format: "sarif-2.1.0@1".into(),
        };
        stage.act(
            at,
            &Actor::System,
            &Command::Report {
                report,
                seen: None,
                wish: read,
            },
        )?;
        let wish = RunCommand::Record {
            report,
            index: 0,
            text: stage.seal("a tool, its version, a branch"),
            lineage: crate::canonical::digest_of(&made.product),
            product: Some(made.product),
        };
        stage.act(at, &Actor::System, &Command::Run { run, wish })?;
        Ok(Came { report, run })
    }

    /// A new group of results of a run opens a case.
    ///
    /// # Errors
    /// Where the stage refuses.
    pub fn open(
        &self,
        stage: &mut dyn Stage,
        at: Timestamp,
        came: Came,
        made: &Made,
        count: u64,
    ) -> Result<CaseId, Refusal> {
        let case = case_id(stage);
        let group = Some(crate::canonical::digest_of(&case));
        let open = OpenCase {
            case,
            lane: self.lane,
            product: Some(made.product),
            group,
            title: None,
        };
        let wish = R::Open { open, text: None };
        stage.act(
            at,
            &Actor::System,
            &Command::Report {
                report: came.report,
                seen: None,
                wish,
            },
        )?;
        let seen = OccurrencesSeen {
            run: came.run,
            report: came.report,
            new: count,
            again: 0,
            no_longer_reported: 0,
        };
        see(stage, at, case, seen)?;
        Ok(case)
    }

    /// The same results again attach to the case.
    ///
    /// # Errors
    /// Where the stage refuses.
    pub fn again(
        stage: &mut dyn Stage,
        at: Timestamp,
        came: Came,
        case: CaseId,
        count: u64,
    ) -> Result<(), Refusal> {
        let wish = R::Place {
            case,
            question: false,
            text: None,
        };
        stage.act(
            at,
            &Actor::System,
            &Command::Report {
                report: came.report,
                seen: None,
                wish,
            },
        )?;
        let seen = OccurrencesSeen {
            run: came.run,
            report: came.report,
            new: 0,
            again: count,
            no_longer_reported: 0,
        };
        see(stage, at, case, seen)
    }

    /// Everything of the run is applied.
    ///
    /// # Errors
    /// Where the stage refuses.
    pub fn applied(
        stage: &mut dyn Stage,
        at: Timestamp,
        came: Came,
        opened: u64,
        attached: u64,
    ) -> Result<(), Refusal> {
        let wish = RunCommand::Applied { opened, attached };
        stage
            .act(
                at,
                &Actor::System,
                &Command::Run {
                    run: came.run,
                    wish,
                },
            )
            .map(|_| ())
    }
}

fn see(
    stage: &mut dyn Stage,
    at: Timestamp,
    case: CaseId,
    seen: OccurrencesSeen,
) -> Result<(), Refusal> {
    let wish = C::SeeOccurrences(seen);
    stage
        .act(
            at,
            &Actor::System,
            &Command::Case {
                case,
                seen: None,
                wish,
            },
        )
        .map(|_| ())
}

impl Verdict {
    /// The wishes that bring a case from review to a proposed closure: one batch act appends the intermediate events.
    pub fn wishes(self, stage: &mut dyn Stage, made: &Made) -> Vec<C> {
        let text = Some(stage.seal("Looked at as a group; the reason holds for every place."));
        let reviewed = Reviewed {
            applicable: Some(if self == Self::NotAffected {
                Answer::Yes
            } else {
                Answer::No
            }),
            verifiable: Some(Answer::Yes),
            threats: Some(Answer::No),
            tier: Some(Tier::Low),
            safety_screen: Some(SafetyScreen::No),
            harmed: Some(Answer::No),
            text: text.clone(),
        };
        let mut wishes = vec![C::Review(reviewed)];
        let rows = made
            .releases
            .iter()
            .map(|release| StatusRow {
                product: made.product,
                release: *release,
                status: Status::NotAffected {
                    justification: Justification::VulnerableCodeNotPresent,
                },
                released: true,
                verified: false,
            })
            .collect();
        let outcome = match self {
            Self::Rejected(exit) => {
                wishes.push(C::Invalidate {
                    exit,
                    text: text.clone(),
                });
                exit
            }
            Self::NotAffected => {
                wishes.extend([
                    C::Validate { text: None },
                    C::Accept { text: None },
                    C::StateStatus {
                        rows,
                        text: text.clone(),
                    },
                    C::DecideRoute {
                        route: Route::NothingToAddress,
                        text: text.clone(),
                    },
                ]);
                Outcome::NotAffected
            }
            Self::Benign => {
                wishes.extend([
                    C::Validate { text: None },
                    C::Accept { text: None },
                    C::Analyse(Analysed {
                        item: AnalysisItem::Impact,
                        cwe: vec![],
                        text: text.clone(),
                    }),
                ]);
                Outcome::Benign
            }
        };
        wishes.push(C::ProposeClosure { outcome, text });
        wishes
    }

    /// Brings many cases to a proposed closure in one act, and signs them in another: one signature.
    ///
    /// # Errors
    /// Where the stage refuses the whole of it.
    pub fn close_all(
        self,
        stage: &mut dyn Stage,
        at: Timestamp,
        team: Team,
        made: &Made,
        cases: &[CaseId],
    ) -> Result<(), Refusal> {
        let wishes = self.wishes(stage, made);
        for some in cases.chunks(300) {
            let each = BatchCommand::Each {
                cases: some.iter().map(|c| (*c, None)).collect(),
                wishes: wishes.clone(),
            };
            stage.act(at, &Actor::Person(team.handler), &Command::Batch(each))?;
        }
        let digests = cases.iter().filter_map(|c| {
            let State::Case(state) = stage.state(&StreamId::Case(*c))? else {
                return None;
            };
            Some((*c, state.proposal.as_ref()?.digest.clone()))
        });
        let sign = BatchCommand::Sign {
            cases: digests.collect(),
            name: "Marta Lindqvist".into(),
            meaning: Meaning::BatchApproval,
        };
        stage
            .act(at, &Actor::Person(team.approver), &Command::Batch(sign))
            .map(|_| ())
    }
}
