//! A case, from its state to its page.

use super::loaded::{Loaded, Recorded, clock};
use super::report::report_file;
use super::typed::typed;
use crate::web::desk::model::{
    CaseFile, CaseState as Word, DoneLine, Embargo, Flags, Gap, InboxLine, Position, Proposal,
    ReleaseLine, Stage,
};
use crate::web::desk::words::sentence_start;
use vulnerary_case::actor::Actor;
use vulnerary_case::case::event::{AddressingItem, AnalysisItem, Plan, Status};
use vulnerary_case::case::state::{CasePhase, CaseState, Determination, EmbargoPhase, Stage as At};
use vulnerary_case::clocks::clocks;
use vulnerary_case::closure::{heading_for, missing};
use vulnerary_case::words;
use vulnerary_case::world::State;
use vulnerary_formats::text::visible_line;

/// The stage of a case: closed, or the core's.
pub fn stage_of(case: &CaseState) -> Stage {
    match case.stage() {
        None => Stage::Closed,
        Some(At::Review) => Stage::Review,
        Some(At::Analysis) => Stage::Analysis,
        Some(At::Addressing) => Stage::Addressing,
        Some(At::Disclosure) => Stage::Disclosure,
    }
}

fn state_of(case: &CaseState) -> Word {
    match case.phase {
        CasePhase::Received => Word::Received,
        CasePhase::Invalid => Word::Invalid,
        CasePhase::Valid => Word::Valid,
        CasePhase::Accepted => Word::Accepted,
        CasePhase::Deferred => Word::Deferred,
        CasePhase::Closed => Word::Closed,
    }
}

/// The case with everything its page shows. `history` is the case's own, oldest first; `reports` the histories of its
/// reports, by report.
pub fn case_file(
    case: &CaseState,
    loaded: &Loaded<'_>,
    history: &[Recorded],
    places: u64,
) -> CaseFile {
    let look = loaded.look;
    let opener = look.report(case.opened_by);
    let number_of = |id| {
        look.case(id)
            .map_or_else(|| "another case".to_owned(), |c| c.number.clone())
    };
    let by_of = |actor: &Actor| match actor {
        Actor::Person(id) => loaded.named(*id),
        other => crate::web::desk::model::Named {
            id: vulnerary_case::id::PersonId(uuid::Uuid::nil()),
            name: loaded.actor(other),
        },
    };
    CaseFile {
        id: case.id,
        number: case.number.clone(),
        version: case.version,
        title: title(case, loaded),
        state: state_of(case),
        stage: stage_of(case),
        lane: case.lane,
        product: case.product.map(|id| {
            (
                id,
                look.product(id)
                    .map_or_else(String::new, |p| p.name.clone()),
            )
        }),
        source: opener.map_or(vulnerary_case::source::Source::F, |r| r.source),
        role: opener.and_then(|r| r.role),
        owner: case.owner.map(|id| loaded.named(id)),
        opened: case.opened_at,
        outcome: case.outcome().or_else(|| heading_for(case)),
        clocks: clocks_around(case, look),
        embargo: embargo(case),
        flags: flags(case),
        tlp: if case.advisory_at.is_some() {
            "TLP:CLEAR".into()
        } else {
            "TLP:AMBER+STRICT".into()
        },
        reports: case
            .reports
            .iter()
            .filter_map(|id| look.report(*id))
            .map(|r| report_file(r, loaded, &[]))
            .collect(),
        gaps: if case.is_closed() {
            vec![]
        } else {
            gaps(case, loaded)
        },
        done: done(case, loaded),
        releases: releases(case, loaded),
        typed: typed(case, loaded),
        occurrences: places,
        proposal: case.proposal.as_ref().map(|p| Proposal {
            outcome: p.outcome,
            digest: p.digest.clone(),
            by: by_of(&p.by),
            at: p.at,
            why: loaded.said(p.text.as_ref()),
        }),
        duplicate_of: case.duplicate.as_ref().map(|d| (d.root, number_of(d.root))),
        duplicate_proposed: case
            .duplicate_proposed
            .as_ref()
            .map(|p| (p.value, number_of(p.value), by_of(&p.by))),
        duplicates: case.duplicates.iter().map(|id| number_of(*id)).collect(),
        lower_lane: case.lower_lane.as_ref().map(|p| (p.value, by_of(&p.by))),
        awareness_claimed: undecided_awareness(case),
        timeline: loaded.history(history),
        position: Position {
            first: history.first().map_or(0, |e| e.index),
            last: history.last().map_or(0, |e| e.index),
            sha256: String::new(),
            checkpoint: String::new(),
        },
    }
}

