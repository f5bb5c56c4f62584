//! `/desk/batch/review` and `/desk/batch/sign`: many cases of one lane at once, where the lane allows it (M, T, A).

use super::acts::case_form::{signature, wrong_signature};
use super::form::{How, Typed, ask, problems, questions};
use super::frame::{Answer, Ctx, Failure, Look};
use super::model::{BatchLine, PersonLine};
use super::needs::{Done, Texts};
use super::words::{ANSWERS, LANES, SCREENS, TIERS, chosen, count_words, word_of};
use crate::access::{SignatureCheck, Worker};
use crate::web::components::{
    FieldError, Tone, button, column, empty, error_summary, hidden, note, table,
};
use crate::web::layout::Page;
use axum::extract::Query;
use maud::{Markup, Render, html};
use std::collections::HashMap;
use uuid::Uuid;
use vulnerary_case::act::{BatchCommand, CaseCommand};
use vulnerary_case::case::event::{Lane, Meaning, Outcome, Reviewed};
use vulnerary_case::id::{CaseId, PersonId};
use vulnerary_case::refusal::outcome_word;

/// Lanes that are worked in batches.
const BATCHED: [Lane; 3] = [Lane::M, Lane::T, Lane::A];

fn lane_of(value: &str) -> Lane {
    chosen(LANES, value)
        .filter(|l| BATCHED.contains(l))
        .unwrap_or(Lane::M)
}

fn lane_value(lane: Lane) -> &'static str {
    LANES
        .iter()
        .find(|(_, v, _)| *v == lane)
        .map_or("M", |(v, ..)| *v)
}

fn tabs(here: &str, lane: Lane) -> Markup {
    html! {
        nav.filters aria-label="Lanes" {
            @for other in BATCHED { a href={ "/desk/batch/" (here) "?lane=" (lane_value(other)) } aria-current=[(other == lane).then_some("true")] { (word_of(LANES, &other)) } }
            @if here == "review" { a href={ "/desk/batch/sign?lane=" (lane_value(lane)) } { "Sign closures" } } @else { a href={ "/desk/batch/review?lane=" (lane_value(lane)) } { "Review" } }
        }
    }
}

/// The list with a box to tick in each line; each carries what its author saw.
fn list(lines: &[BatchLine], typed: Option<&Typed>, sign: bool) -> Markup {
    let ticked =
        |line: &BatchLine| typed.is_none_or(|t| t.all("case").any(|v| v == carried(line, sign)));
    let rows = lines.iter().map(|line| {
        vec![
            html! {
                @if line.may_not.is_some() && sign { span.soft { "not by you" } }
                @else { label.choices { input type="checkbox" name="case" value=(carried(line, sign)) checked[ticked(line)] aria-label={ "Take " (line.number) }; } }
            },
            html! { code.nowrap { (line.number) } },
            html! { a href={ "/desk/case/" (line.number) @if sign { "/closure" } } { (line.title) } br; span.soft.small { (line.product.as_deref().unwrap_or("no product yet")) @if line.occurrences > 0 { " · " (count_words(line.occurrences, "place")) } } },
            html! { @if let Some((outcome, _)) = &line.proposal { (outcome_word(*outcome)) } @if let (Some(why), true) = (&line.may_not, sign) { br; span.soft.small { (why) } } },
        ]
    });
    let columns = [
        column("").bare(),
        column("Number").bare(),
        column("What").bare(),
        column("Outcome"),
    ];
    table("cases", "Cases", columns)
        .quiet_caption()
        .rows(rows)
        .render()
}

/// What a ticked box sends: the case and the version or digest that was seen.
fn carried(line: &BatchLine, sign: bool) -> String {
    match (&line.proposal, sign) {
        (Some((_, digest)), true) => format!("{}/{digest}", line.case),
        _ => format!("{}/{}", line.case, line.version),
    }
}

fn taken(typed: &Typed) -> Vec<(CaseId, String)> {
    typed
        .all("case")
        .filter_map(|v| v.split_once('/'))
        .filter_map(|(id, rest)| Some((CaseId(Uuid::parse_str(id).ok()?), rest.to_owned())))
        .collect()
}

