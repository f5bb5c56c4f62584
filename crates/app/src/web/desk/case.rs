//! `/desk/case/{number}`: one case, and what its closure still needs.

use super::acts::{CaseAct, case_acts};
use super::frame::{Answer, Ctx, Failure, Look};
use super::gate::query_value;
use super::model::{
    CaseFile, CaseState, Clock, Embargo, Gap, OccurrencePage, ReleaseLine, Stage as At,
    TimelineLine,
};
use super::report::{arrived, conversation};
use super::words::{
    LANES, STAGES, count_words, due_words, sentence_start, source_word, state_word, status_words,
    word_of,
};
use crate::access::Reader;
use crate::web::components::{
    Stage, Task, TimelineEntry, Tone, Voice, button_link, column, details, due, empty, facts, note,
    plain_text, quiet_link, source_mark, stages, table, tag, tasks, timeline,
};
use crate::web::layout::Page;
use crate::web::when::When;
use axum::extract::{Path, Query};
use maud::{Markup, Render, html};
use std::collections::HashMap;
use vulnerary_case::case::event::Lane;
use vulnerary_case::refusal::outcome_word;

/// The page.
pub fn view(look: &Look, case: &CaseFile) -> Markup {
    html! {
        (head(look, case))
        (waits(look, case))
        div.split {
            div { (reports(look, case)) }
            div {
                (needs(look, case))
                (status_table(look, case))
                (more_acts(look, case))
            }
        }
        h2 { "Timeline" }
        (history(look, &case.timeline))
        p.soft.small { "Records " (case.position.first) " to " (case.position.last) " of the ledger." }
    }
}

/// Number, title, stages, clocks, embargo.
pub fn head(look: &Look, case: &CaseFile) -> Markup {
    html! {
        p.kicker.meta {
            span { code { (case.number) } }
            span { (word_of(LANES, &case.lane)) }
            (source_mark(case.source.spec().letter, source_word(case.source, case.role)))
            span { (case.product.as_ref().map_or("no product yet", |(_, name)| name.as_str())) }
            span { "owner " (case.owner.as_ref().map_or("nobody yet", |o| o.name.as_str())) }
        }
        h1 { (case.title) }
        (stages("Stages", &Stage::row(["Review", "Analysis", "Addressing", "Disclosure", "Closed"], stage_index(case))))
        p.meta {
            @for clock in &case.clocks { (clock_mark(look, clock)) }
            @if case.state == CaseState::Invalid || case.state == CaseState::Deferred { (tag(state_word(case.state))) }
            @if let Some(outcome) = case.outcome { span { @if case.state == CaseState::Closed { "Outcome: " } @else { "Heading for: " } b { (outcome_word(outcome)) } } }
            span { (embargo_words(look, case.embargo)) }
            span { (case.tlp) }
        }
        @if !flag_words(case).is_empty() { p.meta { @for word in flag_words(case) { (tag(word)) } } }
    }
}

fn stage_index(case: &CaseFile) -> usize {
    match case.stage {
        At::Review => 0,
        At::Analysis => 1,
        At::Addressing => 2,
        At::Disclosure => 3,
        At::Closed => 5,
    }
}

fn clock_mark(look: &Look, clock: &Clock) -> Markup {
    due(&due_words(clock, look.now, &look.zone))
}

fn flag_words(case: &CaseFile) -> Vec<&'static str> {
    let flags = case.flags;
    [
        (flags.public, "public"),
        (flags.exploit, "exploit public"),
        (flags.attacks, "attacks seen"),
        (flags.fix_ready, "fix ready"),
        (flags.fix_deployed, "fix deployed"),
    ]
    .into_iter()
    .filter_map(|(set, word)| set.then_some(word))
    .collect()
}

fn embargo_words(look: &Look, embargo: Embargo) -> String {
    let day = |at| When::day(at, &look.zone).words;
    match embargo {
        Embargo::None => "No embargo".into(),
        Embargo::Proposed(until) => format!("Embargo proposed until {}", day(until)),
        Embargo::Active(until) => format!("Embargo until {}", day(until)),
        Embargo::Revise(until, new) => {
            format!("Embargo until {}; {} is proposed", day(until), day(new))
        }
        Embargo::Exited => "Embargo over".into(),
    }
}

