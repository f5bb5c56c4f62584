//! The closure record as an approver reads it: the same answers that are in the signed record, with their words.

use super::case::case_file;
use super::loaded::Loaded;
use crate::web::desk::model::{ClosureRecord, RecordLine, RecordSection};
use crate::web::desk::words::status_words;
use vulnerary_case::case::event::{AddressingItem, AnalysisItem, Outcome};
use vulnerary_case::case::state::{CaseState, Determination};
use vulnerary_case::closure::{digest, heading_for, may_sign, missing_for};
use vulnerary_case::id::{MessageId, PersonId};
use vulnerary_case::report::state::Direction;
use vulnerary_case::words;

/// The record as it would be filed with the outcome proposed (or decided), and whether `reader` may sign it.
pub fn closure_record(case: &CaseState, loaded: &Loaded<'_>, reader: PersonId) -> ClosureRecord {
    let outcome = case
        .outcome()
        .or_else(|| heading_for(case))
        .unwrap_or(Outcome::Fixed);
    let filed = case.closures.last().filter(|_| case.is_closed());
    let now_digest = filed.map_or_else(|| digest(case, loaded.look, outcome), |c| c.digest.clone());
    let proposed = case.proposal.as_ref();
    let mut since: Vec<String> = Vec::new();
    if proposed.is_some_and(|p| p.digest != now_digest) {
        since.push(
            "A determination or a fact changed: the proposal no longer fits what would be filed"
                .into(),
        );
    }
    since.extend(
        missing_for(case, loaded.look, Some(outcome), loaded.now)
            .into_iter()
            .filter(|_| !case.is_closed())
            .map(|g| g.sentence),
    );
    ClosureRecord {
        digest: now_digest,
        sections: sections(case, loaded, outcome),
        since,
        unread: unread(case, loaded),
        may_not: proposed
            .and_then(|_| may_sign(case, loaded.look, outcome, reader).err())
            .map(|why| {
                format!(
                    "{}. Another person has to.",
                    crate::web::desk::words::sentence_start(why)
                )
            }),
    }
}

/// Messages of the reporters that came after the proposal and that nobody ticked as read.
fn unread(case: &CaseState, loaded: &Loaded<'_>) -> Vec<(MessageId, String, String)> {
    let Some(proposal) = &case.proposal else {
        return vec![];
    };
    let reports = case.reports.iter().filter_map(|id| loaded.look.report(*id));
    reports
        .flat_map(|r| r.messages.iter().map(move |m| (r, m)))
        .filter(|(_, m)| {
            m.direction == Direction::In
                && m.at > proposal.at
                && !case.messages_read.contains(&m.id)
        })
        .map(|(r, m)| {
            (
                m.id,
                r.number.clone(),
                loaded
                    .message(&m.text)
                    .unwrap_or_else(|| "(erased on record)".into()),
            )
        })
        .collect()
}

struct Builder<'a> {
    loaded: &'a Loaded<'a>,
    lines: Vec<RecordLine>,
}

impl Builder<'_> {
    /// A determination: its answer, every text of it, and who stands for it.
    fn det<T>(
        &mut self,
        name: &str,
        d: Option<&Determination<T>>,
        answer: impl FnOnce(&T) -> String,
    ) {
        self.det_because(name, d, None, answer);
    }

    /// A determination of review: several are made at once, with one text that holds a reason for each.
    fn reviewed<T>(
        &mut self,
        name: &str,
        d: Option<&Determination<T>>,
        reason: &str,
        answer: impl FnOnce(&T) -> String,
    ) {
        let own = d.and_then(|d| self.loaded.texts_of(d.text.as_ref()));
        let by_question =
            own.is_some_and(|texts| texts.keys().any(|field| field.ends_with("_why")));
        self.det_because(name, d, by_question.then_some(reason), answer);
    }

    fn det_because<T>(
        &mut self,
        name: &str,
        d: Option<&Determination<T>>,
        reason_for: Option<&str>,
        answer: impl FnOnce(&T) -> String,
    ) {
        let Some(d) = d else { return };
        let mut value = answer(&d.value);
        let texts = self.loaded.texts_of(d.text.as_ref()).into_iter().flatten();
        // The numbers of a root cause are in its answer already.
        for (_, text) in
            texts.filter(|(field, _)| reason_for.is_none_or(|r| *field == r) && *field != "cwe")
        {
            value.push_str(if value.is_empty() { "" } else { "\n" });
            value.push_str(text);
        }
        let confirmed = if d.confirmed {
            ""
        } else {
            " (to be confirmed)"
        };
        value.push_str(&format!("\n{}{confirmed}", self.loaded.actor(&d.by)));
        self.line(name, value);
    }

    fn line(&mut self, name: &str, value: impl Into<String>) {
        self.lines.push(RecordLine {
            name: name.into(),
            value: value.into(),
        });
    }
}

fn section<'a>(
    loaded: &'a Loaded<'a>,
    heading: &str,
    fill: impl FnOnce(&mut Builder<'a>),
) -> Option<RecordSection> {
    let mut builder = Builder {
        loaded,
        lines: vec![],
    };
    fill(&mut builder);
    (!builder.lines.is_empty()).then(|| RecordSection {
        heading: heading.into(),
        lines: builder.lines,
    })
}

