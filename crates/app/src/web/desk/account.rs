//! `/desk/me`: my sessions, my password, and the way out.

use super::DeskState;
use super::form::Typed;
use super::frame::{Answer, Ctx, Look, see_other};
use super::model::Session;
use super::needs::Trouble;
use super::words::{ROLES, word_of};
use crate::access::Signed;
use crate::secrets::password;
use crate::web::components::{
    FieldError, button, column, error_summary, field, hidden, plain_button, table,
};
use crate::web::layout::Page;
use crate::web::session;
use crate::web::when::When;
use axum::extract::State;
use axum::http::header;
use axum::response::{AppendHeaders, IntoResponse};
use maud::{Markup, html};

/// Who I am, and where I am signed in.
pub fn view(look: &Look, sessions: &[Session], this: [u8; 32]) -> Markup {
    let rows = sessions.iter().map(|s| {
        vec![
            html! { (s.browser) @if s.digest == this { " " span.tag { "this one" } } },
            html! { (When::short(s.started, &look.zone)) },
            html! { (When::relative(s.used, look.now, &look.zone)) },
            html! { form method="post" action="/desk/me/session" {
                (hidden("session", &hex::encode(s.digest)))
                (plain_button("End it"))
            } },
        ]
    });
    html! {
        h1 { (look.name) }
        ul { @for role in &look.roles { li { (word_of(ROLES, role)) } } }
        p { a href="/desk/me/password" { "Change my password" } }
        h2 { "Where you are signed in" }
        p.soft { "A session ends after two hours without use, and after twelve hours at the latest. End one that is not yours, then change your password." }
        (table("sessions", "Where you are signed in", [column("Browser"), column("Since"), column("Last used"), column("End").bare()]).quiet_caption().rows(rows))
    }
}

/// The page.
pub async fn get(signed: Signed) -> Answer {
    let ctx = Ctx::of(&signed).await?;
    let sessions = signed.sessions().await?;
    Ok(ctx.show(Page::new(
        "My account",
        view(&ctx.look, &sessions, signed.session()),
    )))
}

/// Ends one of my sessions.
pub async fn end_session(signed: Signed, typed: Typed) -> Answer {
    let mut digest = [0; 32];
    if hex::decode_to_slice(typed.get("session"), &mut digest).is_ok() {
        signed.end_session(digest).await?;
    }
    Ok(see_other("/desk/me"))
}

/// Signs out: the session is over on the server too.
pub async fn sign_out(State(state): State<DeskState>, signed: Signed) -> Answer {
    signed.end_session(signed.session()).await?;
    let cookie = session::clear_cookie(state.https());
    Ok((
        AppendHeaders([(header::SET_COOKIE, cookie)]),
        see_other("/desk/sign-in"),
    )
        .into_response())
}

/// The form.
pub fn password_view(errors: &[FieldError]) -> Markup {
    html! {
        (error_summary(errors))
        h1 { "Change my password" }
        p.lede { "All your other sessions end. Your app and your recovery codes stay." }
        form method="post" action="/desk/me/password" {
            (field("password", "Your password now").kind("password").autocomplete("current-password").error(FieldError::find(errors, "password")))
            (field("code", "Code from your app").inputmode("numeric").autocomplete("one-time-code").short().error(FieldError::find(errors, "code")))
            (field("new", "The new password").hint("At least 12 characters.").kind("password").autocomplete("new-password").error(FieldError::find(errors, "new")))
            (field("again", "The new password again").kind("password").autocomplete("new-password").error(FieldError::find(errors, "again")))
            div.actions { (button("Change it")) a href="/desk/me" { "Back without doing it" } }
        }
    }
}

/// The empty form.
pub async fn get_password(signed: Signed) -> Answer {
    Ok(Ctx::of(&signed)
        .await?
        .show(Page::new("Change my password", password_view(&[]))))
}

/// Changes it.
pub async fn post_password(signed: Signed, typed: Typed) -> Answer {
    let ctx = Ctx::of(&signed).await?;
    let again = |error: FieldError| {
        Ok(ctx.show_errors(Page::new("Change my password", password_view(&[error]))))
    };
    let (needs, person) = (signed.needs(), signed.person().id);
    let account = needs.account(person).await?;
    let about = account
        .as_ref()
        .map_or([String::new(), String::new()], |a| {
            [a.person.name.clone(), a.email.clone()]
        });
    if let Err(weak) = password::acceptable(typed.raw("new"), &[&about[0], &about[1]]) {
        return again(FieldError::new("new", weak.to_string()));
    }
    if typed.raw("new") != typed.raw("again") {
        return again(FieldError::new(
            "again",
            "The two passwords are not the same. Type both again.",
        ));
    }
    let stored = account.as_ref().and_then(|a| a.password.as_deref());
    let right = needs
        .passwords()
        .verify(typed.raw("password"), stored)
        .await
        .map_err(Trouble::Defect)?;
    let step = account.as_ref().and_then(|a| {
        crate::access::step_now(
            needs.as_ref(),
            a.totp.as_ref(),
            a.last_step,
            typed.get("code"),
        )
    });
    let proved = match step.filter(|_| right) {
        Some(step) => needs.use_step(person, step).await?,
        None => false,
    };
    if !proved {
        return again(super::acts::case_form::wrong_signature());
    }
    let mut salt = [0; 16];
    needs.fill(&mut salt);
    let hashed = needs
        .passwords()
        .hash(typed.raw("new"), salt)
        .await
        .map_err(Trouble::Defect)?;
    needs.set_password(person, hashed).await?;
    for other in signed
        .sessions()
        .await?
        .into_iter()
        .filter(|s| s.digest != signed.session())
    {
        signed.end_session(other.digest).await?;
    }
    Ok(see_other("/desk/me"))
}