/// What is due on the case and on its reports, the first first: an answer that a reporter waits for is due here too.
fn clocks_around(
    case: &CaseState,
    look: &dyn vulnerary_case::world::Look,
) -> Vec<crate::web::desk::model::Clock> {
    let mut due: Vec<_> = clocks(&State::Case(Box::new(case.clone())), look)
        .iter()
        .map(clock)
        .collect();
    for report in case.reports.iter().filter_map(|id| look.report(*id)) {
        due.extend(
            clocks(&State::Report(Box::new(report.clone())), look)
                .iter()
                .map(clock),
        );
    }
    due.sort_by_key(|clock| clock.due);
    due.dedup_by(|a, b| a.what == b.what && a.due == b.due);
    due
}

/// The title: as set, else the first words of the report that opened it, else its number.
pub fn title(case: &CaseState, loaded: &Loaded<'_>) -> String {
    let set = loaded.field(case.title.as_ref(), "title");
    set.or_else(|| {
        loaded
            .look
            .report(case.opened_by)
            .and_then(|r| super::report::first_words(r, loaded))
    })
    .map_or_else(
        || format!("Case {}", case.number),
        |title| visible_line(&title, 200),
    )
}

/// One line of the inbox.
pub fn inbox_line(case: &CaseState, loaded: &Loaded<'_>, places: u64) -> InboxLine {
    let opener = loaded.look.report(case.opened_by);
    let first = clocks(&State::Case(Box::new(case.clone())), loaded.look)
        .first()
        .map(clock);
    InboxLine {
        number: case.number.clone(),
        title: title(case, loaded),
        due: first,
        source: opener.map_or(vulnerary_case::source::Source::F, |r| r.source),
        role: opener.and_then(|r| r.role),
        product: case
            .product
            .and_then(|id| loaded.look.product(id))
            .map(|p| p.name.clone()),
        stage: stage_of(case),
        lane: Some(case.lane),
        owner: case.owner.map(|id| loaded.named(id)),
        occurrences: places,
        outcome: case.outcome(),
    }
}

fn undecided_awareness(case: &CaseState) -> Option<jiff::Timestamp> {
    let decided = case.awareness.confirmed.is_some() || case.awareness.declined.is_some();
    case.awareness.claimed_at().filter(|_| !decided)
}

fn embargo(case: &CaseState) -> Embargo {
    let until = case.embargo.until.unwrap_or(case.opened_at);
    match case.embargo.phase {
        EmbargoPhase::None => Embargo::None,
        EmbargoPhase::Proposed => Embargo::Proposed(until),
        EmbargoPhase::Active => Embargo::Active(until),
        EmbargoPhase::Revise => Embargo::Revise(until, case.embargo.revised_until.unwrap_or(until)),
        EmbargoPhase::Exited => Embargo::Exited,
    }
}

fn flags(case: &CaseState) -> Flags {
    let f = &case.flags;
    Flags {
        public: f.public.is_some(),
        exploit: f.exploit.is_some(),
        attacks: f.attacks.is_some(),
        fix_ready: f.fix_ready.is_some(),
        fix_deployed: f.fix_deployed.is_some(),
    }
}

/// The form that settles a gap, by its code; a test holds it to the core's list and to the forms there are.
pub fn act_of(code: &str) -> Option<&'static str> {
    Some(match code {
        "applicable" | "verifiable" | "threats" | "tier" | "safety_screen" | "harmed" => "review",
        "exit_rationale" => "invalidate",
        "product" => "product",
        "impact" | "seen" => "impact",
        "root_cause" => "root-cause",
        "related_issues" => "related",
        "score" => "score",
        "status_rows" | "status_settled" => "status",
        "safety" => "safety",
        "route" | "outcome_fits" => "route",
        "siblings_swept" => "siblings",
        "third_parties_told" => "third-parties",
        "residual_risk" => "residual-risk",
        "verified" | "confirmed_by_run" => "verified",
        "disclosure" => "disclosure",
        "advisory" => "advisory",
        "complaint" => "complaint",
        "awareness" => "awareness",
        "questions" => "inquiry",
        "no_embargo" => "embargo-end",
        "notices" => "notice",
        // Asking the reporter is done on the report, and the root closes on its own page.
        _ => return None,
    })
}

fn gaps(case: &CaseState, loaded: &Loaded<'_>) -> Vec<Gap> {
    missing(case, loaded.look, loaded.now)
        .into_iter()
        .map(|gap| Gap {
            sentence: sentence_start(gap.sentence.trim_end_matches('.')),
            act: act_of(gap.code).map(Into::into),
            who: (gap.role != vulnerary_case::actor::Role::Handler)
                .then(|| format!("{} role", words::role(gap.role))),
        })
        .collect()
}

fn line<T>(
    d: Option<&Determination<T>>,
    loaded: &Loaded<'_>,
    words: impl FnOnce(&T) -> String,
) -> Option<DoneLine> {
    let d = d?;
    Some(DoneLine {
        sentence: words(&d.value),
        by: loaded.actor(&d.by),
        at: d.at,
        to_confirm: !d.confirmed,
    })
}

