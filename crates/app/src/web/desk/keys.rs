//! `/desk/keys.js`: the desk's one script. It only saves clicks: j and k move through a list, enter opens the line.

use axum::http::header;
use axum::response::{IntoResponse, Response};

/// The whole script. Nothing is lost without it: every line is a link.
pub const SCRIPT: &str = include_str!("keys.js");

/// The script, which browsers may keep for an hour.
pub async fn get() -> Response {
    (
        [
            (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
            (header::CACHE_CONTROL, "private, max-age=3600"),
        ],
        SCRIPT,
    )
        .into_response()
}