/// What waits for a second person, as a note at the top.
fn waits(look: &Look, case: &CaseFile) -> Markup {
    let home = format!("/desk/case/{}", case.number);
    let works = look.works();
    html! {
        @if let Some(proposal) = &case.proposal {
            (note(Tone::Plain, html! {
                h2 { "Its closure waits for a signature" }
                p { (proposal.by.name) " proposes to close it as “" (outcome_word(proposal.outcome)) "”" @if let Some(why) = &proposal.why { ": " i { "“" (plain_text(why)) "”" } } "." }
                p { a href={ (home) "/approve" } { "Read the closure record" } @if works { " · " a href={ (home) "/withdraw-closure" } { "Take the proposal back" } } }
            }))
        }
        @if let Some((_, number, by)) = &case.duplicate_proposed {
            (note(Tone::Plain, html! {
                h2 { "Is it a duplicate of " a href={ "/desk/case/" (number) } { (number) } "?" }
                p { (by.name) " proposes it. A second person decides." }
                @if works { p { a href={ (home) "/duplicate-agree" } { "Agree and sign" } " · " a href={ (home) "/duplicate-refuse" } { "Refuse" } } }
            }))
        }
        @if let Some((_, number)) = &case.duplicate_of {
            (note(Tone::Plain, html! { p { "This is a duplicate of " a href={ "/desk/case/" (number) } { (number) } " and closes with it. " @if works { a href={ (home) "/unlink" } { "Undo the link" } } } }))
        }
        @if !case.duplicates.is_empty() {
            (note(Tone::Plain, html! { p { "Closes together with its duplicates: " @for (i, number) in case.duplicates.iter().enumerate() { @if i > 0 { ", " } a href={ "/desk/case/" (number) } { (number) } } "." } }))
        }
        @if let Some((lane, by)) = &case.lower_lane {
            (note(Tone::Plain, html! {
                h2 { "Does it need less care?" }
                p { (by.name) " proposes the lane “" (word_of(LANES, lane)) "”. A second person decides." }
                @if works { p { a href={ (home) "/lane-agree" } { "Agree and sign" } " · " a href={ (home) "/lane-refuse" } { "Refuse" } } }
            }))
        }
        @if let Some(at) = case.awareness_claimed {
            (note(Tone::Alarm, html! {
                h2 { "Regulator clocks run provisionally" }
                p { "A report claims harm or exploitation. The clocks run from " (When::full(at, &look.zone)) " until the regulatory role confirms or declines." }
                @if works { p { a href={ (home) "/awareness" } { "Confirm the moment" } " · " a href={ (home) "/awareness-decline" } { "Not reportable" } } }
            }))
        }
    }
}

/// The reports as they arrived, and what was said since.
fn reports(look: &Look, case: &CaseFile) -> Markup {
    let shown = 5;
    html! {
        @if case.lane == Lane::M || case.occurrences > 0 {
            h2 { "Where it shows" }
            p { (count_words(case.occurrences, "place")) " so far. " a href={ "/desk/case/" (case.number) "/occurrences" } { "See them all" } }
        }
        @for report in case.reports.iter().take(shown) {
            h2 { "Report " a href={ "/desk/report/" (report.number) } { (report.number) } }
            (arrived(look, report))
            @if case.lane == Lane::H || case.lane == Lane::Hx || !report.messages.is_empty() { (conversation(look, report)) }
        }
        @if case.reports.len() > shown {
            (details(&format!("{} more reports", case.reports.len() - shown), html! {
                ul { @for report in case.reports.iter().skip(shown) { li { a href={ "/desk/report/" (report.number) } { (report.number) } } } }
            }))
        }
    }
}

/// The task list: what closure still needs, then what is done.
fn needs(look: &Look, case: &CaseFile) -> Markup {
    let home = format!("/desk/case/{}", case.number);
    let task = |gap: &Gap| Task {
        done: false,
        body: html! {
            @match &gap.act {
                Some(act) if look.works() && fits(case, act) => a href={ (home) "/" (act) } { (gap.sentence) },
                _ => span.soft { (gap.sentence) },
            }
            @if let Some(who) = &gap.who { " " span.soft.small { (who) } }
        },
    };
    let (first, later): (Vec<&Gap>, Vec<&Gap>) = case
        .gaps
        .iter()
        .partition(|gap| gap.act.as_deref() == Some("review"));
    let step = next_step(case).filter(|_| look.works() && first.is_empty());
    let step = step.map(|(act, words, other, or)| Task {
        done: false,
        body: html! { a href={ (home) "/" (act) } { (words) } " " span.soft { "or " a href={ (home) "/" (other) } { (or) } } },
    });
    let open = first
        .into_iter()
        .map(task)
        .chain(step)
        .chain(later.into_iter().map(task));
    let done = case.done.iter().map(|line| Task {
        done: !line.to_confirm,
        body: html! {
            (line.sentence) " " span.soft.small { (line.by) ", " (When::short(line.at, &look.zone)) }
            @if line.to_confirm && look.works() { " " a href={ (home) "/confirm" } { "confirm or replace" } }
        },
    });
    let all: Vec<Task> = open.chain(done).collect();
    let ready = case.gaps.is_empty() && case.state != CaseState::Closed && case.proposal.is_none();
    html! {
        h2 { @if case.state == CaseState::Closed { "What was decided" } @else { "What closure still needs" } }
        (tasks(&all))
        @if case.state == CaseState::Closed {
            div.actions { (quiet_link(&format!("{home}/closure"), "The closure record")) }
        } @else if look.works() && ready {
            div.actions { (button_link(&format!("{home}/propose-closure"), "Propose to close it")) }
        }
    }
}

