//! The gate of `/desk`: finds out who is signed in, and hands each page the handle it asks for, or "there is nothing here".

use super::DeskState;
use super::form::Typed;
use super::frame::{Failure, outside_page};
use crate::access::{Administrator, Overseer, Reader, Signed, Worker};
use crate::secrets::token::{Kind, digest};
use crate::web::components::{button, details, hidden};
use crate::web::layout::Page;
use crate::web::{session, status};
use axum::extract::{FromRequest, FromRequestParts, Request, State};
use axum::http::{Method, Uri, request::Parts};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;

/// Lets a request pass with [`Signed`] in its extensions, or asks for sign-in without losing what was typed.
pub async fn layer(State(state): State<DeskState>, mut request: Request, next: Next) -> Response {
    match signed(&state, request.headers()).await {
        Ok(Some(signed)) => {
            request.extensions_mut().insert(signed);
            next.run(request).await
        }
        Ok(None) => ask_to_sign_in(request).await,
        Err(failure) => failure.into_response(),
    }
}

/// Who sent this request, where their session is in force and they may still sign in.
pub async fn signed(
    state: &DeskState,
    headers: &axum::http::HeaderMap,
) -> Result<Option<Signed>, Failure> {
    let Some(digest) =
        session::token_in(state.https(), headers).and_then(|t| digest(Kind::Session, t))
    else {
        return Ok(None);
    };
    let now = state.needs.now();
    let Some(found) = state.needs.session(digest).await? else {
        return Ok(None);
    };
    if !session::in_force(&found, now) {
        return Ok(None);
    }
    let Some(account) = state
        .needs
        .account(found.person)
        .await?
        .filter(|a| a.active)
    else {
        return Ok(None);
    };
    if now.duration_since(found.used) >= session::NOTE_EVERY {
        state.needs.touch_session(digest, now).await?;
    }
    Ok(Some(Signed::new(state.needs.clone(), account, digest)))
}

/// Reading: to the sign-in page and back. Writing: a page that keeps everything typed.
async fn ask_to_sign_in(request: Request) -> Response {
    let here = request.uri().clone();
    if request.method() != Method::POST {
        return Redirect::to(&format!(
            "/desk/sign-in?next={}",
            query_value(path_of(&here))
        ))
        .into_response();
    }
    match Typed::from_request(request, &()).await {
        Ok(typed) => signed_out_page(path_of(&here), &typed),
        Err(response) => response,
    }
}

/// "You are signed out, and here is what you typed": sent again once one is signed in, in another tab.
fn signed_out_page(path: &str, typed: &Typed) -> Response {
    let shown = |name: &str| !["password", "code", "seen"].contains(&name);
    let main = html! {
        h1 { "You are signed out" }
        p.lede { "Your session ended while you were writing. Nothing was sent, and nothing you typed is lost." }
        ol {
            li { a href="/desk/sign-in" target="_blank" rel="noopener" { "Sign in in a new tab" } "." }
            li { "Come back to this tab and send your form again." }
        }
        form method="post" action=(path) {
            @for (name, value) in typed.pairs() { @if shown(name) || name == "seen" { (hidden(name, value)) } }
            div.actions { (button("Send it again")) }
        }
        (details("What you typed", html! {
            dl.facts { @for (name, value) in typed.pairs() { @if shown(name) { dt { (name) } dd { (value) } } } }
        }))
    };
    outside_page(status::UNAUTHORIZED, &Page::new("You are signed out", main))
}

/// Path and query, on this host only.
fn path_of(uri: &Uri) -> &str {
    uri.path_and_query().map_or("/desk", |p| p.as_str())
}

/// Encodes a query value.
pub fn query_value(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::new(), |mut out, b| {
        if b.is_ascii_alphanumeric() || b"-._~/".contains(&b) {
            out.push(char::from(b));
        } else {
            let _ = write!(out, "%{b:02X}");
        }
        out
    })
}

/// Where to go after sign-in: only within the desk, never to another host.
pub fn safe_next(next: &str) -> &str {
    let within = next == "/desk" || next.starts_with("/desk/") || next.starts_with("/desk?");
    let plain = next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if within && plain { next } else { "/desk" }
}

macro_rules! handles {
    ($($handle:ty => $make:expr),+ $(,)?) => {$(
        impl<S: Send + Sync> FromRequestParts<S> for $handle {
            type Rejection = Failure;
            async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
                let signed = parts.extensions.get::<Signed>().ok_or(Failure::NotFound)?;
                let make: fn(&Signed) -> Option<$handle> = $make;
                make(signed).ok_or(Failure::NotFound)
            }
        }
    )+};
}

handles! {
    Signed => |s| Some(s.clone()),
    Reader => Signed::reader,
    Worker => Signed::worker,
    Administrator => Signed::administrator,
    Overseer => Signed::overseer,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sign_in_leads_nowhere_else() {
        for (next, want) in [
            ("/desk/case/VC-3PD8-T6R", "/desk/case/VC-3PD8-T6R"),
            ("/desk?source=f", "/desk?source=f"),
            ("//evil.example", "/desk"),
            ("https://evil.example/desk/", "/desk"),
            ("/desk/\\evil.example", "/desk"),
            ("/deskevil", "/desk"),
            ("/desk/a\r\nSet-Cookie: x", "/desk"),
            ("", "/desk"),
        ] {
            assert_eq!(safe_next(next), want, "{next}");
        }
    }
}
