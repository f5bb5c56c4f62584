//! An exhaustive walk of the case's state product: breadth first over every command that anybody could try, until no
//! new abstract state is found. Four things hold in every state that can be reached:
//! nothing is closed with a gap, nothing is closed with a live embargo, Closed can be reached from everywhere, and nobody
//! signed what they decided. The oracle below is written from domain.md and does not use the product's own checks.

mod support;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use support::*;
use vulnerary_case::act::{CaseCommand as C, Command};
use vulnerary_case::actor::Actor;
use vulnerary_case::case::event::*;
use vulnerary_case::case::state::{CasePhase, CaseState, Determination, EmbargoPhase};
use vulnerary_case::id::PersonId;
use vulnerary_case::report::event::{Answer, Claims};
use vulnerary_case::story::Stage as _;
use vulnerary_case::story::memory::Memory;

/// Some commands in a row by one person: all of them, or none.
type Step = (&'static str, PersonId, fn(&Memory) -> Vec<Command>);

/// An abstract state: what of the concrete state the rules look at.
fn key(m: &Memory, cases: u64) -> String {
    (1..=cases)
        .map(|n| format!("{:?} ", one(m, case(m, n))))
        .collect()
}

fn one(m: &Memory, c: &CaseState) -> impl std::fmt::Debug + use<> {
    let part = |items: &[Item]| -> Vec<Option<bool>> {
        let mut all: Vec<_> = items.iter().map(|i| c.determined(*i)).collect();
        all.dedup();
        all
    };
    let by = |p: PersonId| authors(c).contains(&actor(p));
    let report = m.world.report(c.opened_by).expect("its report");
    (
        (
            c.phase,
            c.lane,
            c.raised_by_person,
            c.exit.as_ref().map(|e| e.value),
            c.lower_lane.is_some(),
        ),
        (
            part(&[
                Item::Applicable,
                Item::Verifiable,
                Item::Threats,
                Item::Tier,
                Item::SafetyScreen,
                Item::Harmed,
            ]),
            c.review.tier.as_ref().map(|d| d.value >= Tier::High),
            part(&[
                Item::Impact,
                Item::RootCause,
                Item::RelatedIssues,
                Item::Score,
                Item::Status,
                Item::Safety,
            ]),
            part(&[
                Item::Route,
                Item::SiblingsSwept,
                Item::ThirdPartiesTold,
                Item::ResidualRisk,
                Item::ResolutionVerified,
            ]),
            part(&[Item::Disclosure, Item::Complaint]),
        ),
        (
            c.embargo.phase,
            c.flags.public.is_some(),
            c.flags.exploit.is_some(),
            c.flags.attacks.is_some(),
        ),
        (
            c.proposal.as_ref().map(|p| (p.outcome, p.by.clone())),
            !c.notices.is_empty(),
            c.closures.len().min(1),
            c.reopened.len().min(1),
        ),
        (by(ANNA), by(BELA), by(CLEO), c.owners.contains(&BELA)),
        (
            c.duplicate.is_some(),
            c.duplicate_proposed.is_some(),
            c.duplicates.len(),
            report.phase(),
            c.set_aside,
            c.awareness.declined.is_some(),
        ),
    )
}

fn authors(c: &CaseState) -> BTreeSet<Actor> {
    let mut all = BTreeSet::new();
    fn add<T>(all: &mut BTreeSet<Actor>, d: Option<&Determination<T>>) {
        if let Some(d) = d.filter(|d| d.confirmed) {
            all.insert(d.by.clone());
            all.extend(d.confirmed_by.clone());
        }
    }
    let r = &c.review;
    add(&mut all, r.applicable.as_ref());
    add(&mut all, r.verifiable.as_ref());
    add(&mut all, r.threats.as_ref());
    add(&mut all, r.tier.as_ref());
    add(&mut all, r.safety_screen.as_ref());
    add(&mut all, r.harmed.as_ref());
    add(&mut all, c.exit.as_ref());
    c.analysis.values().for_each(|d| add(&mut all, Some(d)));
    add(&mut all, c.score.as_ref());
    c.status.iter().for_each(|d| add(&mut all, Some(d)));
    add(&mut all, c.safety.as_ref());
    add(&mut all, c.route.as_ref());
    c.addressing.values().for_each(|d| add(&mut all, Some(d)));
    add(&mut all, c.verified.as_ref());
    add(&mut all, c.disclosure.as_ref());
    add(&mut all, c.complaint.as_ref());
    all
}

/// Domain.md in the test's own words: what a closed case must have had at the moment of closing.
fn closed_well(before: &CaseState, after: &CaseState) -> Result<(), String> {
    let has = |items: &[Item]| {
        items
            .iter()
            .find(|i| before.determined(**i) != Some(true))
            .copied()
    };
    let review = [
        Item::Applicable,
        Item::Verifiable,
        Item::Threats,
        Item::Tier,
        Item::SafetyScreen,
        Item::Harmed,
    ];
    let full = [
        Item::Impact,
        Item::RootCause,
        Item::RelatedIssues,
        Item::Score,
        Item::Status,
        Item::Safety,
        Item::Route,
        Item::SiblingsSwept,
        Item::ThirdPartiesTold,
        Item::ResidualRisk,
        Item::Disclosure,
        Item::Complaint,
    ];
    let closure = after.closures.last().ok_or("no closure")?;
    if before.embargo.lives() || after.embargo.lives() {
        return Err("closed under an embargo".into());
    }
    if after.duplicate.is_some() {
        return match has(&[Item::SafetyScreen]) {
            Some(item) => Err(format!("a duplicate without {item:?}")),
            None if after.notices.is_empty() && before.notices.is_empty() => {
                Err("no notice".into())
            }
            None => Ok(()),
        };
    }
    if let Some(item) = has(&review) {
        return Err(format!("closed without {item:?}"));
    }
    if before.lane == Lane::H
        && let Some(item) = has(&full)
    {
        return Err(format!("lane H without {item:?}"));
    }
    if before.origin == Lane::H && before.notices.is_empty() {
        return Err("no closing notice".into());
    }
    if before.phase == CasePhase::Invalid && before.exit.as_ref().is_none_or(|e| e.text.is_none()) {
        return Err("an exit without a reason".into());
    }
    let undecided = !before.awareness.claims.is_empty()
        && before.awareness.confirmed.is_none()
        && before.awareness.declined.is_none();
    if undecided {
        return Err("a claim of harm or exploitation that nobody decided".into());
    }
    let signature = closure.signature.as_ref().ok_or("nobody signed")?;
    signed_well(before, signature)
}

fn signed_well(before: &CaseState, signature: &Signature) -> Result<(), String> {
    let signer = actor(signature.person);
    if before.proposal.as_ref().is_none_or(|p| p.by == signer) {
        return Err("the proposer signed".into());
    }
    if before.owners.contains(&signature.person) {
        return Err("an owner signed".into());
    }
    if matches!(before.lane, Lane::H | Lane::Hx | Lane::M) && authors(before).contains(&signer) {
        return Err("an author signed".into());
    }
    Ok(())
}

/// Holds in every state.
fn sound(c: &CaseState) -> Result<(), String> {
    if c.flags.exploit.is_some() && c.flags.public.is_none() {
        return Err("X without P".into());
    }
    if c.embargo.lives() && c.flags.public.is_some() {
        return Err("an embargo on what is public".into());
    }
    if c.embargo.phase == EmbargoPhase::Revise && c.embargo.revised_until.is_none() {
        return Err("a revision without an end".into());
    }
    let beyond_review = matches!(
        c.phase,
        CasePhase::Valid | CasePhase::Accepted | CasePhase::Deferred
    );
    if beyond_review && c.duplicate.is_none() && c.review.safety_screen.is_none() {
        return Err("beyond review without its answers".into());
    }
    if c.duplicate
        .as_ref()
        .is_some_and(|d| d.first == d.signature.person)
    {
        return Err("one person alone made a duplicate".into());
    }
    if c.is_closed() && c.proposal.is_some() {
        return Err("closed with an open proposal".into());
    }
    Ok(())
}

struct Walk {
    states: usize,
    moves: usize,
    closed: usize,
}

/// Breadth first; then Closed is looked for backwards from every state.
fn walk(start: Memory, steps: &[Step], cases: u64) -> Walk {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut states: Vec<(Memory, String)> = vec![];
    let mut edges: Vec<(usize, usize)> = vec![];
    let mut queue = VecDeque::new();
    let first = key(&start, cases);
    seen.insert(first, 0);
    states.push((start, "start".into()));
    queue.push_back(0);
    while let Some(at) = queue.pop_front() {
        assert!(states.len() < 60_000, "the abstraction does not end");
        for (name, by, commands) in steps {
            let (before, path) = &states[at];
            let Some(after) = try_all(before, *by, commands) else {
                continue;
            };
            let path = format!("{path} > {name}");
            for n in 1..=cases {
                check(case(before, n), case(&after, n), &path);
                closes_with_its_root(before, &after, n, &path);
            }
            let k = key(&after, cases);
            let next = *seen.entry(k).or_insert_with(|| {
                states.push((after, path));
                queue.push_back(states.len() - 1);
                states.len() - 1
            });
            edges.push((at, next));
        }
    }
    let all_closed = |m: &Memory| (1..=cases).all(|n| case(m, n).is_closed());
    let mut reaches: Vec<bool> = states.iter().map(|(m, _)| all_closed(m)).collect();
    let closed = reaches.iter().filter(|r| **r).count();
    loop {
        let mut grew = false;
        for (from, to) in &edges {
            if reaches[*to] && !reaches[*from] {
                reaches[*from] = true;
                grew = true;
            }
        }
        if !grew {
            break;
        }
    }
    for (reached, (_, path)) in reaches.iter().zip(&states) {
        assert!(reached, "Closed cannot be reached from: {path}");
    }
    Walk {
        states: states.len(),
        moves: edges.len(),
        closed,
    }
}

fn closes_with_its_root(before: &Memory, after: &Memory, n: u64, path: &str) {
    let closes = case(after, n).is_closed() && !case(before, n).is_closed();
    if let Some(link) = case(after, n).duplicate.as_ref().filter(|_| closes) {
        let root = after.world.case(link.root).expect("the root");
        assert!(
            root.is_closed(),
            "a duplicate closed before its root: {path}"
        );
    }
}

fn check(before: &CaseState, after: &CaseState, path: &str) {
    if let Err(why) = sound(after) {
        panic!("{why}: {path}");
    }
    if !before.is_closed() && after.is_closed() && !after.set_aside {
        // A duplicate's own last answer may come in the act that closes it.
        let at_closing = if after.duplicate.is_some() {
            after
        } else {
            before
        };
        if let Err(why) = closed_well(at_closing, after) {
            panic!("{why}: {path}");
        }
    }
}

fn try_all(m: &Memory, by: PersonId, commands: &fn(&Memory) -> Vec<Command>) -> Option<Memory> {
    let commands = commands(m);
    // Most tries are refused: a copy is made only for those that are not.
    m.try_act(&actor(by), commands.first()?).ok()?;
    let mut next = m.clone();
    for command in commands {
        let at = next.now;
        next.act(at, &actor(by), &command).ok()?;
    }
    Some(next)
}

fn start(claims: Claims) -> Memory {
    let mut m = maker();
    ship(&mut m);
    receive(&mut m, 1, claims);
    ok(&mut m, ANNA, wish(1, C::SetProduct { product: product() }));
    m.keep_history = false;
    m.strict = false;
    m.history.clear();
    m
}

macro_rules! step {
    ($name:literal, $by:ident, $($wish:expr),+ $(,)?) => {
        ($name, $by, |_| vec![$(wish(1, $wish)),+])
    };
}

fn sign_1(m: &Memory) -> Vec<Command> {
    vec![wish(1, approve(m, 1, &[]))]
}

fn all(n: u64, wishes: Vec<C>) -> Vec<Command> {
    wishes.into_iter().map(|w| wish(n, w)).collect()
}

fn confirm(m: &Memory) -> Vec<Command> {
    let items = Item::ALL
        .into_iter()
        .filter(|i| case(m, 1).determined(*i) == Some(false))
        .collect();
    vec![wish(1, C::Confirm { items })]
}

/// Moves, determinations, proposals, signatures, reopening.
const MOVES: &[Step] = &[
    step!("review", ANNA, reviewed(Tier::Low, SafetyScreen::No)),
    step!("review high", ANNA, reviewed(Tier::High, SafetyScreen::No)),
    step!("validate", ANNA, C::Validate { text: None }),
    step!(
        "not security",
        ANNA,
        C::Invalidate {
            exit: Outcome::NotSecurity,
            text: because()
        }
    ),
    step!(
        "already fixed",
        ANNA,
        C::Invalidate {
            exit: Outcome::AlreadyFixed,
            text: because()
        }
    ),
    step!("accept", ANNA, C::Accept { text: None }),
    step!(
        "defer",
        ANNA,
        C::Defer {
            until: None,
            text: because()
        }
    ),
    ("analyse", ANNA, |_| all(1, analysis(Status::Fixed {}))),
    ("route", ANNA, |_| {
        all(1, addressing(Route::ChangeControl)[..5].to_vec())
    }),
    ("disclose and complain", ANNA, |_| {
        all(1, addressing(Route::ChangeControl)[5..].to_vec())
    }),
    step!("notice", ANNA, notice(1)),
    step!("propose fixed", ANNA, propose(Outcome::Fixed)),
    step!("propose exit", ANNA, propose(Outcome::NotSecurity)),
    step!(
        "propose already fixed",
        ANNA,
        propose(Outcome::AlreadyFixed)
    ),
    step!("withdraw", ANNA, C::WithdrawClosure),
    step!("send back", CLEO, C::SendBackClosure { text: because() }),
    ("sign", CLEO, sign_1),
    ("sign by author", ANNA, sign_1),
    step!("reopen", ANNA, C::Reopen { text: because() }),
    ("confirm", ANNA, confirm),
];

/// Embargo and facts beside a case that is ready to close.
const FACTS: &[Step] = &[
    step!(
        "propose embargo",
        ANNA,
        C::ProposeEmbargo {
            until: BEGIN + jiff::SignedDuration::from_hours(9_000),
            text: None
        }
    ),
    step!("accept embargo", ANNA, C::AcceptEmbargo),
    step!("reject embargo", ANNA, C::RejectEmbargo),
    step!(
        "revise",
        ANNA,
        C::ReviseEmbargo {
            until: BEGIN + jiff::SignedDuration::from_hours(9_999),
            text: None
        }
    ),
    step!("accept revision", ANNA, C::AcceptRevision),
    step!("reject revision", ANNA, C::RejectRevision),
    step!("uphold", ANNA, C::UpholdEmbargo { text: because() }),
    step!("end embargo", ANNA, C::EndEmbargo { text: None }),
    step!(
        "public",
        ANNA,
        C::BecamePublic {
            happened_at: None,
            text: None
        }
    ),
    step!(
        "exploit",
        ANNA,
        C::SawExploit {
            happened_at: None,
            text: None
        }
    ),
    step!(
        "attack",
        ANNA,
        C::SawAttack {
            happened_at: None,
            text: None
        }
    ),
    ("work", ANNA, |m| {
        if case(m, 1).phase == CasePhase::Received {
            all(1, worked_to_fixed())
        } else {
            vec![wish(1, C::Recheck)]
        }
    }),
    step!(
        "decline awareness",
        ANNA,
        C::DeclineAwareness { text: because() }
    ),
    step!("notice", ANNA, notice(1)),
    step!("propose", ANNA, propose(Outcome::Fixed)),
    ("sign", CLEO, sign_1),
    step!("reopen", ANNA, C::Reopen { text: because() }),
];

/// Three people who hold every role, each trying everything.
const PEOPLE: &[Step] = &[
    ("anna works", ANNA, |m| {
        if case(m, 1).phase == CasePhase::Received {
            all(1, worked_to_fixed())
        } else {
            vec![wish(1, notice(1))]
        }
    }),
    step!(
        "bela scores",
        BELA,
        C::Score {
            vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N".into(),
            text: because()
        }
    ),
    step!(
        "cleo reviews",
        CLEO,
        reviewed(Tier::Medium, SafetyScreen::No)
    ),
    step!(
        "anna reviews",
        ANNA,
        reviewed(Tier::Medium, SafetyScreen::No)
    ),
    step!(
        "anna scores",
        ANNA,
        C::Score {
            vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N".into(),
            text: because()
        }
    ),
    step!("bela owns", ANNA, C::Assign { owner: BELA }),
    step!("anna owns", ANNA, C::Assign { owner: ANNA }),
    step!("anna proposes", ANNA, propose(Outcome::Fixed)),
    step!("bela proposes", BELA, propose(Outcome::Fixed)),
    step!("cleo proposes", CLEO, propose(Outcome::Fixed)),
    step!("withdraw", ANNA, C::WithdrawClosure),
    ("anna signs", ANNA, sign_1),
    ("bela signs", BELA, sign_1),
    ("cleo signs", CLEO, sign_1),
    step!("reopen", ANNA, C::Reopen { text: because() }),
    ("anna confirms", ANNA, confirm),
    ("bela confirms", BELA, confirm),
];

/// A root and its duplicate.
const TWO: &[Step] = &[
    ("work the root", ANNA, |m| {
        if case(m, 1).phase == CasePhase::Received {
            all(1, worked_to_fixed())
        } else {
            vec![wish(1, notice(1))]
        }
    }),
    step!("propose", ANNA, propose(Outcome::Fixed)),
    ("sign", CLEO, sign_1),
    step!("reopen", ANNA, C::Reopen { text: because() }),
    ("confirm", ANNA, confirm),
    ("screen", ANNA, |_| {
        vec![wish(
            2,
            C::Review(Reviewed {
                safety_screen: Some(SafetyScreen::No),
                text: because(),
                ..Reviewed::default()
            }),
        )]
    }),
    ("work 2", ANNA, |m| {
        if case(m, 2).phase == CasePhase::Received && case(m, 2).duplicate.is_none() {
            all(2, worked_to_fixed())
        } else {
            vec![wish(2, C::Accept { text: None })]
        }
    }),
    ("propose 2", ANNA, |_| {
        vec![wish(2, propose(Outcome::Fixed))]
    }),
    ("sign 2", CLEO, |m| vec![wish(2, approve(m, 2, &[]))]),
    ("notice 2", ANNA, |_| vec![wish(2, notice(2))]),
    ("suggest", ANNA, |_| {
        vec![wish(
            2,
            C::ProposeDuplicate {
                root: case_id(1),
                text: because(),
            },
        )]
    }),
    ("link", BELA, |_| {
        vec![wish(
            2,
            C::LinkDuplicate {
                root: case_id(1),
                name: "Bela".into(),
                text: None,
            },
        )]
    }),
    ("link alone", ANNA, |_| {
        vec![wish(
            2,
            C::LinkDuplicate {
                root: case_id(1),
                name: "Anna".into(),
                text: None,
            },
        )]
    }),
    ("refuse", BELA, |_| {
        vec![wish(
            2,
            C::RefuseDuplicate {
                root: case_id(1),
                text: because(),
            },
        )]
    }),
    ("unlink", BELA, |_| {
        vec![wish(2, C::Unlink { text: because() })]
    }),
    ("reopen 2", ANNA, |_| {
        vec![wish(2, C::Reopen { text: because() })]
    }),
    ("confirm 2", ANNA, |m| {
        let items = Item::ALL
            .into_iter()
            .filter(|i| case(m, 2).determined(*i) == Some(false))
            .collect();
        vec![wish(2, C::Confirm { items })]
    }),
];

/// Lanes M, T and A: exits, analysis, raising and lowering, one batch signature.
const MACHINE: &[Step] = &[
    step!("review", ANNA, reviewed(Tier::Low, SafetyScreen::No)),
    step!("review high", ANNA, reviewed(Tier::High, SafetyScreen::No)),
    step!("validate", ANNA, C::Validate { text: None }),
    step!(
        "exit",
        ANNA,
        C::Invalidate {
            exit: Outcome::NotApplicable,
            text: because()
        }
    ),
    step!("accept", ANNA, C::Accept { text: None }),
    step!(
        "defer",
        ANNA,
        C::Defer {
            until: None,
            text: because()
        }
    ),
    ("analyse", ANNA, |_| {
        all(
            1,
            analysis(Status::NotAffected {
                justification: Justification::ComponentNotPresent,
            }),
        )
    }),
    ("address", ANNA, |_| {
        all(1, addressing(Route::NothingToAddress))
    }),
    step!(
        "raise",
        ANNA,
        C::RaiseLane {
            lane: Lane::H,
            text: because()
        }
    ),
    ("suggest lower", ANNA, |m| {
        vec![wish(
            1,
            C::ProposeLowerLane {
                lane: case(m, 1).origin,
                text: because(),
            },
        )]
    }),
    step!(
        "lower",
        BELA,
        C::LowerLane {
            name: "Bela".into(),
            text: because()
        }
    ),
    step!(
        "lower alone",
        ANNA,
        C::LowerLane {
            name: "Anna".into(),
            text: because()
        }
    ),
    step!("propose exit", ANNA, propose(Outcome::NotApplicable)),
    step!("propose not affected", ANNA, propose(Outcome::NotAffected)),
    step!("propose benign", ANNA, propose(Outcome::Benign)),
    step!("withdraw", ANNA, C::WithdrawClosure),
    ("sign batch", CLEO, batch),
    ("sign batch by author", ANNA, batch),
    ("sign alone", CLEO, sign_1),
    step!("reopen", ANNA, C::Reopen { text: because() }),
    ("confirm", ANNA, confirm),
];

fn batch(m: &Memory) -> Vec<Command> {
    let digest = m.closure_digest(case_id(1)).unwrap_or_default();
    vec![Command::Batch(vulnerary_case::act::BatchCommand::Sign {
        cases: vec![(case_id(1), digest)],
        name: "Cleo".into(),
        meaning: Meaning::BatchApproval,
    })]
}

fn told(name: &str, walk: &Walk) {
    println!(
        "{name}: {} states, {} moves, {} closed",
        walk.states, walk.moves, walk.closed
    );
    assert!(walk.closed > 0, "{name} never closes");
}

#[test]
fn moves() {
    let w = walk(start(Claims::default()), MOVES, 1);
    told("moves", &w);
    assert!(
        w.states > 100,
        "the walk looked at {} states only",
        w.states
    );
}

#[test]
fn facts_and_embargo() {
    let w = walk(
        start(Claims {
            exploited: Some(Answer::Yes),
            ..Claims::default()
        }),
        FACTS,
        1,
    );
    told("facts", &w);
    assert!(
        w.states > 100,
        "the walk looked at {} states only",
        w.states
    );
}

#[test]
fn people_and_signatures() {
    let w = walk(start(Claims::default()), PEOPLE, 1);
    told("people", &w);
    assert!(w.states > 50, "the walk looked at {} states only", w.states);
}

#[test]
fn roots_and_duplicates() {
    let mut m = start(Claims::default());
    receive(&mut m, 2, Claims::default());
    let w = walk(m, TWO, 2);
    told("duplicates", &w);
    assert!(
        w.states > 100,
        "the walk looked at {} states only",
        w.states
    );
}

#[test]
fn machine_lanes() {
    for lane in [Lane::M, Lane::T, Lane::A] {
        let mut m = maker();
        ship(&mut m);
        machine(&mut m, 1, lane);
        m.keep_history = false;
        m.strict = false;
        m.history.clear();
        let w = walk(m, MACHINE, 1);
        told(&format!("lane {lane:?}"), &w);
        assert!(
            w.states > 100,
            "the walk looked at {} states only",
            w.states
        );
    }
}
