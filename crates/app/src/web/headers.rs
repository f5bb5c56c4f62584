//! The security headers of every answer, set in one place and kept by a test.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

/// Public pages load one style sheet from here, send forms here, and nothing else: no script, image, font or frame.
pub const PUBLIC_CSP: &str = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The desk may also load its one small script from here.
pub const DESK_CSP: &str = "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; \
     base-uri 'none'; frame-ancestors 'none'";

/// What is the same everywhere. `Referrer-Policy: same-origin` and not `no-referrer`, because under the latter
/// browsers send `Origin: null` with forms (design/architecture.md §6).
pub const COMMON: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// Which pages are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeaderSettings {
    /// The desk (one script) or the public side (none).
    pub desk: bool,
    /// Whether `public_url` is https: only then browsers are told to stay with it.
    pub https: bool,
}

/// Adds the headers to an answer. Those a handler set itself stay (a download's own policy, a style sheet's
/// caching); an answer without `Cache-Control` is kept nowhere.
pub fn apply(headers: &mut HeaderMap, settings: HeaderSettings) {
    let csp = if settings.desk { DESK_CSP } else { PUBLIC_CSP };
    let mut set = |name: HeaderName, value: &'static str| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, csp);
    for (name, value) in COMMON {
        set(name, value);
    }
    if settings.https {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    set(header::CACHE_CONTROL, "no-store");
}

/// The middleware: `router.layer(axum::middleware::from_fn_with_state(settings, headers::layer))`.
pub async fn layer(
    axum::extract::State(settings): axum::extract::State<HeaderSettings>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    apply(response.headers_mut(), settings);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(settings: HeaderSettings) -> String {
        let mut headers = HeaderMap::new();
        apply(&mut headers, settings);
        let mut lines: Vec<_> = headers
            .iter()
            .map(|(n, v)| format!("{n}: {}", v.to_str().unwrap()))
            .collect();
        lines.sort();
        lines.join("\n")
    }

    #[test]
    fn headers_of_public_pages() {
        insta::assert_snapshot!(
            "public",
            listed(HeaderSettings {
                desk: false,
                https: true
            })
        );
    }

    #[test]
    fn headers_of_the_desk() {
        insta::assert_snapshot!(
            "desk",
            listed(HeaderSettings {
                desk: true,
                https: false
            })
        );
    }

    #[test]
    fn a_handlers_own_header_stays() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=60"),
        );
        apply(
            &mut headers,
            HeaderSettings {
                desk: false,
                https: false,
            },
        );
        assert_eq!(headers[header::CACHE_CONTROL], "public, max-age=60");
        assert!(headers.get(header::STRICT_TRANSPORT_SECURITY).is_none());
    }
}
