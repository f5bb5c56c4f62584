//! `/desk/settings`: what set-up still wants; and `/desk/organisation`: who we are and how we are reached.

use super::acts::case_form::refusal_of;
use super::form::{How, Question, Typed, ask, problems, questions};
use super::frame::{Answer, Ctx, see_other};
use super::model::{Around, Organisation, PersonLine, ProductLine};
use super::needs::Texts;
use crate::access::Administrator;
use crate::web::components::{FieldError, Task, Tone, button, error_summary, hidden, note, tasks};
use crate::web::layout::Page;
use maud::{Markup, html};
use vulnerary_case::act::OrgCommand;

/// The list of what set-up wants, each a link to its form.
pub fn settings_view(
    around: &Around,
    people: &[PersonLine],
    products: &[ProductLine],
    public_url: &str,
) -> Markup {
    let approvers = around.approvers;
    let released = products.iter().any(|p| !p.releases.is_empty());
    let https = public_url.starts_with("https://");
    let line = |done: bool, href: &str, words: &str, more: String| Task {
        done,
        body: html! { a href=(href) { (words) } " " span.soft.small { (more) } },
    };
    let list = [
        line(
            !around.organisation.is_empty(),
            "/desk/organisation",
            "Organisation and contacts",
            if around.organisation.is_empty() {
                "name, mail address, emergency telephone".into()
            } else {
                around.organisation.clone()
            },
        ),
        line(
            released,
            "/desk/products",
            "Products and releases",
            format!("{} so far", products.len()),
        ),
        line(
            approvers >= 2,
            "/desk/people",
            "People and roles",
            format!(
                "{}, {approvers} may sign closures; two are needed",
                if people.len() == 1 {
                    "1 person".to_owned()
                } else {
                    format!("{} people", people.len())
                }
            ),
        ),
        line(
            true,
            "/desk/policy",
            "Policy and calendar",
            "by when we answer, holidays, who owns new cases".into(),
        ),
        line(
            around.recovery_sheet_confirmed,
            "/desk/recovery-sheet",
            "Recovery sheet",
            "the master key on paper, in a safe place".into(),
        ),
    ];
    html! {
        h1 { "Settings" }
        p.lede { "What the organisation decides. Every change is an act in the ledger." }
        (tasks(&list))
        h2 { "Public address" }
        p { "Reports are received at " code { (public_url) } "." }
        @if !https { (note(Tone::Plain, html! { p { "This address is for a trial: it has no https. Set " code { "public_url" } " in the configuration file before anybody outside is told." } })) }
    }
}

/// The page.
pub async fn get_settings(administrator: Administrator) -> Answer {
    let (people, products) = (
        administrator.people().await?,
        administrator.products().await?,
    );
    let ctx = Ctx::of(administrator.signed()).await?;
    let url = administrator.signed().needs().settings().public_url.clone();
    Ok(ctx.show(
        Page::new(
            "Settings",
            settings_view(&ctx.around, &people, &products, &url),
        )
        .current("/desk/settings"),
    ))
}

fn asked(o: &Organisation) -> Vec<Question> {
    vec![
        ask("name", "Name of the organisation", How::Line)
            .hint("As reporters know it.")
            .value(&o.name),
        ask("email", "Mail address for reports", How::Line)
            .hint("For example psirt@example.com. It stands in security.txt.")
            .value(&o.email),
        ask("emergency_phone", "Telephone, day and night", How::Line)
            .hint("Shown first on the form: for somebody who may be in danger.")
            .value(&o.emergency_phone),
        ask("phone", "Telephone, office hours", How::Line)
            .optional()
            .value(&o.phone),
        ask("address", "Postal address", How::Text)
            .optional()
            .value(&o.address),
    ]
}

/// The form.
pub fn view(
    o: &Organisation,
    typed: Option<&Typed>,
    errors: &[FieldError],
    refusal: Option<&str>,
) -> Markup {
    html! {
        (error_summary(errors))
        @if let Some(refusal) = refusal { (note(Tone::Alarm, html! { h2 { "This was not done" } p { (refusal) } })) }
        p.kicker { a href="/desk/settings" { "Settings" } }
        h1 { "Organisation and contacts" }
        p.lede { "Shown on the public pages and in every receipt’s page." }
        form method="post" action="/desk/organisation" {
            (hidden("seen", &o.version.to_string()))
            (questions(&asked(o), typed, errors))
            div.actions { (button("Save it")) a href="/desk/settings" { "Back without doing it" } }
        }
    }
}

/// The form with what is known.
pub async fn get(administrator: Administrator) -> Answer {
    let organisation = administrator.organisation().await?;
    Ok(Ctx::of(administrator.signed()).await?.show(
        Page::new("Organisation", view(&organisation, None, &[], None)).current("/desk/settings"),
    ))
}

/// Describes the organisation anew.
pub async fn post(administrator: Administrator, typed: Typed) -> Answer {
    let organisation = administrator.organisation().await?;
    let ctx = Ctx::of(administrator.signed()).await?;
    let list = asked(&organisation);
    let mut errors = problems(&list, &typed);
    if errors.is_empty() && !typed.get("email").contains('@') {
        errors.push(FieldError::new(
            "email",
            "Write a mail address, for example psirt@example.com.",
        ));
    }
    let mut refusal = None;
    if errors.is_empty() {
        let texts: Texts = list
            .iter()
            .map(|q| (q.name.clone(), typed.get(&q.name).to_owned()))
            .collect();
        let make = Box::new(|refs: &[vulnerary_case::object::ObjectRef]| {
            refs.first()
                .map(|text| OrgCommand::Describe { text: text.clone() })
        });
        match administrator.on_organisation(vec![texts], make).await {
            Ok(_) => return Ok(see_other("/desk/settings")),
            Err(trouble) => refusal = refusal_of(trouble, &mut errors)?,
        }
    }
    Ok(ctx.show_errors(Page::new(
        "Organisation",
        view(&organisation, Some(&typed), &errors, refusal.as_deref()),
    )))
}