/// What is settled, in the order of the standard.
fn done(case: &CaseState, loaded: &Loaded<'_>) -> Vec<DoneLine> {
    let r = &case.review;
    let settled = case
        .status
        .iter()
        .filter(|d| is_settled(&d.value.status))
        .count();
    let prose = |item: AnalysisItem, words: &str| {
        line(case.analysis.get(&item), loaded, |cwe| with_cwe(words, cwe))
    };
    let answer = |item: AddressingItem, words: &str| {
        line(case.addressing.get(&item), loaded, |()| words.to_owned())
    };
    let lines = [
        line(r.applicable.as_ref(), loaded, |a| {
            format!("Applies to a product of ours: {}", words::answer(*a))
        }),
        line(r.verifiable.as_ref(), loaded, |a| {
            format!("Could be verified: {}", words::answer(*a))
        }),
        line(r.threats.as_ref(), loaded, |a| {
            format!("Related threats looked for: {}", words::answer(*a))
        }),
        line(r.tier.as_ref(), loaded, |t| {
            format!("Severity tier: {}", words::tier(*t))
        }),
        line(r.safety_screen.as_ref(), loaded, |s| {
            format!("Safety screen: {}", words::safety_screen(*s))
        }),
        line(r.harmed.as_ref(), loaded, |a| {
            format!("Anybody harmed: {}", words::answer(*a))
        }),
        line(case.exit.as_ref(), loaded, |o| {
            format!("Exit: {}", words::outcome(*o))
        }),
        prose(AnalysisItem::Impact, "Impact in our context"),
        prose(AnalysisItem::RootCause, "Root cause"),
        prose(AnalysisItem::RelatedIssues, "Related issues"),
        line(case.score.as_ref(), loaded, |s| {
            format!("Score {}.{} ({})", s.score10 / 10, s.score10 % 10, s.vector)
        }),
        line(case.status.iter().max_by_key(|d| d.at), loaded, |_| {
            format!("Status: {settled} of {} rows settled", case.status.len())
        }),
        line(case.safety.as_ref(), loaded, |s| {
            format!("Can contribute to harm: {}", words::safety_screen(s.harm))
        }),
        line(case.route.as_ref(), loaded, |r| {
            format!("Route: {}", words::route(*r))
        }),
        answer(AddressingItem::SiblingsSwept, "Siblings were looked at"),
        answer(AddressingItem::ThirdPartiesTold, "Third parties"),
        answer(AddressingItem::ResidualRisk, "Residual risk"),
        line(case.verified.as_ref(), loaded, |()| {
            "The resolution was verified".into()
        }),
        line(case.disclosure.as_ref(), loaded, |d| {
            format!("Disclosure: {}", words::disclosure(*d))
        }),
        line(case.complaint.as_ref(), loaded, |c| {
            if *c {
                "It is a complaint too".into()
            } else {
                "It is not a complaint".into()
            }
        }),
    ];
    lines.into_iter().flatten().collect()
}

fn with_cwe(words: &str, cwe: &[u32]) -> String {
    let numbers: Vec<String> = cwe.iter().map(|n| format!("CWE-{n}")).collect();
    if numbers.is_empty() {
        words.to_owned()
    } else {
        format!("{words}: {}", numbers.join(", "))
    }
}

fn is_settled(status: &Status) -> bool {
    !matches!(
        status,
        Status::UnderInvestigation {}
            | Status::Affected {
                plan: Plan::Undecided {}
            }
    )
}

/// Every release of the case's product, with what was stated of it; rows of other products follow.
fn releases(case: &CaseState, loaded: &Loaded<'_>) -> Vec<ReleaseLine> {
    let stated = |release| case.status.iter().find(|d| d.value.release == release);
    let product = case.product.and_then(|id| loaded.look.product(id));
    let mut rows: Vec<ReleaseLine> = product
        .iter()
        .flat_map(|p| p.releases.iter().map(|r| (p.id, r)))
        .map(|(product, r)| {
            let row = stated(r.id);
            ReleaseLine {
                product,
                release: r.id,
                version: r.version.clone(),
                released: r.shipped_at.is_some(),
                status: row.map(|d| d.value.status.clone()),
                verified: row.is_some_and(|d| d.value.verified),
                settled: row.is_some_and(|d| is_settled(&d.value.status)),
            }
        })
        .collect();
    rows.reverse();
    let known: Vec<_> = rows.iter().map(|r| r.release).collect();
    for d in case
        .status
        .iter()
        .filter(|d| !known.contains(&d.value.release))
    {
        let other = loaded.look.product(d.value.product);
        let version = other.and_then(|p| {
            p.release(d.value.release)
                .map(|r| format!("{} {}", p.name, r.version))
        });
        rows.push(ReleaseLine {
            product: d.value.product,
            release: d.value.release,
            version: version.unwrap_or_else(|| "a release of another product".into()),
            released: d.value.released,
            status: Some(d.value.status.clone()),
            verified: d.value.verified,
            settled: is_settled(&d.value.status),
        });
    }
    rows
}
