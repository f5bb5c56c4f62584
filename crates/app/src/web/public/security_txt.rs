//! `/.well-known/security.txt` and `/security.txt` (RFC 9116): made at each request, so that it is always in date.

use std::fmt::Write as _;

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use jiff::{RoundMode, SignedDuration, Timestamp, TimestampRound, Unit};

use super::{PublicSite, SiteFacts};

/// How long what we say holds: well below the year that RFC 9116 §2.5.5 recommends as the most.
const HOLDS: SignedDuration = SignedDuration::from_hours(90 * 24);

/// `GET /.well-known/security.txt`
pub(super) async fn get<S: PublicSite>(State(site): State<S>) -> Response {
    let text = security_txt(&*site.site().await, site.now());
    let kind = (header::CONTENT_TYPE, "text/plain; charset=utf-8");
    (
        [kind, (header::CACHE_CONTROL, "public, max-age=3600")],
        text,
    )
        .into_response()
}

/// The file. Web addresses stand in it only where `public_url` is https (RFC 9116 §2.5: MUST); for a local trial, and
/// where nothing could be named as `Contact`, it says in a comment that it is not valid yet, and why.
pub fn security_txt(facts: &SiteFacts, now: Timestamp) -> String {
    let mut lines = vec![format!(
        "# How to report a vulnerability to {}",
        one_line(&facts.organisation)
    )];
    let mut contacts: Vec<String> = Vec::new();
    if let Some(url) = facts.https_url() {
        contacts.push(format!("{url}/report"));
    } else {
        lines.push("# NOT VALID YET: this is a trial without a public https address.".into());
        lines.push(
            "# Set public_url to the https address under which reporters reach this site.".into(),
        );
    }
    contacts.extend(facts.contacts.iter().filter_map(|c| contact(c)));
    if contacts.is_empty() {
        lines.push(
            "# NOT VALID YET: there is no contact to name (RFC 9116 asks for at least one).".into(),
        );
    }
    lines.extend(contacts.iter().map(|c| format!("Contact: {c}")));
    lines.push(format!("Expires: {}", expires(now)));
    if let Some(url) = facts.https_url() {
        lines.push(format!("Canonical: {url}/.well-known/security.txt"));
        lines.push(format!("Canonical: {url}/security.txt"));
        lines.push(format!("Policy: {url}/policy"));
    }
    let languages: Vec<String> = facts.languages.iter().map(|l| one_line(l)).collect();
    if !languages.is_empty() {
        lines.push(format!("Preferred-Languages: {}", languages.join(", ")));
    }
    lines.iter().fold(String::new(), |mut text, line| {
        // Writing to a String cannot fail.
        let _written = writeln!(text, "{line}");
        text
    })
}

/// Midnight (UTC) about ninety days from now: the same all day long, so that caches and checks agree.
fn expires(now: Timestamp) -> Timestamp {
    let day = TimestampRound::new()
        .smallest(Unit::Hour)
        .increment(24)
        .mode(RoundMode::Trunc);
    let midnight = now.round(day).unwrap_or(now);
    midnight.checked_add(HOLDS).unwrap_or(Timestamp::MAX)
}

/// A contact as a URI; http addresses and what is no address are left out.
fn contact(text: &str) -> Option<String> {
    let text = one_line(text);
    if text.contains(' ') || text.is_empty() {
        None
    } else if ["https://", "mailto:", "tel:"]
        .iter()
        .any(|scheme| text.starts_with(scheme))
    {
        Some(text)
    } else if text.contains("://") {
        None
    } else if text.contains('@') {
        Some(format!("mailto:{text}"))
    } else if text.starts_with('+') {
        Some(format!("tel:{text}"))
    } else {
        None
    }
}

/// A setting cannot begin a line of its own.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect::<String>()
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::public::fake;

    #[test]
    fn security_txt_is_valid_for_ninety_days() {
        let text = security_txt(&fake::facts(), fake::now());
        insta::assert_snapshot!("security.txt", text);
        let expires = text
            .lines()
            .find_map(|l| l.strip_prefix("Expires: "))
            .unwrap();
        let days = expires
            .parse::<jiff::Timestamp>()
            .unwrap()
            .duration_since(fake::now())
            .as_hours()
            / 24;
        assert!((30..365).contains(&days), "{days}");
    }

    #[test]
    fn security_txt_of_a_trial_says_that_it_is_not_valid_and_names_no_http_address() {
        for (url, trial, contacts) in [
            (None, true, vec!["http://example.com/report"]),
            (
                Some("http://localhost:8080"),
                true,
                vec!["security@example.com\nContact: mailto:evil@example.org"],
            ),
            (Some("http://psirt.example.com"), false, vec![]),
        ] {
            let facts = SiteFacts {
                public_url: url.map(str::to_owned),
                local_trial: trial,
                contacts: contacts.into_iter().map(str::to_owned).collect(),
                ..fake::facts()
            };
            let text = security_txt(&facts, fake::now());
            assert!(
                text.contains("NOT VALID YET") && !text.contains("http://"),
                "{text}"
            );
            assert!(
                !text
                    .lines()
                    .any(|l| l.starts_with("Contact") && l.contains("evil")),
                "{text}"
            );
            assert_eq!(
                text.lines().filter(|l| l.starts_with("Expires: ")).count(),
                1,
                "{text}"
            );
        }
    }
}
