//! The one style sheet, under an address that changes with its content, so that browsers may keep it for ever.

use std::sync::LazyLock;

use axum::{
    extract::Path,
    http::header,
    response::{IntoResponse, Response},
};
use sha2::{Digest, Sha256};

/// The style sheet's text.
pub const CSS: &str = include_str!("style.css");

static PATH: LazyLock<String> = LazyLock::new(|| {
    let digest = hex::encode(Sha256::digest(CSS.as_bytes()));
    format!("/static/style-{}.css", digest.get(..16).unwrap_or_default())
});

/// Where pages link to: `/static/style-<16 hex of its SHA-256>.css`.
pub fn path() -> &'static str {
    &PATH
}

/// `GET /static/{file}`: the style sheet. A page kept from an older version asks for an older name and gets today's
/// style, which the browser then may not keep.
pub async fn get(Path(file): Path<String>) -> Response {
    if !(file.starts_with("style-") && file.ends_with(".css")) {
        return super::status::NOT_FOUND.into_response();
    }
    let keep = if path().ends_with(&format!("/{file}")) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    (
        [
            (header::CONTENT_TYPE, "text/css; charset=utf-8"),
            (header::CACHE_CONTROL, keep),
        ],
        CSS,
    )
        .into_response()
}
