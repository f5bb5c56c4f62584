//! `/desk/set-up/{token}` and `/desk/join/{token}`: single-use links with which somebody sets their own password and app.
//!
//! The set-up link makes the first person; an invitation is for somebody an administrator added. The app's secret travels
//! in a hidden field of the form until a code proves it: it is worth nothing before.

use super::DeskState;
use super::form::Typed;
use super::frame::{Answer, Failure, outside_page};
use super::model::{Credential, Link};
use super::needs::Trouble;
use super::sign_in::start_session;
use crate::access::step_now;
use crate::secrets::token::{Kind, digest};
use crate::secrets::totp::TotpSecret;
use crate::secrets::{password, recovery};
use crate::web::components::{
    FieldError, Tone, button, button_link, error_summary, field, hidden, note,
};
use crate::web::layout::Page;
use crate::web::status;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use maud::{Markup, PreEscaped, html};
use vulnerary_case::id::PersonId;

/// Name and address of who joins, as known or as typed.
#[derive(Clone, Debug, Default)]
struct Joining {
    name: String,
    email: String,
}

/// The form.
fn view(
    kind: Kind,
    action: &str,
    who: &Joining,
    secret: &TotpSecret,
    errors: &[FieldError],
) -> Markup {
    let account = if who.email.is_empty() {
        "me"
    } else {
        &who.email
    };
    let first = kind == Kind::SetUp;
    html! {
        (error_summary(errors))
        h1 { @if first { "Set up Vulnerary" } @else { "Welcome, " (who.name) } }
        @if first {
            p.lede { "You are the first person here. Make your own account now; organisation, products and colleagues come next." }
        } @else {
            p.lede { "Set the password and the app that you will sign in with as " (who.email) "." }
        }
        form method="post" action=(action) {
            (hidden("secret", &hex::encode(secret.0)))
            @if first {
                (field("name", "Your name").hint("As it shall stand under your signatures.").value(&who.name).autocomplete("name").error(FieldError::find(errors, "name")))
                (field("email", "Your mail address").hint("You sign in with it.").kind("email").value(&who.email).autocomplete("username").error(FieldError::find(errors, "email")))
            }
            (field("password", "A password").hint("At least 12 characters. Four or five words that only you would put together are good.").kind("password").autocomplete("new-password").error(FieldError::find(errors, "password")))
            (field("again", "The password again").kind("password").autocomplete("new-password").error(FieldError::find(errors, "again")))
            h2 { "An app for one-time codes" }
            p { "Scan this with an authenticator app, for example one of your phone’s password manager." }
            @if let Some(svg) = secret.qr_svg("Vulnerary", account) { div.qr role="img" aria-label="QR code for your app; the text below says the same" { (PreEscaped(svg)) } }
            p { "Without a camera, type this into the app: " span.secret { (secret.spelled()) } }
            (field("code", "The code your app shows now").hint("Six digits: they prove that the app works.").inputmode("numeric").autocomplete("one-time-code").short().error(FieldError::find(errors, "code")))
            div.actions { (button(if first { "Make my account" } else { "Set password and app" })) }
        }
    }
}

/// After it: the recovery codes, shown once.
fn done_view(codes: &[String], first: bool) -> Markup {
    html! {
        h1 { "Keep these recovery codes" }
        p.lede { "Each signs you in once if you lose the app. They are shown only now; print this page or write them down." }
        ul.words.codes { @for code in codes { li { (code) } } }
        (note(Tone::Plain, html! { p { "Keep them away from your computer: in a drawer, a safe, a wallet." } }))
        div.actions {
            @if first { (button_link("/desk/settings", "Go on with set-up")) } @else { (button_link("/desk", "Go to the desk")) }
        }
    }
}

fn used_up() -> Response {
    let main = html! {
        h1 { "This link does not work any more" }
        p.lede { "It was used already, is too old, or is not complete. Each link works once." }
        p { "If you have an account, " a href="/desk/sign-in" { "sign in" } ". Otherwise ask an administrator for a new link; on the server, " code { "vulnerary user reset" } " makes one." }
    };
    outside_page(
        status::NOT_FOUND,
        &Page::new("This link does not work any more", main),
    )
}

async fn find(state: &DeskState, kind: Kind, token: &str) -> Result<Option<Link>, Failure> {
    match digest(kind, token) {
        Some(digest) => Ok(state.needs.link(kind, digest).await?),
        None => Ok(None),
    }
}

async fn who_joins(state: &DeskState, link: &Link) -> Result<Joining, Failure> {
    let Some(person) = link.person else {
        return Ok(Joining::default());
    };
    let account = state.needs.account(person).await?;
    Ok(account
        .map(|a| Joining {
            name: a.person.name,
            email: a.email,
        })
        .unwrap_or_default())
}

fn address(kind: Kind, token: &str) -> String {
    match kind {
        Kind::SetUp => format!("/desk/set-up/{token}"),
        Kind::Invitation | Kind::Session => format!("/desk/join/{token}"),
    }
}

