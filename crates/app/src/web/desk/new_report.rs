//! `/desk/new`: somebody inside reports what they found (9.2 c), or enters what came by phone, letter or visit (9.2 d).

use super::acts::case_form::refusal_of;
use super::form::{How, Question, Typed, ask, problems, questions};
use super::frame::{Answer, Ctx, see_other};
use super::model::NewReport;
use crate::access::Signed;
use crate::web::components::{FieldError, Tone, button, error_summary, note};
use crate::web::layout::Page;
use maud::{Markup, html};
use vulnerary_case::source::Source;

/// Who it came from, as the form says it: code, source, by hand, label.
const FROM: [(&str, Source, bool, &str); 6] = [
    (
        "me",
        Source::C,
        false,
        "I found it myself, in development or operation of our products",
    ),
    (
        "test",
        Source::A,
        false,
        "A security verification or validation test found it",
    ),
    (
        "user",
        Source::D,
        true,
        "A product user told us, by phone, letter or visit",
    ),
    ("supplier", Source::B, true, "A component supplier told us"),
    ("log", Source::E, false, "It was seen in an audit log"),
    (
        "notice",
        Source::G,
        true,
        "A notification about a widespread vulnerability",
    ),
];

fn asked() -> Vec<Question> {
    let from = FROM
        .iter()
        .map(|(code, _, _, label)| ((*code).to_owned(), (*label).to_owned()))
        .collect();
    vec![
        ask("from", "Who noticed it?", How::Select(from)),
        ask("description", "What was found?", How::Text)
            .hint("How can somebody see it themselves? What could be done with it? Write what you were told, as you were told it."),
        ask("product", "Which product and version?", How::Line).hint("As far as known.").optional(),
        ask("impact", "Has somebody been harmed, or could they be?", How::Text).optional(),
        ask("name", "Who told us, and how do we reach them?", How::Line)
            .hint("Only where somebody else told you. It is sealed with the report.")
            .optional(),
    ]
}

fn view(typed: Option<&Typed>, errors: &[FieldError], refusal: Option<&str>) -> Markup {
    html! {
        (error_summary(errors))
        @if let Some(refusal) = refusal { (note(Tone::Alarm, html! { h2 { "This was not done" } p { (refusal) } })) }
        h1 { "Report a vulnerability" }
        p.lede { "It becomes a report and a case at once, like one from outside: on record, with an owner and a clock." }
        form method="post" action="/desk/new" {
            (questions(&asked(), typed, errors))
            div.actions { (button("Put it on record")) }
        }
    }
}

/// The form.
pub async fn get(signed: Signed) -> Answer {
    Ok(Ctx::of(&signed)
        .await?
        .show(Page::new("Report a vulnerability", view(None, &[], None)).current("/desk/new")))
}

/// Takes the report; goes to its case.
pub async fn post(signed: Signed, typed: Typed) -> Answer {
    let ctx = Ctx::of(&signed).await?;
    let mut errors = problems(&asked(), &typed);
    let chosen = FROM.iter().find(|(code, ..)| *code == typed.get("from"));
    let mut refusal = None;
    if let (true, Some((_, source, by_hand, _))) = (errors.is_empty(), chosen) {
        let fields = ["description", "product", "impact", "name"];
        let fields = fields
            .iter()
            .map(|f| ((*f).to_owned(), typed.get(f).to_owned()))
            .filter(|(_, v)| !v.is_empty());
        let report = NewReport {
            source: *source,
            by_hand: *by_hand,
            fields: fields.collect(),
        };
        match signed.take_report(report).await {
            Ok(case) => return Ok(see_other(&format!("/desk/case/{case}"))),
            Err(trouble) => refusal = refusal_of(trouble, &mut errors)?,
        }
    }
    Ok(ctx.show_errors(
        Page::new(
            "Report a vulnerability",
            view(Some(&typed), &errors, refusal.as_deref()),
        )
        .current("/desk/new"),
    ))
}
