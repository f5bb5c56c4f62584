//! Who is signed in: the cookie, how long it lasts, and how often one may guess.

use crate::web::desk::model::Session;
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use std::sync::Mutex;

/// A session that nobody used for this long is over (ASVS 7.3.1).
pub const IDLE: SignedDuration = SignedDuration::from_hours(2);
/// A session is over after this long, used or not (ASVS 7.3.2).
pub const ABSOLUTE: SignedDuration = SignedDuration::from_hours(12);
/// Use is noted no more often than this, so that reading a page writes nothing.
pub const NOTE_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// Whether a session is in force at `now`.
pub fn in_force(session: &Session, now: Timestamp) -> bool {
    now.duration_since(session.used) < IDLE && now.duration_since(session.started) < ABSOLUTE
}

/// The cookie's name: `__Host-` binds it to the host and to https, where there is https (RFC 6265bis 4.1.3.2).
pub fn cookie_name(https: bool) -> &'static str {
    if https {
        "__Host-vulnerary"
    } else {
        "vulnerary"
    }
}

/// `Set-Cookie` for a new session.
pub fn set_cookie(https: bool, token: &str) -> String {
    let secure = if https { "; Secure" } else { "" };
    format!(
        "{}={token}; Path=/; HttpOnly; SameSite=Lax{secure}",
        cookie_name(https)
    )
}

/// `Set-Cookie` that forgets it.
pub fn clear_cookie(https: bool) -> String {
    format!("{}; Max-Age=0", set_cookie(https, ""))
}

/// The token among the request's cookies.
pub fn token_in(https: bool, headers: &axum::http::HeaderMap) -> Option<&str> {
    headers
        .get_all(axum::http::header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == cookie_name(https))
        .map(|(_, token)| token)
}

/// "Firefox on Linux" from a `User-Agent`: enough to know one's own session again, and no more is kept.
pub fn browser_words(user_agent: &str) -> String {
    let first = |list: &[(&str, &'static str)]| {
        list.iter()
            .find(|(mark, _)| user_agent.contains(mark))
            .map(|(_, word)| *word)
    };
    let browser = first(&[
        ("Edg/", "Edge"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "iOS"),
        ("iPad", "iOS"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    format!(
        "{} on {}",
        browser.unwrap_or("A browser"),
        system.unwrap_or("an unknown system")
    )
}

/// How often one may guess: after [`FREE_TRIES`] wrong tries for one account, each further one has to wait, twice as long
/// as the last, five minutes at most. Nobody is locked out. In memory, per process.
#[derive(Debug, Default)]
pub struct Throttle {
    tries: Mutex<HashMap<[u8; 32], (u32, Timestamp)>>,
}

/// Wrong tries without waiting.
pub const FREE_TRIES: u32 = 5;
const LONGEST: i64 = 300;
const FORGET_AFTER: SignedDuration = SignedDuration::from_mins(30);
const ACCOUNTS: usize = 10_000;

impl Throttle {
    /// Seconds to wait before the next try for `account` (a digest of the mail address), or none.
    pub fn wait(&self, account: [u8; 32], now: Timestamp) -> Option<i64> {
        let tries = self
            .tries
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let (count, last) = *tries.get(&account)?;
        let pause = 1i64
            .checked_shl(count.checked_sub(FREE_TRIES)?)
            .unwrap_or(LONGEST)
            .min(LONGEST);
        let left = pause - now.duration_since(last).as_secs();
        (left > 0).then_some(left)
    }

    /// Notes a wrong try.
    pub fn wrong(&self, account: [u8; 32], now: Timestamp) {
        let mut tries = self
            .tries
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        tries.retain(|_, (_, last)| now.duration_since(*last) < FORGET_AFTER);
        if tries.len() < ACCOUNTS || tries.contains_key(&account) {
            let entry = tries.entry(account).or_insert((0, now));
            *entry = (entry.0.saturating_add(1), now);
        }
    }

    /// Forgets the wrong tries: the right answer came.
    pub fn right(&self, account: [u8; 32]) {
        self.tries
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .remove(&account);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderMap, HeaderValue, header};
    use vulnerary_case::id::PersonId;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_session_ends_when_idle_and_at_the_latest_after_twelve_hours() {
        let session = |started: &str, used: &str| Session {
            digest: [0; 32],
            person: PersonId(uuid::Uuid::nil()),
            started: at(started),
            used: at(used),
            browser: String::new(),
        };
        let now = at("2026-11-23T18:00:00Z");
        for (started, used, want) in [
            ("2026-11-23T17:00:00Z", "2026-11-23T17:59:00Z", true),
            ("2026-11-23T17:00:00Z", "2026-11-23T16:00:01Z", true),
            ("2026-11-23T15:00:00Z", "2026-11-23T16:00:00Z", false),
            ("2026-11-23T06:00:01Z", "2026-11-23T17:59:00Z", true),
            ("2026-11-23T06:00:00Z", "2026-11-23T17:59:00Z", false),
        ] {
            assert_eq!(
                in_force(&session(started, used), now),
                want,
                "{started} {used}"
            );
        }
    }

    #[test]
    fn the_cookie_is_bound_to_the_host_where_there_is_https() {
        assert_eq!(
            set_cookie(true, "T"),
            "__Host-vulnerary=T; Path=/; HttpOnly; SameSite=Lax; Secure"
        );
        assert_eq!(
            set_cookie(false, "T"),
            "vulnerary=T; Path=/; HttpOnly; SameSite=Lax"
        );
        assert!(clear_cookie(true).ends_with("; Max-Age=0"));
        let mut headers = HeaderMap::new();
        headers.append(
            header::COOKIE,
            HeaderValue::from_static("a=b; vulnerary=plain"),
        );
        headers.append(
            header::COOKIE,
            HeaderValue::from_static("__Host-vulnerary=bound"),
        );
        assert_eq!(token_in(true, &headers), Some("bound"));
        assert_eq!(token_in(false, &headers), Some("plain"));
        assert_eq!(token_in(true, &HeaderMap::new()), None);
    }

    #[test]
    fn guessing_slows_down_and_a_right_answer_forgets() {
        let throttle = Throttle::default();
        let now = at("2026-11-23T18:00:00Z");
        for _ in 0..FREE_TRIES - 1 {
            throttle.wrong([1; 32], now);
            assert_eq!(throttle.wait([1; 32], now), None);
        }
        throttle.wrong([1; 32], now);
        assert_eq!(throttle.wait([1; 32], now), Some(1));
        for _ in 0..20 {
            throttle.wrong([1; 32], now);
        }
        assert_eq!(throttle.wait([1; 32], now), Some(LONGEST));
        assert_eq!(throttle.wait([2; 32], now), None, "somebody else");
        throttle.right([1; 32]);
        assert_eq!(throttle.wait([1; 32], now), None);
    }

    #[test]
    fn a_browser_is_named_roughly() {
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        assert_eq!(browser_words(firefox), "Firefox on Linux");
        assert_eq!(browser_words("curl/8"), "A browser on an unknown system");
    }
}
