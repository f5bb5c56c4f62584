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

#[cfg(test)]
mod tests {
    use super::*;

    /// The value of a token in light and in dark.
    fn token(name: &str) -> [f64; 2] {
        let (_, rest) = CSS.split_once(&format!("--{name}: light-dark(")).unwrap();
        let (pair, _) = rest.split_once(')').unwrap();
        let mut both = pair.split(", ").map(luminance);
        [both.next().unwrap(), both.next().unwrap()]
    }

    /// Relative luminance of `#rrggbb` (WCAG 2.2, definition of contrast).
    fn luminance(hex: &str) -> f64 {
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.04045 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    fn contrast(a: f64, b: f64) -> f64 {
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_has_seven_to_one_and_edges_three_to_one_in_light_and_dark() {
        let grounds = ["paper", "card", "wash", "late-wash"];
        for ground in grounds {
            for (words, least) in [
                ("ink", 7.0),
                ("soft", 7.0),
                ("accent", 7.0),
                ("late", 7.0),
                ("soon", 7.0),
                ("good", 7.0),
                ("edge", 3.0),
            ] {
                for mode in 0..2 {
                    let measured = contrast(token(words)[mode], token(ground)[mode]);
                    assert!(
                        measured >= least,
                        "{words} on {ground}, mode {mode}: {measured:.2}"
                    );
                }
            }
        }
        for mode in 0..2 {
            assert!(contrast(token("accent-ink")[mode], token("accent")[mode]) >= 7.0);
        }
    }

    #[test]
    fn the_sheet_loads_nothing_and_stays_small() {
        assert!(CSS.lines().count() < 600);
        for banned in [
            "url(",
            "@import",
            "@font-face",
            "!important",
            "animation",
            "transition",
        ] {
            assert!(!CSS.contains(banned), "{banned}");
        }
    }
}