fn review_questions(people: &[PersonLine]) -> Vec<super::form::Question> {
    let owners = people
        .iter()
        .filter(|p| p.active)
        .map(|p| (p.person.id.to_string(), p.person.name.clone()))
        .collect();
    let next = vec![
        ("stay".to_owned(), "Stay at review".to_owned()),
        (
            "accept".to_owned(),
            "They are valid: accept them".to_owned(),
        ),
        (
            "not_security".to_owned(),
            "Leave: not a security issue".to_owned(),
        ),
        (
            "not_applicable".to_owned(),
            "Leave: does not apply".to_owned(),
        ),
        (
            "not_verifiable".to_owned(),
            "Leave: not verifiable".to_owned(),
        ),
    ];
    vec![
        ask(
            "applicable",
            "Do they apply to a product of ours?",
            How::Radios(super::form::choices(ANSWERS)),
        ),
        ask(
            "verifiable",
            "Could they be verified?",
            How::Radios(super::form::choices(ANSWERS)),
        ),
        ask(
            "threats",
            "Were related threats looked for?",
            How::Radios(super::form::choices(ANSWERS)),
        ),
        ask(
            "tier",
            "How severe do they seem?",
            How::Radios(super::form::choices(TIERS)),
        ),
        ask(
            "safety_screen",
            "Can they contribute to harm?",
            How::Radios(super::form::choices(SCREENS)),
        ),
        ask(
            "harmed",
            "Has anybody been harmed?",
            How::Radios(super::form::choices(ANSWERS)),
        ),
        ask("next", "What next?", How::Radios(next)),
        ask("owner", "Give them to", How::Select(owners)).optional(),
        ask("why", "Why?", How::Text).hint(
            "One rationale for all of them. What is different belongs into a case of its own.",
        ),
    ]
}

/// The review form.
pub fn review_view(
    lane: Lane,
    lines: &[BatchLine],
    people: &[PersonLine],
    typed: Option<&Typed>,
    errors: &[FieldError],
    done: Option<&Done>,
) -> Markup {
    html! {
        (error_summary(errors))
        h1 { "Review many at once" }
        p.lede { "One answer for several cases of the same kind. Each case records it as its own review." }
        (tabs("review", lane))
        (outcome(done, "reviewed"))
        @if lines.is_empty() { (empty(html! { p { "No case of this lane waits for review. They come from tools’ results, feeds and logs." } })) }
        @else {
            form method="post" action={ "/desk/batch/review?lane=" (lane_value(lane)) } {
                (list(lines, typed, false))
                (questions(&review_questions(people), typed, errors))
                div.actions { (button("Record for the ticked cases")) }
            }
        }
    }
}

fn outcome(done: Option<&Done>, verb: &str) -> Markup {
    html! {
        @if let Some(done) = done {
            (note(if done.left_out.is_empty() { Tone::Good } else { Tone::Alarm }, html! {
                p { b { (count_words(done.applied, "case")) " " (verb) "." } }
                @if !done.left_out.is_empty() {
                    p { "Left out, and unchanged:" }
                    ul { @for (number, why) in &done.left_out { li { a href={ "/desk/case/" (number) } { (number) } ": " (why) } } }
                }
            }))
        }
    }
}

/// The sign form.
pub fn sign_view(
    look: &Look,
    lane: Lane,
    lines: &[BatchLine],
    typed: Option<&Typed>,
    errors: &[FieldError],
    done: Option<&Done>,
) -> Markup {
    let _ = look;
    html! {
        (error_summary(errors))
        h1 { "Sign closures" }
        p.lede { "One signature over a list. Open a line to read its closure record. A case that changes meanwhile drops out and is named." }
        (tabs("sign", lane))
        (outcome(done, "closed"))
        @if lines.is_empty() { (empty(html! { p { "No closure of this lane waits for a signature. They appear here when somebody proposes to close a case." } })) }
        @else {
            form method="post" action={ "/desk/batch/sign?lane=" (lane_value(lane)) } {
                (list(lines, typed, true))
                (signature(Meaning::BatchApproval, errors))
                (hidden("lane", lane_value(lane)))
                div.actions { (button("Sign the ticked closures")) }
            }
        }
    }
}

type Params = Query<HashMap<String, String>>;

fn lane_in(query: &Params) -> Lane {
    lane_of(query.get("lane").map_or("", String::as_str))
}

/// The review form of a lane.
pub async fn get_review(worker: Worker, query: Params) -> Answer {
    let lane = lane_in(&query);
    let (lines, people) = (worker.batch(lane, false).await?, worker.people().await?);
    let ctx = Ctx::of(worker.signed()).await?;
    Ok(ctx.show(Page::new(
        "Review many at once",
        review_view(lane, &lines, &people, None, &[], None),
    )))
}