fn sections(case: &CaseState, loaded: &Loaded<'_>, outcome: Outcome) -> Vec<RecordSection> {
    let all = [
        section(loaded, "The case", |b| {
            b.line("Number", case.number.clone());
            b.line("Outcome", words::outcome(outcome));
            b.line("Lane", words::lane(case.lane));
            for report in case.reports.iter().filter_map(|id| loaded.look.report(*id)) {
                b.line(
                    "Report",
                    format!(
                        "{} from source {} ({})",
                        report.number,
                        report.source.spec().letter,
                        report.source.spec().word
                    ),
                );
            }
            for closure in case.closures.last().iter().filter(|_| case.is_closed()) {
                if let Some(signature) = &closure.signature {
                    b.line("Signed", format!("{}, {}", signature.name, closure.at));
                }
            }
        }),
        section(loaded, "Review (9.3)", |b| {
            let r = &case.review;
            b.reviewed(
                "Applies to a product of ours",
                r.applicable.as_ref(),
                "applicable_why",
                |a| words::answer(*a).into(),
            );
            b.reviewed(
                "Could be verified",
                r.verifiable.as_ref(),
                "verifiable_why",
                |a| words::answer(*a).into(),
            );
            b.reviewed("Related threats", r.threats.as_ref(), "threats_why", |a| {
                words::answer(*a).into()
            });
            b.reviewed("Severity tier", r.tier.as_ref(), "tier_why", |t| {
                words::tier(*t).into()
            });
            b.reviewed(
                "Safety screen",
                r.safety_screen.as_ref(),
                "safety_screen_why",
                |s| words::safety_screen(*s).into(),
            );
            b.reviewed("Anybody harmed", r.harmed.as_ref(), "harmed_why", |a| {
                words::answer(*a).into()
            });
            b.det("Exit", case.exit.as_ref(), |o| words::outcome(*o).into());
        }),
        section(loaded, "Analysis (9.4)", |b| analysis(case, b)),
        section(loaded, "Addressing (9.5)", |b| {
            b.det("Route", case.route.as_ref(), |r| words::route(*r).into());
            b.det(
                "Siblings",
                case.addressing.get(&AddressingItem::SiblingsSwept),
                |()| String::new(),
            );
            b.det(
                "Third parties",
                case.addressing.get(&AddressingItem::ThirdPartiesTold),
                |()| String::new(),
            );
            b.det(
                "Residual risk",
                case.addressing.get(&AddressingItem::ResidualRisk),
                |()| String::new(),
            );
            b.det("Verification", case.verified.as_ref(), |()| String::new());
        }),
        section(loaded, "Disclosure (4.1.7) and complaint", |b| {
            b.det("Disclosure", case.disclosure.as_ref(), |d| {
                words::disclosure(*d).into()
            });
            b.det("Complaint", case.complaint.as_ref(), |c| {
                if *c { "yes" } else { "no" }.into()
            });
            b.line("Embargo", words::embargo(case.embargo.phase));
            b.line("What became known", known(case));
        }),
        section(loaded, "Closing notices, as they will be sent", |b| {
            for notice in &case.notices {
                let number = loaded
                    .look
                    .report(notice.report)
                    .map_or_else(String::new, |r| r.number.clone());
                let text = loaded
                    .field(Some(&notice.text), "notice")
                    .or_else(|| loaded.message(&notice.text));
                b.line(&number, text.unwrap_or_else(|| "(erased on record)".into()));
            }
        }),
    ];
    all.into_iter().flatten().collect()
}

/// The facts in words, and in the letters of CERT/CC's Vultron for whoever exchanges them.
fn known(case: &CaseState) -> String {
    let f = &case.flags;
    let all = [
        (f.public.is_some(), "it is public"),
        (f.exploit.is_some(), "an exploit is public"),
        (f.attacks.is_some(), "attacks were seen"),
    ];
    let known: Vec<&str> = all
        .into_iter()
        .filter_map(|(set, word)| set.then_some(word))
        .collect();
    let words = if known.is_empty() {
        "not public, no attacks seen".to_owned()
    } else {
        known.join(", ")
    };
    format!("{words} ({})", f.letters())
}

fn analysis(case: &CaseState, b: &mut Builder<'_>) {
    b.det(
        "Impact in our context",
        case.analysis.get(&AnalysisItem::Impact),
        |_| String::new(),
    );
    b.det("Score", case.score.as_ref(), |s| {
        format!("{}.{} {}", s.score10 / 10, s.score10 % 10, s.vector)
    });
    let file = case_file(case, b.loaded, &[], 0);
    let named = |id| {
        file.releases
            .iter()
            .find(|r| r.release == id)
            .map_or_else(String::new, |r| r.version.clone())
    };
    for row in &case.status {
        let (status, plan) = status_words(Some(&row.value.status), named);
        let plan = if plan.is_empty() {
            plan
        } else {
            format!(": {plan}")
        };
        b.det(
            &format!("Release {}", named(row.value.release)),
            Some(row),
            |_| format!("{status}{plan}"),
        );
    }
    b.det(
        "Root cause",
        case.analysis.get(&AnalysisItem::RootCause),
        |cwe| {
            cwe.iter()
                .map(|n| format!("CWE-{n}"))
                .collect::<Vec<_>>()
                .join(", ")
        },
    );
    b.det(
        "Related issues",
        case.analysis.get(&AnalysisItem::RelatedIssues),
        |_| String::new(),
    );
    b.det("Safety and effectiveness", case.safety.as_ref(), |s| {
        format!("can contribute to harm: {}", words::safety_screen(s.harm))
    });
}
