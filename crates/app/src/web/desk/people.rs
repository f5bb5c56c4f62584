//! `/desk/people`: who may do what. Adding somebody gives a link with which they set their own password and app.

use super::acts::case_form::refusal_of;
use super::form::{How, Question, Typed, ask, choices, problems, questions};
use super::frame::{Answer, Ctx, Failure, see_other};
use super::model::{Link, PersonLine};
use super::needs::{Texts, Trouble};
use super::words::{ROLES, chosen};
use crate::access::Administrator;
use crate::secrets::token;
use crate::web::components::{
    FieldError, Tone, button, column, error_summary, hidden, note, quiet_button, table,
};
use crate::web::layout::Page;
use axum::extract::Path;
use jiff::SignedDuration;
use maud::{Markup, Render, html};
use uuid::Uuid;
use vulnerary_case::act::PersonCommand;
use vulnerary_case::actor::Role;
use vulnerary_case::id::PersonId;
use vulnerary_case::refusal::role_word;

/// How long an invitation works.
const INVITATION: SignedDuration = SignedDuration::from_hours(7 * 24);

fn asked() -> Vec<Question> {
    vec![
        ask("name", "Name", How::Line).hint("As it shall stand under signatures."),
        ask("email", "Mail address", How::Line).hint("They sign in with it."),
        ask("roles", "Roles", How::Ticks(choices(ROLES)))
            .hint("Whoever works on a case never signs its closure, whatever their roles."),
    ]
}

/// Everybody, and the form to add somebody.
pub fn view(
    people: &[PersonLine],
    typed: Option<&Typed>,
    errors: &[FieldError],
    refusal: Option<&str>,
) -> Markup {
    let rows = people.iter().map(|p| {
        let roles: Vec<&str> = p.roles.iter().map(|r| role_word(*r)).collect();
        let state = match (p.active, p.credential) {
            (false, _) => "may not sign in",
            (true, false) => "has not set a password yet",
            (true, true) => "may sign in",
        };
        vec![
            html! { a href={ "/desk/people/" (p.person.id) } { (p.person.name) } },
            html! { (p.email) },
            html! { (roles.join(", ")) },
            html! { (state) },
        ]
    });
    html! {
        (error_summary(errors))
        @if let Some(refusal) = refusal { (note(Tone::Alarm, html! { h2 { "This was not done" } p { (refusal) } })) }
        p.kicker { a href="/desk/settings" { "Settings" } }
        h1 { "People and roles" }
        (table("people", "People", [column("Name").bare(), column("Mail address"), column("Roles"), column("State")]).quiet_caption().rows(rows).render())
        h2 { "Add somebody" }
        form method="post" action="/desk/people" {
            (questions(&asked(), typed, errors))
            div.actions { (button("Add them")) }
        }
    }
}

/// The link to hand over, shown once.
pub fn link_view(name: &str, link: &str) -> Markup {
    html! {
        p.kicker { a href="/desk/people" { "People and roles" } }
        h1 { "A link for " (name) }
        p.lede { "Hand it over in person or by a channel you trust. It works once, for seven days, and is shown only now." }
        p.secret { (link) }
        (note(Tone::Plain, html! { p { "With it they set their own password and app. Whoever holds it can do that, so do not send it to a list." } }))
        p { a href="/desk/people" { "Back to people" } }
    }
}

/// One person.
pub fn one_view(person: &PersonLine, refusal: Option<&str>) -> Markup {
    let action = format!("/desk/people/{}", person.person.id);
    let held = |role: &Role| person.roles.contains(role);
    html! {
        @if let Some(refusal) = refusal { (note(Tone::Alarm, html! { h2 { "This was not done" } p { (refusal) } })) }
        p.kicker { a href="/desk/people" { "People and roles" } }
        h1 { (person.person.name) }
        p.lede { (person.email) }
        form method="post" action=(action) {
            (hidden("do", "roles"))
            fieldset.field {
                legend { "Roles" }
                div.choices { @for (value, role, words) in ROLES { label { input type="checkbox" name="roles" value=(value) checked[held(role)]; span { (words) } } } }
            }
            div.actions { (button("Record the roles")) }
        }
        h2 { "Sign-in" }
        @if person.credential { p { "They have a way in. If it is lost, they use a recovery code, or whoever runs the machine makes a new link: " code { "vulnerary user reset " (person.email) } ". It cannot be made here, so that no administrator can take a colleague’s place." } }
        @else { p { "They have not set password and app yet. A new link lets them; earlier ones stop working." } }
        div.actions {
            @if !person.credential { form method="post" action=(action) { (hidden("do", "invite")) (quiet_button("Make a new link")) } }
            form method="post" action=(action) {
                @if person.active { (hidden("do", "deactivate")) (quiet_button("They may not sign in any more")) }
                @else { (hidden("do", "reactivate")) (quiet_button("They may sign in again")) }
            }
        }
    }
}

/// Everybody.
pub async fn get(administrator: Administrator) -> Answer {
    let people = administrator.people().await?;
    Ok(Ctx::of(administrator.signed())
        .await?
        .show(Page::new("People", view(&people, None, &[], None)).current("/desk/settings")))
}

