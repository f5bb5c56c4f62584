//! Everything the process serves, as one router.

use super::Site;
use crate::app::App;
use crate::web::desk::needs::Needs;
use crate::web::headers::{self, HeaderSettings};
use crate::web::public;
use crate::web::{desk, status};
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use std::any::Any;
use std::sync::Arc;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

/// A whole request, upload included, takes no longer than this.
const REQUEST: Duration = Duration::from_secs(600);

/// The public side and the desk.
///
/// # Errors
/// Where a folder or the network settings cannot be used.
pub fn router(app: &App) -> anyhow::Result<Router> {
    let site = Site::new(app)?;
    let https = app
        .config
        .public_url
        .as_deref()
        .is_some_and(|u| u.starts_with("https://"));
    let public = public::router(site.clone()).layer(from_fn_with_state(
        HeaderSettings { desk: false, https },
        headers::layer,
    ));
    let needs: Arc<dyn Needs> = Arc::new(app.shelf());
    let desk = desk::router(needs).layer(from_fn_with_state(
        HeaderSettings { desk: true, https },
        headers::layer,
    ));
    let panicked = move |why: Box<dyn Any + Send>| caught(&site, &why);
    Ok(public
        .merge(desk)
        .layer(TimeoutLayer::with_status_code(status::UNAVAILABLE, REQUEST))
        .layer(CatchPanicLayer::custom(panicked)))
}

/// A panic in a handler is a page with a number; the number is in the log.
fn caught(site: &Site, why: &Box<dyn Any + Send>) -> Response {
    let text = why
        .downcast_ref::<&str>()
        .copied()
        .or(why.downcast_ref::<String>().map(String::as_str));
    let reference = site.fail(text.unwrap_or("a panic"));
    (
        status::INTERNAL,
        public::failure_page(&site.facts_now(), &reference),
    )
        .into_response()
}
