//! Everything the process serves, as one router, and the workers beside it.

use super::Site;
use crate::app::App;
use crate::listen::stop::Stop;
use crate::outside::random;
use crate::secrets::token::{self, Kind};
use crate::web::headers::{self, HeaderSettings};
use crate::web::public::{self, PublicSite};
use crate::web::status;
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use jiff::ToSpan;
use std::any::Any;
use vulnerary_store::accounts::Link;
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
    let https = app.config.public_url.as_deref().is_some_and(|u| u.starts_with("https://"));
    let public = public::router(site.clone())
        .layer(from_fn_with_state(HeaderSettings { desk: false, https }, headers::layer));
    let panicked = move |why: Box<dyn Any + Send>| caught(&site, &why);
    Ok(public
        .layer(TimeoutLayer::with_status_code(status::UNAVAILABLE, REQUEST))
        .layer(CatchPanicLayer::custom(panicked)))
}

/// A panic in a handler is a page with a number; the number is in the log.
fn caught(site: &Site, why: &Box<dyn Any + Send>) -> Response {
    let text = why.downcast_ref::<&str>().copied().or(why.downcast_ref::<String>().map(String::as_str));
    let reference = site.fail(text.unwrap_or("a panic"));
    (status::INTERNAL, public::failure_page(&site.facts_now(), &reference)).into_response()
}

/// Starts what works in the background: jobs of the outbox.
pub fn start_workers(app: &App, stop: &Stop) {
}

/// The one-time link that begins set-up, where nobody can sign in yet.
///
/// # Errors
/// Where the store cannot be used.
pub async fn set_up_link(app: &App) -> anyhow::Result<Option<String>> {
    let store = app.store();
    if store.any_credential().await? {
        return Ok(None);
    }
    let text = token::text(&random(&**app.acts.outside()));
    let Some(digest) = token::digest(Kind::SetUp, &text) else { return Ok(None) };
    let now = app.acts.outside().now();
    let expires_at = now.checked_add(24.hours())?;
    let kind = Kind::SetUp.word().to_owned();
    store.put_link(Link { kind, digest, person: None, made_at: now, expires_at }).await?;
    let url = app.config.public_url.clone().unwrap_or_default();
    Ok(Some(format!("{url}/desk/set-up/{text}")))
}

/// Whether the process is ready, for `doctor`.
pub async fn ready(site: &Site) -> Result<(), String> {
    site.ready().await
}