/// What leads on from review, once its questions are answered: the act, and the other way.
fn next_step(case: &CaseFile) -> Option<(&'static str, &'static str, &'static str, &'static str)> {
    match case.state {
        CaseState::Received => Some((
            "validate",
            "Say that it is valid (9.3)",
            "invalidate",
            "leave by an exit of review",
        )),
        CaseState::Valid => Some((
            "accept",
            "Accept it, so that work begins",
            "defer",
            "defer it",
        )),
        _ => None,
    }
}

/// Whether the form of this act would be taken now: analysis and addressing follow review (9.4, 9.5).
fn fits(case: &CaseFile, act: &str) -> bool {
    let waits = matches!(case.state, CaseState::Received | CaseState::Valid);
    !(waits && AFTER_REVIEW.contains(&act))
}

const AFTER_REVIEW: [&str; 12] = [
    "impact",
    "root-cause",
    "related",
    "score",
    "status",
    "safety",
    "route",
    "siblings",
    "third-parties",
    "residual-risk",
    "verified",
    "disclosure",
];

/// Status by release.
fn status_table(look: &Look, case: &CaseFile) -> Markup {
    let named = |id| {
        case.releases
            .iter()
            .find(|r| r.release == id)
            .map_or_else(|| "another release".into(), |r| r.version.clone())
    };
    let settle = format!("/desk/case/{}/status", case.number);
    let rows = case.releases.iter().map(|row: &ReleaseLine| {
        let (status, plan) = status_words(row.status.as_ref(), named);
        vec![
            html! { (row.version) @if !row.released { " " span.soft.small { "not shipped" } } },
            html! { (status) @if row.verified { " " span.soft.small { "verified" } } },
            html! { (plan) @if !row.settled && look.works() && fits(case, "status") { " " a href=(settle) { "decide" } } },
        ]
    });
    html! {
        h2 { "Status by release" }
        @if case.releases.is_empty() {
            (empty(html! { p { @if case.product.is_none() { "No product is set. " @if look.works() { a href={ "/desk/case/" (case.number) "/product" } { "Say which it is about" } } } @else { "This product has no releases yet." } } }))
        } @else {
            (table("status", "Status by release", [column("Release").bare(), column("Status"), column("Plan")]).quiet_caption().row_heading(0).rows(rows))
        }
    }
}

/// Acts that fit the case now and are not in the task list, by theme; the core refuses what does not fit.
fn more_acts(look: &Look, case: &CaseFile) -> Markup {
    if !look.works() {
        return html! {};
    }
    let groups: [(&str, &[&str]); 5] = [
        ("Where it goes", where_to(case)),
        ("About it", &["title", "product", "assign", "lane", "note"]),
        ("Determinations", determinations(case)),
        (
            "What became known",
            &["public", "exploit", "attack", "awareness"],
        ),
        ("Agreements and links", agreements(case)),
    ];
    html! {
        h2 { "Other acts" }
        @for (label, slugs) in groups {
            @if !slugs.is_empty() { (details(label, html! { ul { @for act in slugs.iter().filter_map(|s| act_named(s)) { li { a href={ "/desk/case/" (case.number) "/" (act.slug) } { (act.title) } } } } })) }
        }
    }
}

fn act_named(slug: &str) -> Option<&'static CaseAct> {
    case_acts().find(|act| act.slug == slug)
}

fn where_to(case: &CaseFile) -> &'static [&'static str] {
    match case.state {
        CaseState::Received => &["validate", "invalidate"],
        CaseState::Invalid => &["validate", "propose-closure"],
        CaseState::Valid => &["accept", "defer"],
        CaseState::Accepted => &["defer", "propose-closure"],
        CaseState::Deferred => &["accept", "propose-closure"],
        CaseState::Closed => &["reopen", "fielding"],
    }
}

