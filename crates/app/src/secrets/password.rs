//! Passwords: Argon2id, never on the async threads, and only a few at once (OWASP Password Storage; NIST SP 800-63B 5.1.1).

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD as B64;
use std::sync::Arc;
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// Least characters of a password. Length is what helps; no rules about digits or signs (SP 800-63B 5.1.1.2).
pub const MIN_CHARS: usize = 12;
/// Most bytes of a password, so that nobody hashes a megabyte.
pub const MAX_BYTES: usize = 512;
/// Passwords that everybody tries first, and long enough to pass the length rule; compared without case and spaces.
const TRIED_FIRST: [&str; 12] = [
    "password",
    "passwort",
    "123456",
    "qwertz",
    "qwerty",
    "letmein",
    "iloveyou",
    "admin",
    "welcome",
    "changeme",
    "vulnerary",
    "abcdef",
];

/// Why a new password is not taken, in words for the field.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Fewer than [`MIN_CHARS`].
    #[error(
        "Use at least {MIN_CHARS} characters. Four or five words that only you would put together are easy to remember."
    )]
    Short,
    /// More than [`MAX_BYTES`].
    #[error("Use at most {MAX_BYTES} bytes.")]
    Long,
    /// On everybody's list, or one thing repeated.
    #[error(
        "This password is one that attackers try first. Use words that only you would put together."
    )]
    Common,
    /// Contains the person's own name or address.
    #[error(
        "This password contains your name or mail address. Use words that have nothing to do with you."
    )]
    Personal,
}

/// Whether `password` may be set by somebody called `about` (name, mail address).
///
/// # Errors
/// [`WeakPassword`], a sentence for the field.
pub fn acceptable(password: &str, about: &[&str]) -> Result<(), WeakPassword> {
    if password.chars().count() < MIN_CHARS {
        return Err(WeakPassword::Short);
    }
    if password.len() > MAX_BYTES {
        return Err(WeakPassword::Long);
    }
    let plain: String = password
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect();
    let mut letters: Vec<char> = plain.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    let rest = TRIED_FIRST
        .iter()
        .fold(plain.clone(), |rest, tried| rest.replace(tried, ""));
    let rest = rest.trim_matches(|c: char| c.is_ascii_digit());
    if letters.len() < 5 || rest.chars().count() < 4 {
        return Err(WeakPassword::Common);
    }
    let personal = about
        .iter()
        .flat_map(|a| a.split(|c: char| !c.is_alphanumeric()))
        .map(str::to_lowercase)
        .filter(|part| part.chars().count() >= 4)
        .any(|part| {
            plain.contains(&part) && plain.chars().count() < part.chars().count() + MIN_CHARS
        });
    if personal {
        Err(WeakPassword::Personal)
    } else {
        Ok(())
    }
}

/// The hasher: its cost, and how many may run at once (each takes its memory for as long as it runs).
#[derive(Clone, Debug)]
pub struct Passwords {
    params: Params,
    seats: Arc<Semaphore>,
}

impl Default for Passwords {
    /// 64 MiB, 3 passes, 1 lane; at most two at once (128 MiB together).
    fn default() -> Self {
        Self::with_cost(64 * 1024, 3, 2)
    }
}

impl Passwords {
    /// `memory_kib` KiB, `passes`, at most `at_once` at the same time. A cost that Argon2 does not know becomes its default.
    pub fn with_cost(memory_kib: u32, passes: u32, at_once: usize) -> Self {
        let params = Params::new(memory_kib, passes, 1, Some(32)).unwrap_or(Params::DEFAULT);
        Self {
            params,
            seats: Arc::new(Semaphore::new(at_once.max(1))),
        }
    }

    /// The text to store (PHC string format) for `password`.
    ///
    /// # Errors
    /// Only where the hasher is shut down.
    pub async fn hash(&self, password: &str, salt: [u8; 16]) -> anyhow::Result<String> {
        let params = self.params.clone();
        let key = self.derive(password, salt.to_vec(), params.clone()).await?;
        Ok(format!(
            "$argon2id$v=19$m={},t={},p={}${}${}",
            params.m_cost(),
            params.t_cost(),
            params.p_cost(),
            B64.encode(salt),
            B64.encode(key)
        ))
    }