/// Records one review for many.
pub async fn post_review(worker: Worker, query: Params, typed: Typed) -> Answer {
    let lane = lane_in(&query);
    let (lines, people) = (worker.batch(lane, false).await?, worker.people().await?);
    let ctx = Ctx::of(worker.signed()).await?;
    let cases: Vec<_> = taken(&typed)
        .into_iter()
        .map(|(id, seen)| (id, seen.parse().ok()))
        .collect();
    let mut errors = problems(&review_questions(&people), &typed);
    if cases.is_empty() {
        errors.insert(0, FieldError::new("why", "Tick at least one case."));
    }
    if !errors.is_empty() {
        let main = review_view(lane, &lines, &people, Some(&typed), &errors, None);
        return Ok(ctx.show_errors(Page::new("Review many at once", main)));
    }
    let done = record_review(&worker, cases, &typed).await?;
    let lines = worker.batch(lane, false).await?;
    Ok(ctx.show(Page::new(
        "Review many at once",
        review_view(lane, &lines, &people, None, &[], Some(&done)),
    )))
}

async fn record_review(
    worker: &Worker,
    cases: Vec<(CaseId, Option<u64>)>,
    typed: &Typed,
) -> Result<Done, Failure> {
    let answer = |name| chosen(ANSWERS, typed.get(name));
    let reviewed = Reviewed {
        applicable: answer("applicable"),
        verifiable: answer("verifiable"),
        threats: answer("threats"),
        tier: chosen(TIERS, typed.get("tier")),
        safety_screen: chosen(SCREENS, typed.get("safety_screen")),
        harmed: answer("harmed"),
        text: None,
    };
    let owner = Uuid::parse_str(typed.get("owner")).ok().map(PersonId);
    let next = typed.get("next").to_owned();
    let texts = vec![Texts::from([(
        "why".to_owned(),
        typed.get("why").to_owned(),
    )])];
    let make = Box::new(move |refs: &[_]| {
        let text: Option<vulnerary_case::object::ObjectRef> = refs.first().cloned();
        let mut wishes = vec![CaseCommand::Review(Reviewed {
            text: text.clone(),
            ..reviewed
        })];
        wishes.extend(owner.map(|owner| CaseCommand::Assign { owner }));
        let exit = |exit| CaseCommand::Invalidate {
            exit,
            text: text.clone(),
        };
        match next.as_str() {
            "accept" => wishes.extend([
                CaseCommand::Validate { text: text.clone() },
                CaseCommand::Accept { text: text.clone() },
            ]),
            "not_security" => wishes.push(exit(Outcome::NotSecurity)),
            "not_applicable" => wishes.push(exit(Outcome::NotApplicable)),
            "not_verifiable" => wishes.push(exit(Outcome::NotVerifiable)),
            _ => {}
        }
        Some(BatchCommand::Each { cases, wishes })
    });
    Ok(worker.on_each(texts, make).await?)
}

/// The closures of a lane that wait for a signature.
pub async fn get_sign(worker: Worker, query: Params) -> Answer {
    let lane = lane_in(&query);
    let lines = worker.batch(lane, true).await?;
    let ctx = Ctx::of(worker.signed()).await?;
    Ok(ctx.show(Page::new(
        "Sign closures",
        sign_view(&ctx.look, lane, &lines, None, &[], None),
    )))
}

/// One signature over many.
pub async fn post_sign(worker: Worker, query: Params, typed: Typed) -> Answer {
    let lane = lane_in(&query);
    let lines = worker.batch(lane, true).await?;
    let ctx = Ctx::of(worker.signed()).await?;
    let again = |error: FieldError| {
        Ok(ctx.show_errors(Page::new(
            "Sign closures",
            sign_view(&ctx.look, lane, &lines, Some(&typed), &[error], None),
        )))
    };
    let cases = taken(&typed);
    if cases.is_empty() {
        return again(FieldError::new("password", "Tick at least one case."));
    }
    let signer = match worker
        .sign(typed.raw("password"), typed.get("code"))
        .await?
    {
        SignatureCheck::Right(signer) => signer,
        SignatureCheck::Wrong => return again(wrong_signature()),
    };
    let name = signer.name();
    let done = signer
        .on_batch(Box::new(move |_: &[_]| {
            Some(BatchCommand::Sign {
                cases,
                name,
                meaning: Meaning::BatchApproval,
            })
        }))
        .await?;
    let lines = worker.batch(lane, true).await?;
    Ok(ctx.show(Page::new(
        "Sign closures",
        sign_view(&ctx.look, lane, &lines, None, &[], Some(&done)),
    )))
}
