//! What a stranger sees: how to report, the form, the receipt, the report's own page, the policy, and the small files
//! that machines ask for. No script, no cookie, no image; every page works in Tor Browser's safest mode.
//!
//! A page is a pure function from a struct of `model` to HTML; its handler only reads, asks [`PublicSite`] and renders.

mod answer;
mod home;
mod machine;
mod model;
mod policy;
mod problem;
mod receipt;
mod report;
mod security_txt;
mod track;
mod track_status;

pub use model::{
    FileLine, MessageLine, PolicyPage, Proof, PublicRefusal, PublicSite, ReceiptFile, ReceiptPage,
    ReporterStatus, SiteFacts, TrackMessage, TrackView,
};
pub use problem::{failure_page, not_found_page};
pub use security_txt::security_txt;

#[cfg(test)]
mod fake;
#[cfg(test)]
mod handler_tests;
#[cfg(test)]
mod page_tests;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};
use maud::{Markup, html};

use super::{
    layout::{NavLink, Page, Shell, layout},
    style,
};
use crate::text::frame as t;

/// Where the form is.
pub const REPORT: &str = "/report";
/// Where a report is followed.
pub const TRACK: &str = "/track";
/// Where the policy is.
pub const POLICY: &str = "/policy";

/// All public routes. Wrap the result in `headers::layer` with `desk: false`. Answers 404 and 405 in words.
pub fn router<S: PublicSite>(site: S) -> Router {
    Router::new()
        .route("/", get(home::get::<S>))
        .route(REPORT, get(report::get::<S>).post(report::post::<S>))
        .route(TRACK, get(track::get::<S>).post(track::post::<S>))
        .route("/track/message", post(track::message::<S>))
        .route("/track/receipt", post(track::receipt::<S>))
        .route(POLICY, get(policy::get::<S>))
        .route("/.well-known/security.txt", get(security_txt::get::<S>))
        .route("/security.txt", get(security_txt::get::<S>))
        .route("/.well-known/vulnerary-keys", get(machine::keys::<S>))
        .route("/checkpoint", get(machine::checkpoint::<S>))
        .route("/healthz", get(machine::healthz::<S>))
        .route("/readyz", get(machine::readyz::<S>))
        .route("/static/{file}", get(style::get))
        .fallback(problem::not_found::<S>)
        .method_not_allowed_fallback(problem::method_not_allowed::<S>)
        // The form reader has its own limits, from the settings; axum's 2 MB would come before them.
        .layer(DefaultBodyLimit::disable())
        .with_state(site)
}

/// One public page in its frame.
fn frame(facts: &SiteFacts, page: &Page) -> Markup {
    let shell = Shell {
        name: facts.organisation.clone(),
        tagline: t::TAGLINE.into(),
        home: "/".into(),
        language: "en".into(),
        links: vec![
            NavLink::new(REPORT, t::REPORT),
            NavLink::new(TRACK, t::TRACK),
            NavLink::new(POLICY, t::POLICY),
        ],
        aside: None,
        foot: html! { p { (t::FOOT) } },
        class: None,
        script: None,
    };
    layout(&shell, page)
}