    /// Whether `password` is the one behind `stored`. Without a `stored` (nobody of that name) it takes as long and says no,
    /// so that an answer's time does not tell who has an account.
    ///
    /// # Errors
    /// Only where the hasher is shut down.
    pub async fn verify(&self, password: &str, stored: Option<&str>) -> anyhow::Result<bool> {
        let known = stored.and_then(parse);
        let (params, salt, want) = known
            .clone()
            .unwrap_or_else(|| (self.params.clone(), vec![0; 16], vec![0; 32]));
        let got = self.derive(password, salt, params).await?;
        Ok(bool::from(got.as_slice().ct_eq(&want)) && known.is_some())
    }

    async fn derive(
        &self,
        password: &str,
        salt: Vec<u8>,
        params: Params,
    ) -> anyhow::Result<Vec<u8>> {
        let _seat = self.seats.acquire().await?;
        let password =
            Zeroizing::new(password.as_bytes()[..password.len().min(MAX_BYTES)].to_vec());
        let key = tokio::task::spawn_blocking(move || {
            let mut out = vec![0; 32];
            Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
                .hash_password_into(&password, &salt, &mut out)
                .map(|()| out)
        });
        key.await?
            .map_err(|why| anyhow::anyhow!("Argon2id refused its parameters: {why}"))
    }
}

/// Reads `$argon2id$v=19$m=…,t=…,p=…$salt$key`; costs beyond 1 GiB or 20 passes are not believed.
fn parse(stored: &str) -> Option<(Params, Vec<u8>, Vec<u8>)> {
    let mut parts = stored.strip_prefix("$argon2id$v=19$")?.split('$');
    let mut cost = parts.next()?.split(',');
    let m: u32 = cost.next()?.strip_prefix("m=")?.parse().ok()?;
    let t: u32 = cost.next()?.strip_prefix("t=")?.parse().ok()?;
    let p: u32 = cost.next()?.strip_prefix("p=")?.parse().ok()?;
    let salt = B64.decode(parts.next()?).ok()?;
    let key = B64.decode(parts.next()?).ok()?;
    let sane =
        m <= 1024 * 1024 && t <= 20 && salt.len() >= 8 && key.len() == 32 && parts.next().is_none();
    sane.then(|| Params::new(m, t, p, Some(32)).ok())
        .flatten()
        .map(|params| (params, salt, key))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cheap() -> Passwords {
        Passwords::with_cost(64, 1, 2)
    }

    #[tokio::test]
    async fn the_right_password_is_believed_and_no_other() {
        let p = cheap();
        let stored = p.hash("seven green boats at noon", [7; 16]).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=64,t=1,p=1$"));
        assert!(
            p.verify("seven green boats at noon", Some(&stored))
                .await
                .unwrap()
        );
        assert!(
            !p.verify("seven green boats at moon", Some(&stored))
                .await
                .unwrap()
        );
        assert!(!p.verify("", Some(&stored)).await.unwrap());
    }

    #[tokio::test]
    async fn nobody_and_nonsense_are_not_believed() {
        let p = cheap();
        assert!(!p.verify("anything", None).await.unwrap());
        for odd in [
            "",
            "$argon2id$",
            "$argon2id$v=19$m=99999999,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA",
            "plain",
        ] {
            assert!(!p.verify("plain", Some(odd)).await.unwrap(), "{odd}");
        }
    }

    #[tokio::test]
    async fn a_stored_cost_is_the_one_used_so_that_costs_can_be_raised_later() {
        let old = cheap()
            .hash("seven green boats at noon", [1; 16])
            .await
            .unwrap();
        assert!(
            Passwords::with_cost(128, 2, 1)
                .verify("seven green boats at noon", Some(&old))
                .await
                .unwrap()
        );
    }

    #[test]
    fn weak_passwords_are_named_for_what_they_are() {
        let cases: [(&str, Result<(), WeakPassword>); 8] = [
            ("short", Err(WeakPassword::Short)),
            ("password1234567", Err(WeakPassword::Common)),
            ("aaaaaaaaaaaaaaaa", Err(WeakPassword::Common)),
            ("Passwort 2026 123", Err(WeakPassword::Common)),
            ("annikahofmann12", Err(WeakPassword::Personal)),
            ("seven green boats at noon", Ok(())),
            ("Ünïcode wörter züm mérken", Ok(())),
            ("hofmann rides seven green boats at noon", Ok(())),
        ];
        for (password, want) in cases {
            assert_eq!(
                acceptable(password, &["Annika Hofmann", "annika@example.com"]),
                want,
                "{password}"
            );
        }
        assert_eq!(
            acceptable(&"long words ".repeat(100), &[]),
            Err(WeakPassword::Long)
        );
    }
}
