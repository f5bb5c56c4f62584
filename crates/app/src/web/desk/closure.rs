//! `/desk/case/{number}/closure` and `/approve`: the closure record as it will be filed, or was; and its signature.

use super::acts::case_form::{refusal_of, signature, wrong_signature};
use super::case::head;
use super::form::Typed;
use super::frame::{Answer, Ctx, Failure, Look, see_other};
use super::model::{CaseFile, CaseState, ClosureRecord};
use crate::access::{Reader, SignatureCheck, Worker};
use crate::web::components::{
    FieldError, Tone, button, error_summary, facts, hidden, note, plain_text, quote,
};
use crate::web::layout::Page;
use axum::extract::Path;
use maud::{Markup, html};
use uuid::Uuid;
use vulnerary_case::act::CaseCommand;
use vulnerary_case::case::event::Meaning;
use vulnerary_case::id::{MessageId, ReportId};
use vulnerary_case::refusal::outcome_word;

/// The page: the whole record, what changed since it was proposed, and the form to sign it.
pub fn view(
    look: &Look,
    case: &CaseFile,
    record: &ClosureRecord,
    typed: Option<&Typed>,
    errors: &[FieldError],
    refusal: Option<&str>,
) -> Markup {
    let home = format!("/desk/case/{}", case.number);
    html! {
        (error_summary(errors))
        @if let Some(refusal) = refusal { (note(Tone::Alarm, html! { h2 { "It was not signed" } p { (refusal) } })) }
        p.kicker { a href=(home) { "Back to the case" } }
        (head(look, case))
        h2 { "The closure record" }
        @match &case.proposal {
            Some(p) => p.lede { (p.by.name) " proposes to close this case as “" (outcome_word(p.outcome)) "”. This is the whole record as it will be filed." },
            None if case.state == CaseState::Closed => p.lede { "This is the record as it was filed." },
            None => p.lede { "Nobody has proposed to close this case. This is the record as it stands." },
        }
        @if !record.since.is_empty() {
            (note(Tone::Alarm, html! { h2 { "Changed since it was proposed" } ul { @for line in &record.since { li { (line) } } } }))
        }
        @for section in &record.sections {
            h3 { (section.heading) }
            (facts(section.lines.iter().map(|l| (html! { (l.name) }, html! { span.said { (plain_text(&l.value)) } }))))
        }
        p.soft { "SHA-256 of the record: " code { (record.digest) } }
        @if case.proposal.is_some() && look.works() { (sign(case, record, typed, errors)) }
    }
}

fn sign(
    case: &CaseFile,
    record: &ClosureRecord,
    typed: Option<&Typed>,
    errors: &[FieldError],
) -> Markup {
    let home = format!("/desk/case/{}", case.number);
    let ticked = |id: &MessageId| typed.is_some_and(|t| t.all("read").any(|v| v == id.to_string()));
    html! {
        @if let Some(why) = &record.may_not {
            (note(Tone::Plain, html! { h2 { "You may not sign this" } p { (why) } }))
        } @else {
            form method="post" action={ (home) "/approve" } {
                (hidden("seen", &case.version.to_string()))
                (hidden("digest", &record.digest))
                @if !record.unread.is_empty() {
                    h2 { "Messages that came in since" }
                    @for (id, from, text) in &record.unread {
                        p { b { (from) } } (quote(text))
                        div.choices { label { input type="checkbox" name="read" value=(id) checked[ticked(id)]; span { "I have read this message" } } }
                    }
                }
                (signature(Meaning::ClosureApproval, errors))
                h2 { "What will follow" }
                ul {
                    li { "The case closes. Each reporter gets the closing notice that stands in the record, and learns how to disagree." }
                    li { "Record and signature are kept for good; they outlive the erasure of personal data." }
                }
                div.actions { (button("Sign and close")) a href={ (home) "/send-back" } { "Send it back" } a href=(home) { "Back without signing" } }
            }
        }
    }
}

/// The record, for whoever may read the case.
pub async fn get(reader: Reader, Path(number): Path<String>) -> Answer {
    let case = reader.case(&number).await?.ok_or(Failure::NotFound)?;
    let record = reader
        .closure_record(&number)
        .await?
        .ok_or(Failure::NotFound)?;
    let ctx = Ctx::of(reader.signed()).await?;
    Ok(ctx.show(Page::new(
        format!("{} closure record", case.number),
        view(&ctx.look, &case, &record, None, &[], None),
    )))
}

/// Signs it.
pub async fn post(worker: Worker, Path(number): Path<String>, typed: Typed) -> Answer {
    let case = worker.case(&number).await?.ok_or(Failure::NotFound)?;
    let record = worker
        .closure_record(&number)
        .await?
        .ok_or(Failure::NotFound)?;
    let ctx = Ctx::of(worker.signed()).await?;
    let again = |errors: &[FieldError], refusal: Option<&str>| {
        let main = view(&ctx.look, &case, &record, Some(&typed), errors, refusal);
        ctx.show_errors(Page::new(format!("{} closure record", case.number), main))
    };
    let signer = match worker
        .sign(typed.raw("password"), typed.get("code"))
        .await?
    {
        SignatureCheck::Right(signer) => signer,
        SignatureCheck::Wrong => return Ok(again(&[wrong_signature()], None)),
    };
    let read = typed
        .all("read")
        .filter_map(|v| Uuid::parse_str(v).ok())
        .map(MessageId)
        .collect();
    let notices: Vec<(ReportId, MessageId)> = case
        .reports
        .iter()
        .map(|r| (r.id, MessageId(worker.new_uuid())))
        .collect();
    let (digest, name) = (typed.get("digest").to_owned(), signer.name());
    let make = Box::new(move |_: &[_]| {
        Some(CaseCommand::ApproveClosure {
            digest,
            name,
            read,
            notices,
        })
    });
    match signer.on_case(case.id, typed.seen(), vec![], make).await {
        Ok(_) => Ok(see_other(&format!("/desk/case/{}", case.number))),
        Err(trouble) => {
            let mut errors = Vec::new();
            let refusal = refusal_of(trouble, &mut errors)?;
            Ok(again(&errors, refusal.as_deref()))
        }
    }
}
