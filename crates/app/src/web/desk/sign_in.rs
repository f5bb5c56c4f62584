//! `/desk/sign-in`: mail address, password, and a code from the app or a recovery code.

use super::DeskState;
use super::form::Typed;
use super::frame::{Answer, Failure, outside_page};
use super::gate::safe_next;
use super::model::{Account, Session};
use crate::access::step_now;
use crate::secrets::{recovery, token};
use crate::web::components::{FieldError, button, error_summary, field, hidden};
use crate::web::layout::Page;
use crate::web::{session, status};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use maud::{Markup, html};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use vulnerary_case::id::PersonId;

/// The form. Password and code are never sent back.
fn view(email: &str, next: &str, errors: &[FieldError]) -> Markup {
    html! {
        (error_summary(errors))
        h1 { "Sign in" }
        form method="post" action="/desk/sign-in" {
            (hidden("next", next))
            (field("email", "Mail address").kind("email").value(email).autocomplete("username").error(FieldError::find(errors, "email")))
            (field("password", "Password").kind("password").autocomplete("current-password").error(FieldError::find(errors, "password")))
            (field("code", "Code").hint("Six digits from your app. If you have lost it: one of your recovery codes.").autocomplete("one-time-code").verbatim().medium().error(FieldError::find(errors, "code")))
            div.actions { (button("Sign in")) }
        }
        p.soft { "No account, or no way in? An administrator can give you a new link." }
    }
}

fn page(code: StatusCode, email: &str, next: &str, errors: &[FieldError]) -> Response {
    outside_page(
        code,
        &Page::new("Sign in", view(email, next, errors)).error(!errors.is_empty()),
    )
}

/// The empty form.
pub async fn get(Query(query): Query<HashMap<String, String>>) -> Response {
    let next = query.get("next").map_or("/desk", String::as_str);
    page(status::OK, "", safe_next(next), &[])
}

/// Signs in, or says that something is not right without saying what.
pub async fn post(State(state): State<DeskState>, headers: HeaderMap, typed: Typed) -> Answer {
    let (email, next) = (typed.get("email"), safe_next(typed.get("next")));
    let key: [u8; 32] = Sha256::digest(email.to_lowercase().as_bytes()).into();
    let now = state.needs.now();
    if let Some(seconds) = state.throttle.wait(key, now) {
        let message =
            format!("There were several wrong tries. Wait {seconds} seconds, then try again.");
        return Ok(page(
            status::TOO_MANY,
            email,
            next,
            &[FieldError::new("email", message)],
        ));
    }
    match believe(&state, email, typed.raw("password"), typed.get("code")).await? {
        Some(account) => {
            state.throttle.right(key);
            let cookie = start_session(&state, account.person.id, &headers).await?;
            Ok((
                AppendHeaders([(header::SET_COOKIE, cookie)]),
                Redirect::to(next),
            )
                .into_response())
        }
        None => {
            state.throttle.wrong(key, now);
            let error = FieldError::new(
                "password",
                "Address, password or code is not right. Type all three again; each code works once.",
            );
            Ok(page(status::UNPROCESSABLE, email, next, &[error]))
        }
    }
}

/// The account, where address, password and code belong together. Takes as long for nobody as for somebody.
async fn believe(
    state: &DeskState,
    email: &str,
    password: &str,
    code: &str,
) -> Result<Option<Account>, Failure> {
    let needs = &state.needs;
    let account = needs.account_by_email(email).await?.filter(|a| a.active);
    let stored = account.as_ref().and_then(|a| a.password.as_deref());
    let right = needs
        .passwords()
        .verify(password, stored)
        .await
        .map_err(super::needs::Trouble::Defect)?;
    let Some(account) = account.filter(|_| right) else {
        return Ok(None);
    };
    let person = account.person.id;
    let second = match step_now(
        needs.as_ref(),
        account.totp.as_ref(),
        account.last_step,
        code,
    ) {
        Some(step) => needs.use_step(person, step).await?,
        None => match recovery::digest(person.0, code) {
            Some(digest) => needs.use_recovery(person, &digest).await?,
            None => false,
        },
    };
    Ok(second.then_some(account))
}

/// Keeps a new session and answers its cookie.
///
/// # Errors
/// Where the store does not answer.
pub async fn start_session(
    state: &DeskState,
    person: PersonId,
    headers: &HeaderMap,
) -> Result<String, Failure> {
    let mut random = [0; 32];
    state.needs.fill(&mut random);
    let text = token::text(&random);
    let digest = token::digest(token::Kind::Session, &text)
        .ok_or_else(|| super::needs::Trouble::Defect(anyhow::anyhow!("a new token is not one")))?;
    let now = state.needs.now();
    let agent = headers
        .get(header::USER_AGENT)
        .and_then(|v| v.to_str().ok())
        .unwrap_or("");
    let kept = Session {
        digest,
        person,
        started: now,
        used: now,
        browser: session::browser_words(agent),
    };
    state.needs.put_session(kept).await?;
    Ok(session::set_cookie(state.https(), &text))
}
