//! The desk: pages for signed-in staff. One file a page: view, `get()`, `post()`, tests.
//!
//! `gate` finds out who is signed in and hands each page the handle it asks for (`crate::access`); `needs` is all that
//! the desk wants from the rest of the house; `model` is what pages show; `acts` describes every act on a case and every
//! act on a report once, for its form and for its command.

pub mod account;
pub mod acts;
pub mod batch;
pub mod case;
pub mod closure;
pub mod coverage;
pub mod form;
pub mod frame;
pub mod gate;
pub mod inbox;
pub mod join;
pub mod keys;
pub mod model;
pub mod needs;
pub mod new_report;
pub mod organisation;
pub mod overview;
pub mod people;
pub mod policy;
pub mod products;
pub mod recovery_sheet;
pub mod report;
pub mod runs;
pub mod search;
pub mod sign_in;
pub mod words;

#[cfg(test)]
mod tests;

use crate::web::session::Throttle;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{any, get, post};
use needs::Needs;
use std::sync::Arc;

/// What the desk's handlers share.
#[derive(Clone)]
pub struct DeskState {
    /// The rest of the house.
    pub needs: Arc<dyn Needs>,
    /// Wrong tries at sign-in.
    pub throttle: Arc<Throttle>,
}

impl std::fmt::Debug for DeskState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DeskState")
    }
}

impl DeskState {
    /// Whether browsers reach us by https: decides the cookie.
    pub fn https(&self) -> bool {
        self.needs.settings().public_url.starts_with("https://")
    }
}

/// Most bytes of one form of the desk.
const FORM_BYTES: usize = 2 * 1024 * 1024;

/// All routes under `/desk`. The caller adds the security headers and the network limits.
///
/// Posts from other sites are refused (`CsrfLayer`: Sec-Fetch-Site, else Origin against `public_url`).
pub fn router(needs: Arc<dyn Needs>) -> Router {
    let state = DeskState {
        needs,
        throttle: Arc::default(),
    };
    let csrf = csrf(&state.needs.settings().public_url);
    let inside = inside().layer(axum::middleware::from_fn_with_state(
        state.clone(),
        gate::layer,
    ));
    open()
        .merge(inside)
        .layer(csrf)
        .layer(DefaultBodyLimit::max(FORM_BYTES))
        .with_state(state)
}

/// What works before sign-in.
fn open() -> Router<DeskState> {
    Router::new()
        .route("/desk/sign-in", get(sign_in::get).post(sign_in::post))
        .route(
            "/desk/join/{token}",
            get(join::get_invitation).post(join::post_invitation),
        )
        .route(
            "/desk/set-up/{token}",
            get(join::get_set_up).post(join::post_set_up),
        )
        .route("/desk/keys.js", get(keys::get))
}

/// What needs a session.
fn inside() -> Router<DeskState> {
    Router::new()
        .route("/desk", get(inbox::get))
        .route("/desk/sign-out", post(account::sign_out))
        .route("/desk/me", get(account::get))
        .route("/desk/me/session", post(account::end_session))
        .route(
            "/desk/me/password",
            get(account::get_password).post(account::post_password),
        )
        .route("/desk/report/{number}", get(report::get))
        .route("/desk/report/{number}/file/{index}", get(report::get_file))
        .route(
            "/desk/report/{number}/{act}",
            get(acts::report_form::get).post(acts::report_form::post),
        )
        .route("/desk/case/{number}", get(case::get))
        .route(
            "/desk/case/{number}/occurrences",
            get(case::get_occurrences),
        )
        .route("/desk/case/{number}/closure", get(closure::get))
        .route(
            "/desk/case/{number}/approve",
            get(closure::get).post(closure::post),
        )
        .route(
            "/desk/case/{number}/{act}",
            get(acts::case_form::get).post(acts::case_form::post),
        )
        .route(
            "/desk/batch/review",
            get(batch::get_review).post(batch::post_review),
        )
        .route(
            "/desk/batch/sign",
            get(batch::get_sign).post(batch::post_sign),
        )
        .route("/desk/new", get(new_report::get).post(new_report::post))
        .route("/desk/search", get(search::get))
        .route("/desk/runs", get(runs::get))
        .route("/desk/overview", get(overview::get))
        .route("/desk/coverage", get(coverage::get))
        .route("/desk/settings", get(organisation::get_settings))
        .route(
            "/desk/organisation",
            get(organisation::get).post(organisation::post),
        )
        .route("/desk/people", get(people::get).post(people::post))
        .route(
            "/desk/people/{person}",
            get(people::get_one).post(people::post_one),
        )
        .route("/desk/products", get(products::get).post(products::post))
        .route(
            "/desk/products/{product}",
            get(products::get_one).post(products::post_one),
        )
        .route("/desk/policy", get(policy::get).post(policy::post))
        .route(
            "/desk/recovery-sheet",
            get(recovery_sheet::get).post(recovery_sheet::post),
        )
        .route("/desk/{*rest}", any(|| async { frame::Failure::NotFound }))
}

fn csrf(public_url: &str) -> tower_http::csrf::CsrfLayer {
    let layer = tower_http::csrf::CsrfLayer::new();
    let origin: String = public_url
        .splitn(4, '/')
        .take(3)
        .collect::<Vec<_>>()
        .join("/");
    match layer.clone().add_trusted_origin(&origin) {
        Ok(layer) => layer,
        Err(_) => {
            tracing::warn!("public_url is not an origin; the desk trusts its own host only");
            layer
        }
    }
}
