//! Pages that say why there is no page: what happened, what it means, what to do now.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};

use super::{PublicSite, SiteFacts, frame};
use crate::{
    text::problem as t,
    web::{components::button_link, layout::Page, status},
};

/// The fallback of the public router.
pub(super) async fn not_found<S: PublicSite>(State(site): State<S>) -> Response {
    not_found_page(&*site.site().await)
}

/// A known address, another method.
pub(super) async fn method_not_allowed<S: PublicSite>(State(site): State<S>) -> Response {
    (
        status::METHOD_NOT_ALLOWED,
        view(&*site.site().await, t::METHOD, None),
    )
        .into_response()
}

/// 404, for what is not there and for what you may not see.
pub fn not_found_page(facts: &SiteFacts) -> Response {
    (status::NOT_FOUND, view(facts, t::NOT_FOUND, None)).into_response()
}

/// 500, for a handler that panicked: `reference` is the number under which the log has it.
pub fn failure_page(facts: &SiteFacts, reference: &str) -> Response {
    (status::INTERNAL, view(facts, t::INTERNAL, Some(reference))).into_response()
}

/// The page.
pub(super) fn view(
    facts: &SiteFacts,
    words: (&str, &str, &str),
    reference: Option<&str>,
) -> Markup {
    let (title, means, now) = words;
    let main = html! {
        h1 { (title) }
        p.lede { (means) }
        p { (now) }
        @if let Some(reference) = reference { p { "Reference: " code { (reference) } } }
        div.actions { (button_link("/", t::HOME)) }
    };
    frame(facts, &Page::new(title, main))
}
