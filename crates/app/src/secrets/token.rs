//! Random tokens of sessions, set-up and invitations: 256 bits, stored as digests only.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
use sha2::{Digest, Sha256};

/// What a token is for; a digest of one kind is never one of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A signed-in browser.
    Session,
    /// The one-time link that begins set-up.
    SetUp,
    /// A link with which an added person sets their own password.
    Invitation,
}

impl Kind {
    fn domain(self) -> &'static [u8] {
        match self {
            Self::Session => b"vulnerary/session/1",
            Self::SetUp => b"vulnerary/set-up/1",
            Self::Invitation => b"vulnerary/invitation/1",
        }
    }
}

/// The token's text for a cookie or a link: 43 characters of base64url.
pub fn text(random: &[u8; 32]) -> String {
    B64.encode(random)
}

/// What is stored of a token, or `None` where the text cannot be one.
pub fn digest(kind: Kind, text: &str) -> Option<[u8; 32]> {
    let bytes = (text.len() == 43)
        .then(|| B64.decode(text).ok())
        .flatten()?;
    let mut hash = Sha256::new();
    hash.update(kind.domain());
    hash.update(&bytes);
    Some(hash.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_of_one_kind_is_none_of_another() {
        let token = text(&[5; 32]);
        assert_eq!(token.len(), 43);
        assert!(digest(Kind::Session, &token).is_some());
        assert_ne!(digest(Kind::Session, &token), digest(Kind::SetUp, &token));
        assert_ne!(
            digest(Kind::SetUp, &token),
            digest(Kind::Invitation, &token)
        );
        for odd in ["", "short", &"!".repeat(43), &"A".repeat(44)] {
            assert_eq!(digest(Kind::Session, odd), None, "{odd}");
        }
    }
}