fn determinations(case: &CaseFile) -> &'static [&'static str] {
    match case.state {
        CaseState::Closed => &[],
        CaseState::Received | CaseState::Valid => &["review", "complaint", "notice", "inquiry"],
        _ => &[
            "review",
            "impact",
            "root-cause",
            "related",
            "score",
            "status",
            "safety",
            "route",
            "siblings",
            "third-parties",
            "residual-risk",
            "fix-ready",
            "fix-deployed",
            "verified",
            "disclosure",
            "advisory",
            "complaint",
            "fielding",
            "notice",
            "inquiry",
        ],
    }
}

fn agreements(case: &CaseFile) -> &'static [&'static str] {
    if case.state == CaseState::Closed {
        return &[];
    }
    match case.embargo {
        Embargo::None => &["embargo", "duplicate", "split"],
        Embargo::Proposed(_) => &["embargo-accept", "embargo-reject", "duplicate", "split"],
        Embargo::Active(_) => &[
            "embargo-revise",
            "embargo-uphold",
            "embargo-end",
            "duplicate",
            "split",
        ],
        Embargo::Revise(..) => &[
            "embargo-revision-accept",
            "embargo-revision-reject",
            "embargo-end",
            "duplicate",
            "split",
        ],
        Embargo::Exited => &["duplicate", "split"],
    }
}

/// The history, newest first: each event one sentence.
pub fn history(look: &Look, lines: &[TimelineLine]) -> Markup {
    let entries: Vec<TimelineEntry> = lines
        .iter()
        .map(|line| TimelineEntry {
            at: When::short(line.at, &look.zone),
            voice: Voice::Event,
            body: html! {
                p { (line.sentence) @if line.said.is_none() { "." } @else { ": " } @if let Some(said) = &line.said { i.said { "“" (plain_text(said)) "”" } } " " span.soft.small { "record " (line.index) } }
            },
        })
        .collect();
    timeline(&entries)
}

/// A page of occurrences.
pub fn occurrences_view(case: &CaseFile, page: &OccurrencePage) -> Markup {
    let rows = page.lines.iter().map(|line| {
        vec![
            html! { code { (plain_text(&line.place)) } },
            html! { (plain_text(&line.message)) },
            html! { (line.runs) @if !line.present { " " (tag("no longer reported")) } },
        ]
    });
    html! {
        p.kicker { a href={ "/desk/case/" (case.number) } { code { (case.number) } } " " (case.title) }
        h1 { "Where it shows" }
        p.lede { (sentence_start(&count_words(case.occurrences, "place"))) ". “No longer reported” is what the last run says; it closes nothing." }
        @if page.lines.is_empty() { (empty(html! { p { "No run has shown this case at any place." } })) }
        @else { (table("occurrences", "Where it shows", [column("Place").bare(), column("What the tool says"), column("Runs")]).quiet_caption().rows(rows).render()) }
        @if let Some(next) = &page.next { p { a rel="next" href={ "/desk/case/" (case.number) "/occurrences?after=" (query_value(next)) } { "Next page" } } }
    }
}

/// What a case is called in a sentence, for other pages.
pub fn short_facts(case: &CaseFile) -> Markup {
    facts([
        ("State", state_word(case.state).to_owned()),
        ("Stage", word_of(STAGES, &case.stage).to_owned()),
        ("Lane", word_of(LANES, &case.lane).to_owned()),
    ])
}

/// The page of a case.
pub async fn get(reader: Reader, Path(number): Path<String>) -> Answer {
    let case = reader.case(&number).await?.ok_or(Failure::NotFound)?;
    let ctx = Ctx::of(reader.signed()).await?;
    Ok(ctx.show(Page::new(
        format!("{} {}", case.number, case.title),
        view(&ctx.look, &case),
    )))
}

/// A page of its occurrences.
pub async fn get_occurrences(
    reader: Reader,
    Path(number): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Answer {
    let case = reader.case(&number).await?.ok_or(Failure::NotFound)?;
    let page = reader
        .occurrences(&number, query.get("after").cloned())
        .await?
        .ok_or(Failure::NotFound)?;
    let ctx = Ctx::of(reader.signed()).await?;
    Ok(ctx.show(Page::new(
        format!("{} places", case.number),
        occurrences_view(&case, &page),
    )))
}
