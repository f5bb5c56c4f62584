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
