//! The small answers that machines ask for: keys, checkpoint, health.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};

use super::{PublicRefusal, PublicSite, answer::Said};
use crate::web::status;

const TEXT: (header::HeaderName, &str) = (header::CONTENT_TYPE, "text/plain; charset=utf-8");

/// `GET /.well-known/vulnerary-keys`: all verifier keys of the log, chained, for ever.
pub(super) async fn keys<S: PublicSite>(State(site): State<S>) -> Response {
    match site.keys_json().await {
        Ok(json) => {
            let kind = (header::CONTENT_TYPE, "application/json");
            ([kind, (header::CACHE_CONTROL, "public, max-age=300")], json).into_response()
        }
        Err(refusal) => refused(&site, refusal).await,
    }
}

/// `GET /checkpoint`: the last published checkpoint (C2SP signed note).
pub(super) async fn checkpoint<S: PublicSite>(State(site): State<S>) -> Response {
    match site.checkpoint().await {
        Ok(Some(note)) => {
            ([TEXT, (header::CACHE_CONTROL, "public, max-age=60")], note).into_response()
        }
        Ok(None) => (
            status::NOT_FOUND,
            [TEXT],
            "No checkpoint has been published yet. Ask again in an hour.\n",
        )
            .into_response(),
        Err(refusal) => refused(&site, refusal).await,
    }
}

async fn refused<S: PublicSite>(site: &S, refusal: PublicRefusal) -> Response {
    Said::public(refusal, &*site.site().await).json()
}

/// `GET /healthz`: the process lives.
pub(super) async fn healthz<S: PublicSite>(State(site): State<S>) -> Response {
    if site.healthy() {
        ([TEXT], "ok\n").into_response()
    } else {
        (status::UNAVAILABLE, [TEXT], "not healthy\n").into_response()
    }
}

/// `GET /readyz`: reports can be taken.
pub(super) async fn readyz<S: PublicSite>(State(site): State<S>) -> Response {
    match site.ready().await {
        Ok(()) => ([TEXT], "ready\n".to_owned()).into_response(),
        Err(why) => (status::UNAVAILABLE, [TEXT], format!("not ready: {why}\n")).into_response(),
    }
}
