//! A year of a team of five: two products, four release gates (domain.md, Lanes).

use super::{
    Came, Ending, Finding, HumanReport, Made, Rng, Stage, Team, Verdict, message_id, product_id,
    release_id, report_id,
};
use crate::act::{
    Command, OnReceipt, OrgCommand, ProductCommand as P, ReceiveReport, ReportCommand as R,
};
use crate::actor::Actor;
use crate::case::event::{Lane, Outcome, SafetyScreen, Tier};
use crate::id::{CaseId, ReportId};
use crate::refusal::Refusal;
use crate::report::event::{Answer, Claims, Purpose, ReporterKind, SetAsideCode};
use crate::source::{Channel, ReporterRole, Source, SourceState};
use jiff::{SignedDuration, Timestamp};

/// What happens in a year. The default is domain.md's.
#[derive(Clone, Debug)]
pub struct Year {
    /// Same seed, same year.
    pub seed: u64,
    /// When it begins.
    pub begins: Timestamp,
    /// Reports of people.
    pub humans: u64,
    /// Runs of tools.
    pub runs: u64,
    /// Results over all runs.
    pub results: u64,
    /// Groups of results (cases) over the year, for each product.
    pub groups: u64,
    /// Matches of third-party vulnerabilities.
    pub matches: u64,
    /// Audit indicators.
    pub indicators: u64,
    /// Junk mails, set aside by a rule.
    pub junk: u64,
    /// Questions, answered and set aside by a person.
    pub questions: u64,
}

impl Default for Year {
    fn default() -> Self {
        Self {
            seed: 1,
            begins: Timestamp::constant(1_767_571_200, 0),
            humans: 60,
            runs: 200,
            results: 12_000,
            groups: 30,
            matches: 3_000,
            indicators: 40,
            junk: 4_000,
            questions: 150,
        }
    }
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Cases that were opened.
    pub cases: Vec<CaseId>,
    /// Reports that were received.
    pub reports: u64,
    /// Reports set aside.
    pub set_aside: u64,
    /// The team.
    pub team: Option<Team>,
    /// The products.
    pub products: Vec<Made>,
}

const DAY: SignedDuration = SignedDuration::from_hours(24);

impl Year {
    /// Sets the maker up: people, products, releases, policy.
    ///
    /// # Errors
    /// Where the stage refuses.
    pub fn set_up(&self, stage: &mut dyn Stage) -> Result<(Team, Vec<Made>), Refusal> {
        let at = self.begins;
        let team = Team::hire(stage, at)?;
        let admin = Actor::Person(team.handler);
        let policy = crate::policy::Policy {
            intake_owner: Some(team.handler),
            ..Default::default()
        };
        stage.act(
            at,
            &admin,
            &Command::Org(OrgCommand::AdoptPolicy {
                policy: Box::new(policy),
            }),
        )?;
        let mut made = vec![];
        for (name, versions) in [
            ("Calyx Infusion Pump", ["4.2", "5.0"]),
            ("Meridian Viewer", ["11", "12"]),
        ] {
            let product = product_id(stage);
            let mut act = |wish| {
                stage
                    .act(at, &admin, &Command::Product { product, wish })
                    .map(|_| ())
            };
            act(P::Add { name: name.into() })?;
            made.push(Made {
                product,
                releases: vec![],
            });
            for version in versions {
                let release = release_id(stage);
                let mut act = |wish| {
                    stage
                        .act(at, &admin, &Command::Product { product, wish })
                        .map(|_| ())
                };
                act(P::AddRelease {
                    release,
                    version: version.into(),
                    class: None,
                })?;
                act(P::ShipRelease {
                    release,
                    happened_at: None,
                })?;
                if let Some(last) = made.last_mut() {
                    last.releases.push(release);
                }
            }
        }
        Ok((team, made))
    }

    /// Plays the year.
    ///
    /// # Errors
    /// Where the stage refuses.
    pub fn play(&self, stage: &mut dyn Stage) -> Result<Tally, Refusal> {
        let (team, products) = self.set_up(stage)?;
        let mut tally = Tally {
            team: Some(team),
            products: products.clone(),
            ..Tally::default()
        };
        let mut rng = Rng::new(self.seed);
        for month in 0..12_u64 {
            let at = self.begins + DAY * i32::try_from(month * 30).unwrap_or(0);
            self.people(stage, at, month, team, &products, &mut rng, &mut tally)?;
            self.machines(stage, at, month, team, &products, &mut rng, &mut tally)?;
            self.matches(stage, at, month, team, &products, &mut tally)?;
            self.indicators(stage, at, month, team, &products, &mut tally)?;
            self.aside(stage, at, month, team, &mut tally)?;
        }
        for (i, made) in products.iter().enumerate() {
            let at = self.begins + DAY * (361 + i32::try_from(i).unwrap_or(0));
            for release in &made.releases {
                let digest = crate::canonical::digest_of(release);
                let wish = P::SignGate {
                    release: *release,
                    name: "Marta Lindqvist".into(),
                    digest,
                    text: None,
                };
                stage.act(
                    at,
                    &Actor::Person(team.approver),
                    &Command::Product {
                        product: made.product,
                        wish,
                    },
                )?;
            }
        }
        Ok(tally)
    }