async fn get(state: DeskState, kind: Kind, token: String) -> Answer {
    let Some(link) = find(&state, kind, &token).await? else {
        return Ok(used_up());
    };
    let mut secret = TotpSecret([0; 20]);
    state.needs.fill(&mut secret.0);
    let who = who_joins(&state, &link).await?;
    Ok(outside_page(
        status::OK,
        &Page::new(
            "Your account",
            view(kind, &address(kind, &token), &who, &secret, &[]),
        ),
    ))
}

async fn post(
    state: DeskState,
    kind: Kind,
    token: String,
    headers: HeaderMap,
    typed: Typed,
) -> Answer {
    let Some(link) = find(&state, kind, &token).await? else {
        return Ok(used_up());
    };
    let mut who = who_joins(&state, &link).await?;
    if link.person.is_none() {
        who = Joining {
            name: typed.get("name").into(),
            email: typed.get("email").into(),
        };
    }
    let mut secret = TotpSecret([0; 20]);
    if hex::decode_to_slice(typed.get("secret"), &mut secret.0).is_err() {
        state.needs.fill(&mut secret.0);
    }
    let step = step_now(state.needs.as_ref(), Some(&secret), None, typed.get("code"));
    let errors = problems(&who, &typed, step.is_some());
    let Some(last_step) = step.filter(|_| errors.is_empty()) else {
        let main = view(kind, &address(kind, &token), &who, &secret, &errors);
        return Ok(outside_page(
            status::UNPROCESSABLE,
            &Page::new("Your account", main).error(true),
        ));
    };
    let mut salt = [0; 16];
    state.needs.fill(&mut salt);
    let hashed = state
        .needs
        .passwords()
        .hash(typed.raw("password"), salt)
        .await
        .map_err(Trouble::Defect)?;
    if !state.needs.use_link(kind, link.digest).await? {
        return Ok(used_up());
    }
    let person = match link.person {
        Some(person) => person,
        None => state.needs.add_first_person(&who.name, &who.email).await?,
    };
    let codes = keep(&state, person, hashed, secret, last_step).await?;
    let cookie = start_session(&state, person, &headers).await?;
    let page = outside_page(
        status::OK,
        &Page::new(
            "Keep these recovery codes",
            done_view(&codes, link.person.is_none()),
        ),
    );
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), page).into_response())
}

async fn keep(
    state: &DeskState,
    person: PersonId,
    password: String,
    totp: TotpSecret,
    last_step: u64,
) -> Result<Vec<String>, Failure> {
    let mut entropy = [0; recovery::ENTROPY];
    state.needs.fill(&mut entropy);
    let codes = recovery::make(&entropy);
    let digests = codes
        .iter()
        .filter_map(|c| recovery::digest(person.0, c))
        .collect();
    state
        .needs
        .set_credential(
            person,
            Credential {
                password,
                totp,
                last_step,
                recovery: digests,
            },
        )
        .await?;
    Ok(codes)
}

fn problems(who: &Joining, typed: &Typed, code_right: bool) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if who.name.is_empty() || who.name.len() > 200 {
        errors.push(FieldError::new("name", "Write your name."));
    }
    if !who.email.contains('@')
        || who.email.len() > 254
        || who.email.chars().any(char::is_whitespace)
    {
        errors.push(FieldError::new(
            "email",
            "Write a mail address, for example a.hofmann@example.com.",
        ));
    }
    if let Err(weak) = password::acceptable(typed.raw("password"), &[&who.name, &who.email]) {
        errors.push(FieldError::new("password", weak.to_string()));
    } else if typed.raw("password") != typed.raw("again") {
        errors.push(FieldError::new(
            "again",
            "The two passwords are not the same. Type both again.",
        ));
    }
    if !code_right {
        errors.push(FieldError::new(
            "code",
            "This is not the code of this moment. Look at your app again; its clock must be right.",
        ));
    }
    errors
}

/// The set-up form.
pub async fn get_set_up(State(state): State<DeskState>, Path(token): Path<String>) -> Answer {
    get(state, Kind::SetUp, token).await
}

/// Makes the first person.
pub async fn post_set_up(
    State(state): State<DeskState>,
    Path(token): Path<String>,
    headers: HeaderMap,
    typed: Typed,
) -> Answer {
    post(state, Kind::SetUp, token, headers, typed).await
}

/// The form of somebody who was invited.
pub async fn get_invitation(State(state): State<DeskState>, Path(token): Path<String>) -> Answer {
    get(state, Kind::Invitation, token).await
}

/// Sets their credential.
pub async fn post_invitation(
    State(state): State<DeskState>,
    Path(token): Path<String>,
    headers: HeaderMap,
    typed: Typed,
) -> Answer {
    post(state, Kind::Invitation, token, headers, typed).await
}
