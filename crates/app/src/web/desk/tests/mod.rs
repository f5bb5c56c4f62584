//! The desk in process: a real router and gate over a house in memory.

mod acts;
mod fake;
mod matrix;
mod pages;
mod sample;
mod sign_in;

use super::router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use fake::Fake;
use std::sync::Arc;
use tower::ServiceExt;
use vulnerary_case::actor::Role;

/// An answer, read whole.
struct Got {
    status: StatusCode,
    headers: axum::http::HeaderMap,
    body: String,
}

impl Got {
    fn location(&self) -> &str {
        self.headers
            .get(header::LOCATION)
            .map_or("", |v| v.to_str().unwrap())
    }
}

async fn send(house: &Arc<Fake>, request: Request<Body>) -> Got {
    let response: Response<Body> = router(house.clone()).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, 10_000_000).await.unwrap();
    Got {
        status: parts.status,
        headers: parts.headers,
        body: String::from_utf8_lossy(&bytes).into_owned(),
    }
}

/// Reads a page as somebody with these roles.
async fn get_as(house: &Arc<Fake>, roles: &[Role], path: &str) -> Got {
    let cookie = house.signed_in(roles);
    send(
        house,
        Request::get(path)
            .header(header::COOKIE, cookie)
            .body(Body::empty())
            .unwrap(),
    )
    .await
}

/// Posts a form as somebody with these roles.
async fn post_as(house: &Arc<Fake>, roles: &[Role], path: &str, fields: &[(&str, &str)]) -> Got {
    let cookie = house.signed_in(roles);
    post_with(house, Some(&cookie), path, fields).await
}

async fn post_with(
    house: &Arc<Fake>,
    cookie: Option<&str>,
    path: &str,
    fields: &[(&str, &str)],
) -> Got {
    let body: Vec<String> = fields
        .iter()
        .map(|(n, v)| format!("{n}={}", super::gate::query_value(v)))
        .collect();
    let mut request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin");
    if let Some(cookie) = cookie {
        request = request.header(header::COOKIE, cookie);
    }
    send(house, request.body(Body::from(body.join("&"))).unwrap()).await
}