    /// This month's part of a yearly number.
    fn share(total: u64, month: u64) -> u64 {
        total * (month + 1) / 12 - total * month / 12
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "a month of a story has these parts"
    )]
    fn people(
        &self,
        stage: &mut dyn Stage,
        at: Timestamp,
        month: u64,
        team: Team,
        products: &[Made],
        rng: &mut Rng,
        tally: &mut Tally,
    ) -> Result<(), Refusal> {
        for _ in 0..Self::share(self.humans, month) {
            let human = person_report(at, rng);
            let Some(made) = rng.one(products) else {
                return Ok(());
            };
            let told = human.play(stage, team, made)?;
            tally.cases.push(told.case);
            tally.reports += 1;
        }
        Ok(())
    }

    /// One batch a product and month: what is new is decided as groups, the same results again attach.
    #[expect(
        clippy::too_many_arguments,
        reason = "a month of a story has these parts"
    )]
    fn machines(
        &self,
        stage: &mut dyn Stage,
        at: Timestamp,
        month: u64,
        team: Team,
        products: &[Made],
        rng: &mut Rng,
        tally: &mut Tally,
    ) -> Result<(), Refusal> {
        let finding = Finding {
            lane: Lane::M,
            source: Source::A,
            channel: Channel::Upload,
        };
        let each = self.results / self.runs.max(1);
        for made in products {
            let runs = Self::share(self.runs / products.len().max(1) as u64, month);
            let new_groups = Self::share(self.groups, month);
            let mut open: Vec<CaseId> = vec![];
            for run in 0..runs {
                let came: Came = finding.come(stage, at, made)?;
                tally.reports += 1;
                let (mut opened, mut attached) = (0, 0);
                if run == 0 {
                    for _ in 0..new_groups {
                        open.push(finding.open(stage, at, came, made, each / new_groups.max(1))?);
                        opened += 1;
                    }
                } else if let Some(case) = rng.one(&open) {
                    Finding::again(stage, at, came, *case, each)?;
                    attached += 1;
                }
                Finding::applied(stage, at, came, opened, attached)?;
            }
            if !open.is_empty() {
                Verdict::Rejected(Outcome::NotApplicable).close_all(
                    stage,
                    at + DAY * 20,
                    team,
                    made,
                    &open,
                )?;
                tally.cases.extend(open);
            }
        }
        Ok(())
    }

    /// Matches come in all month; one batch signature a product and month.
    fn matches(
        &self,
        stage: &mut dyn Stage,
        at: Timestamp,
        month: u64,
        team: Team,
        products: &[Made],
        tally: &mut Tally,
    ) -> Result<(), Refusal> {
        let finding = Finding {
            lane: Lane::T,
            source: Source::G,
            channel: Channel::Poll,
        };
        let count = Self::share(self.matches, month) / products.len().max(1) as u64;
        for made in products {
            let came = finding.come(stage, at, made)?;
            tally.reports += 1;
            let mut open = vec![];
            for _ in 0..count {
                open.push(finding.open(stage, at, came, made, 1)?);
            }
            Finding::applied(stage, at, came, count, 0)?;
            if !open.is_empty() {
                Verdict::NotAffected.close_all(stage, at + DAY * 5, team, made, &open)?;
                tally.cases.extend(open);
            }
        }
        Ok(())
    }

    fn indicators(
        &self,
        stage: &mut dyn Stage,
        at: Timestamp,
        month: u64,
        team: Team,
        products: &[Made],
        tally: &mut Tally,
    ) -> Result<(), Refusal> {
        let finding = Finding {
            lane: Lane::A,
            source: Source::E,
            channel: Channel::Syslog,
        };
        for (i, made) in products.iter().enumerate() {
            let halves = Self::share(self.indicators, month);
            let count = if i == 0 {
                halves - halves / 2
            } else {
                halves / 2
            };
            let came = finding.come(stage, at, made)?;
            tally.reports += 1;
            let mut open = vec![];
            for _ in 0..count {
                open.push(finding.open(stage, at, came, made, 3)?);
            }
            Finding::applied(stage, at, came, count, 0)?;
            if !open.is_empty() {
                Verdict::Benign.close_all(stage, at + DAY * 25, team, made, &open)?;
                tally.cases.extend(open);
            }
        }
        Ok(())
    }

    /// Junk by a rule, questions by a person; then the monthly list, signed once after a second person read a sample.
    fn aside(
        &self,
        stage: &mut dyn Stage,
        at: Timestamp,
        month: u64,
        team: Team,
        tally: &mut Tally,
    ) -> Result<(), Refusal> {
        let junk = Self::share(self.junk, month);
        let questions = Self::share(self.questions, month);
        let mut listed: Vec<ReportId> = vec![];
        for i in 0..junk + questions {
            let report = report_id(stage);
            let rule = OnReceipt::SetAside {
                code: SetAsideCode::Spam,
                rule: "mail-junk@1".into(),
            };
            let receive = ReceiveReport {
                report,
                source: Source::F,
                source_state: SourceState::Assumed,
                channel: Channel::Mail,
                kind: ReporterKind::Person,
                role: None,
                objects: vec![stage.seal("a mail")],
                happened_at: None,
                claims: Claims::default(),
                then: if i < junk {
                    rule
                } else {
                    OnReceipt::WaitForReading
                },
            };
            stage.act(at, &Actor::System, &Command::Receive(Box::new(receive)))?;
            if i >= junk {
                self.answer_question(stage, at, team, report)?;
            }
            listed.push(report);
        }
        tally.reports += junk + questions;
        tally.set_aside += junk + questions;
        let sample = usize::try_from(crate::act::sample_size(listed.len() as u64)).unwrap_or(0);
        let digest = crate::canonical::digest_of(&listed);
        let read = listed.into_iter().take(sample).collect();
        let wish = OrgCommand::SignMonthlyList {
            month: format!("2026-{:02}", month + 1),
            name: "Claire Dubois".into(),
            digest,
            listed: junk + questions,
            read,
            list: None,
        };
        stage
            .act(
                at + DAY * 28,
                &Actor::Person(team.regulatory),
                &Command::Org(wish),
            )
            .map(|_| ())
    }

    fn answer_question(
        &self,
        stage: &mut dyn Stage,
        at: Timestamp,
        team: Team,
        report: ReportId,
    ) -> Result<(), Refusal> {
        let handler = Actor::Person(team.handler);
        let message = message_id(stage);
        let text = stage.seal("The manual has it on page 12.");
        let wish = R::Write {
            message,
            purpose: Purpose::Acknowledgement,
            text,
        };
        stage.act(
            at,
            &handler,
            &Command::Report {
                report,
                seen: None,
                wish,
            },
        )?;
        let text = Some(stage.seal("A question about use, answered."));
        let wish = R::SetAside {
            code: SetAsideCode::QuestionAnswered,
            rule: None,
            text,
        };
        stage
            .act(
                at,
                &handler,
                &Command::Report {
                    report,
                    seen: None,
                    wish,
                },
            )
            .map(|_| ())
    }
}