/// Adds somebody, and shows their link.
pub async fn post(administrator: Administrator, typed: Typed) -> Answer {
    let people = administrator.people().await?;
    let ctx = Ctx::of(administrator.signed()).await?;
    let mut errors = problems(&asked(), &typed);
    let email = typed.get("email").to_lowercase();
    if errors.is_empty() && !email.contains('@') {
        errors.push(FieldError::new(
            "email",
            "Write a mail address, for example a.hofmann@example.com.",
        ));
    }
    if people.iter().any(|p| p.email.to_lowercase() == email) {
        errors.push(FieldError::new(
            "email",
            "Somebody here already signs in with this address.",
        ));
    }
    let mut refusal = None;
    if errors.is_empty() {
        let person = PersonId(administrator.new_uuid());
        let roles: Vec<Role> = typed
            .all("roles")
            .filter_map(|v| chosen(ROLES, v))
            .collect();
        let texts = Texts::from([
            ("name".to_owned(), typed.get("name").to_owned()),
            ("email".to_owned(), email),
        ]);
        let make = Box::new(move |refs: &[vulnerary_case::object::ObjectRef]| {
            refs.first().map(|text| PersonCommand::Add {
                text: text.clone(),
                roles,
            })
        });
        match administrator.on_person(person, vec![texts], make).await {
            Ok(_) => {
                let link = invite(&administrator, person).await?;
                return Ok(ctx.show(
                    Page::new("A link", link_view(typed.get("name"), &link))
                        .current("/desk/settings"),
                ));
            }
            Err(trouble) => refusal = refusal_of(trouble, &mut errors)?,
        }
    }
    Ok(ctx.show_errors(Page::new(
        "People",
        view(&people, Some(&typed), &errors, refusal.as_deref()),
    )))
}

/// A new invitation for `person`, as the address to hand over.
async fn invite(administrator: &Administrator, person: PersonId) -> Result<String, Failure> {
    let needs = administrator.signed().needs();
    let mut random = [0; 32];
    needs.fill(&mut random);
    let text = token::text(&random);
    let digest = token::digest(token::Kind::Invitation, &text)
        .ok_or_else(|| Trouble::Defect(anyhow::anyhow!("a new token is not one")))?;
    needs
        .put_link(Link {
            digest,
            person: Some(person),
            until: needs.now() + INVITATION,
        })
        .await?;
    Ok(format!("{}/desk/join/{text}", needs.settings().public_url))
}

async fn find(administrator: &Administrator, id: &str) -> Result<PersonLine, Failure> {
    let id = Uuid::parse_str(id).map_err(|_| Failure::NotFound)?;
    let people = administrator.people().await?;
    people
        .into_iter()
        .find(|p| p.person.id.0 == id)
        .ok_or(Failure::NotFound)
}

/// One person.
pub async fn get_one(administrator: Administrator, Path(id): Path<String>) -> Answer {
    let person = find(&administrator, &id).await?;
    let title = person.person.name.clone();
    Ok(Ctx::of(administrator.signed())
        .await?
        .show(Page::new(title, one_view(&person, None)).current("/desk/settings")))
}

/// Roles, a new link, or whether they may sign in.
pub async fn post_one(
    administrator: Administrator,
    Path(id): Path<String>,
    typed: Typed,
) -> Answer {
    let person = find(&administrator, &id).await?;
    let ctx = Ctx::of(administrator.signed()).await?;
    if typed.get("do") == "invite" {
        if person.credential {
            return Ok(ctx.show_errors(Page::new(
                person.person.name.clone(),
                one_view(&person, Some("They have a way in already. A new one is made on the machine, not at the desk.")),
            )));
        }
        let link = invite(&administrator, person.person.id).await?;
        return Ok(ctx.show(
            Page::new("A link", link_view(&person.person.name, &link)).current("/desk/settings"),
        ));
    }
    for wish in wishes(&person, &typed) {
        let make = Box::new(move |_: &[vulnerary_case::object::ObjectRef]| Some(wish));
        if let Err(trouble) = administrator
            .on_person(person.person.id, vec![], make)
            .await
        {
            let mut errors = Vec::new();
            let refusal = refusal_of(trouble, &mut errors)?
                .or_else(|| errors.first().map(|e| e.message.clone()));
            return Ok(ctx.show_errors(Page::new(
                person.person.name.clone(),
                one_view(&person, refusal.as_deref()),
            )));
        }
    }
    Ok(see_other("/desk/people"))
}

/// The commands that lead from how a person is to how the form wants them; grants before revocations, so that nobody
/// is without a role in between.
fn wishes(person: &PersonLine, typed: &Typed) -> Vec<PersonCommand> {
    match typed.get("do") {
        "deactivate" => vec![PersonCommand::Deactivate],
        "reactivate" => vec![PersonCommand::Reactivate],
        "roles" => {
            let wanted: Vec<Role> = typed
                .all("roles")
                .filter_map(|v| chosen(ROLES, v))
                .collect();
            let grants = wanted
                .iter()
                .filter(|r| !person.roles.contains(r))
                .map(|role| PersonCommand::Grant { role: *role });
            let revokes = person
                .roles
                .iter()
                .filter(|r| !wanted.contains(r))
                .map(|role| PersonCommand::Revoke { role: *role });
            grants.chain(revokes).collect()
        }
        _ => vec![],
    }
}
