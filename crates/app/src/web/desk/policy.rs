//! `/desk/policy`: by when we answer, in which calendar, and who owns new cases.

use super::acts::case_form::refusal_of;
use super::form::{How, Question, Typed, ask, problems, questions};
use super::frame::{Answer, Ctx, Look, see_other};
use super::model::{Named, PersonLine, PolicyPage};
use crate::access::Administrator;
use crate::web::components::{
    FieldError, Tone, button, column, error_summary, hidden, note, table,
};
use crate::web::layout::Page;
use crate::web::when::When;
use jiff::civil;
use jiff::tz::TimeZone;
use maud::{Markup, Render, html};

fn asked(p: &PolicyPage, people: &[PersonLine]) -> Vec<Question> {
    let owners = people
        .iter()
        .filter(|l| l.active)
        .map(|l| (l.person.id.to_string(), l.person.name.clone()))
        .collect();
    let owner = p
        .intake_owner
        .as_ref()
        .map(|o| o.id.to_string())
        .unwrap_or_default();
    vec![
        ask(
            "acknowledge",
            "Working days until a person answers",
            How::Number,
        )
        .hint("Promised on the public form. Usual is 3; at most 7.")
        .value(p.acknowledge_days.to_string()),
        ask("update", "Days between updates", How::Number)
            .hint("Until analysis is complete. Usual is 14.")
            .value(p.update_days.to_string()),
        ask("owner", "Who owns new cases", How::Select(owners))
            .hint("A report from a person belongs to them from its first second.")
            .optional()
            .value(owner),
        ask("zone", "Time zone", How::Line)
            .hint("Its name in the IANA list, for example Europe/Berlin.")
            .value(&p.zone),
        ask("closes_at", "End of the working day", How::Line)
            .hint("For example 17:00. What is due on a working day is due then.")
            .value(&p.closes_at),
        ask("holidays", "Holidays", How::Text)
            .hint("One date a line, as 2027-01-01. They are never guessed.")
            .optional()
            .value(p.holidays.join("\n")),
    ]
}

/// The form and the rules.
pub fn view(
    look: &Look,
    p: &PolicyPage,
    people: &[PersonLine],
    typed: Option<&Typed>,
    errors: &[FieldError],
    refusal: Option<&str>,
) -> Markup {
    let rows = p.terms.iter().map(|t| {
        vec![
            html! { (t.what) },
            html! { span.nowrap { (t.within) } },
            html! { span.soft.small { (t.source) } },
        ]
    });
    html! {
        (error_summary(errors))
        @if let Some(refusal) = refusal { (note(Tone::Alarm, html! { h2 { "This was not done" } p { (refusal) } })) }
        p.kicker { a href="/desk/settings" { "Settings" } }
        h1 { "Policy and calendar" }
        p.lede {
            @match p.adopted { Some(at) => { "In force since " (When::full(at, &look.zone)) ". " } None => "This is the policy as shipped. " }
            "A clock uses the policy in force at the event that started it: a change moves no clock that runs."
        }
        form method="post" action="/desk/policy" {
            (hidden("seen", &p.version.to_string()))
            (questions(&asked(p, people), typed, errors))
            div.actions { (button("Adopt this policy")) a href="/desk/settings" { "Back without doing it" } }
        }
        h2 { "Every clock, and where its number comes from" }
        (table("terms", "Every clock", [column("What is due").bare(), column("Within"), column("Source")]).quiet_caption().rows(rows).render())
        p.soft { "SHA-256 of the policy: " code { (p.sha256) } }
    }
}

/// The page.
pub async fn get(administrator: Administrator) -> Answer {
    let (policy, people) = (administrator.policy().await?, administrator.people().await?);
    let ctx = Ctx::of(administrator.signed()).await?;
    Ok(ctx.show(
        Page::new("Policy", view(&ctx.look, &policy, &people, None, &[], None))
            .current("/desk/settings"),
    ))
}

/// Adopts a new one.
pub async fn post(administrator: Administrator, typed: Typed) -> Answer {
    let (policy, people) = (administrator.policy().await?, administrator.people().await?);
    let ctx = Ctx::of(administrator.signed()).await?;
    let mut errors = problems(&asked(&policy, &people), &typed);
    let mut refusal = None;
    if let (true, Some(adopted)) = (
        errors.is_empty(),
        adopt(&policy, &people, &typed, &mut errors),
    ) {
        match administrator.adopt_policy(adopted).await {
            Ok(()) => return Ok(see_other("/desk/policy")),
            Err(trouble) => refusal = refusal_of(trouble, &mut errors)?,
        }
    }
    let main = view(
        &ctx.look,
        &policy,
        &people,
        Some(&typed),
        &errors,
        refusal.as_deref(),
    );
    Ok(ctx.show_errors(Page::new("Policy", main)))
}

/// The policy as typed, or what to put right.
fn adopt(
    policy: &PolicyPage,
    people: &[PersonLine],
    typed: &Typed,
    errors: &mut Vec<FieldError>,
) -> Option<PolicyPage> {
    let mut number = |name: &str, most: u32| {
        let value = typed
            .get(name)
            .parse::<u32>()
            .ok()
            .filter(|n| (1..=most).contains(n));
        if value.is_none() {
            errors.push(FieldError::new(
                name,
                format!("Write a number from 1 to {most}."),
            ));
        }
        value
    };
    let (acknowledge_days, update_days) = (number("acknowledge", 7), number("update", 90));
    let zone = typed.get("zone");
    if TimeZone::get(zone).is_err() {
        errors.push(FieldError::new(
            "zone",
            "Write a name of the IANA list, for example Europe/Berlin.",
        ));
    }
    if civil::Time::strptime("%H:%M", typed.get("closes_at")).is_err() {
        errors.push(FieldError::new(
            "closes_at",
            "Write hours and minutes, for example 17:00.",
        ));
    }
    let holidays: Vec<String> = typed
        .get("holidays")
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    if let Some(wrong) = holidays
        .iter()
        .find(|h| civil::Date::strptime("%Y-%m-%d", h.as_str()).is_err())
    {
        errors.push(FieldError::new(
            "holidays",
            format!("“{wrong}” is not a date. Write one a line, as 2027-01-01."),
        ));
    }
    let intake_owner: Option<Named> = people
        .iter()
        .find(|p| p.person.id.to_string() == typed.get("owner"))
        .map(|p| p.person.clone());
    let (acknowledge_days, update_days) = (acknowledge_days?, update_days?);
    errors.is_empty().then(|| PolicyPage {
        acknowledge_days,
        update_days,
        zone: zone.to_owned(),
        closes_at: typed.get("closes_at").to_owned(),
        holidays,
        intake_owner,
        version: typed.seen(),
        ..policy.clone()
    })
}