const WORDS: [&str; 6] = [
    "The service port answers without a password when the maintenance cable is plugged in.",
    "Patient names appear in the diagnostic log that is sent to support.",
    "A crafted DICOM file makes the viewer stop.",
    "The update is accepted although its signature is from another product line.",
    "I can log in with the default account from the manual.",
    "The web interface shows other wards when I change the number in the address.",
];

fn person_report(at: Timestamp, rng: &mut Rng) -> HumanReport {
    let exits = [
        Outcome::NotSecurity,
        Outcome::OtherVendor,
        Outcome::NotVerifiable,
        Outcome::NotApplicable,
    ];
    let ending = match rng.under(10) {
        0..=3 => Ending::Exit(rng.one(&exits).copied().unwrap_or(Outcome::NotSecurity)),
        4..=7 => Ending::Fixed,
        8 => Ending::NotAffected,
        _ => Ending::RiskAccepted,
    };
    let sources = [
        (Source::F, ReporterRole::Researcher),
        (Source::D, ReporterRole::Administrator),
        (Source::C, ReporterRole::Developer),
    ];
    let (source, role) = rng
        .one(&sources)
        .copied()
        .unwrap_or((Source::F, ReporterRole::Researcher));
    let kind = match source {
        Source::C => ReporterKind::Staff,
        _ if rng.chance(40) => ReporterKind::Anonymous,
        _ => ReporterKind::Person,
    };
    let exploited = rng.chance(10).then_some(Answer::Yes);
    let exit = matches!(ending, Ending::Exit(_));
    HumanReport {
        at: at + SignedDuration::from_hours(i64::try_from(rng.under(500)).unwrap_or(0)),
        source,
        channel: if source == Source::C {
            Channel::Desk
        } else {
            Channel::Form
        },
        kind,
        role: Some(role),
        claims: Claims {
            exploited,
            ..Claims::default()
        },
        words: rng.one(&WORDS).copied().unwrap_or(WORDS[0]),
        tier: if exit {
            Tier::Low
        } else {
            rng.one(&[Tier::Low, Tier::Medium, Tier::High, Tier::Critical])
                .copied()
                .unwrap_or(Tier::Medium)
        },
        safety: if exit || rng.chance(70) {
            SafetyScreen::No
        } else {
            SafetyScreen::Possibly
        },
        ending,
    }
}
