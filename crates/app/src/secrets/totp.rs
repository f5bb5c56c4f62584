//! One-time codes from an app (RFC 6238: SHA-1, six digits, 30 seconds), each accepted once, with the QR code as SVG.

use fast_qr::convert::{Builder, svg::SvgBuilder};
use fast_qr::qr::QRBuilder;
use totp_rs::Totp;

/// Bytes of a secret (RFC 4226 §4 recommends 160 bits).
pub const SECRET_BYTES: usize = 20;

/// The secret of one person's app, as bytes to be wrapped before they are stored.
#[derive(Clone)]
pub struct TotpSecret(pub [u8; SECRET_BYTES]);

impl Drop for TotpSecret {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.0);
    }
}

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSecret(…)")
    }
}

impl TotpSecret {
    fn totp(&self) -> Option<Totp> {
        totp_rs::Builder::new().with_secret(self.0).build().ok()
    }

    /// The step of `code` at `unix_seconds` (one step of clock skew either way), where the code is right and its step is
    /// later than `last_step`: a code is good once (RFC 6238 §5.2). The caller stores the step before it believes.
    pub fn step_of(&self, code: &str, unix_seconds: u64, last_step: Option<u64>) -> Option<u64> {
        let digits: String = code
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .collect();
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let step = self.totp()?.check(&digits, unix_seconds)?;
        (last_step.is_none_or(|last| step > last)).then_some(step)
    }

    /// The code at `unix_seconds`: for the demonstration and for tests.
    pub fn code_at(&self, unix_seconds: u64) -> String {
        self.totp()
            .map(|t| t.generate(unix_seconds).to_string())
            .unwrap_or_default()
    }

    /// The secret as an app shows it: base32 in groups of four, to type where no camera is.
    pub fn spelled(&self) -> String {
        let text = base32(&self.0);
        text.as_bytes()
            .chunks(4)
            .map(|c| String::from_utf8_lossy(c).into_owned())
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// The `otpauth:` address that an app reads.
    pub fn address(&self, issuer: &str, account: &str) -> String {
        let (issuer, account) = (percent(issuer), percent(account));
        format!(
            "otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}",
            base32(&self.0)
        )
    }

    /// The QR code of [`Self::address`] as inline SVG, or none where the address is too long for one (then it is typed).
    pub fn qr_svg(&self, issuer: &str, account: &str) -> Option<String> {
        let code = QRBuilder::new(self.address(issuer, account)).build().ok()?;
        Some(SvgBuilder::default().margin(2).to_str(&code))
    }
}

/// RFC 4648 base32 without padding.
fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut out = String::new();
    let (mut buffer, mut bits) = (0u32, 0);
    for &byte in bytes {
        buffer = (buffer << 8) | u32::from(byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(char::from(ALPHABET[(buffer >> bits) as usize & 31]));
        }
        buffer &= (1 << bits) - 1;
    }
    if bits > 0 {
        out.push(char::from(ALPHABET[(buffer << (5 - bits)) as usize & 31]));
    }
    out
}

/// Percent-encodes everything but RFC 3986's unreserved characters.
fn percent(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::new(), |mut out, b| {
        if b.is_ascii_alphanumeric() || b"-._~".contains(&b) {
            out.push(char::from(b));
        } else {
            let _ = write!(out, "%{b:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238 appendix B, the SHA-1 secret "12345678901234567890", last six digits.
    #[test]
    fn the_rfc_vectors_hold() {
        let secret = TotpSecret(*b"12345678901234567890");
        for (time, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_234_567_890, "005924"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(secret.code_at(time), code);
            assert_eq!(secret.step_of(code, time, None), Some(time / 30));
        }
    }

    #[test]
    fn a_code_is_good_once_and_for_its_time() {
        let secret = TotpSecret([9; 20]);
        let now = 1_800_000_000;
        let code = secret.code_at(now);
        let step = secret.step_of(&code, now, None).unwrap();
        assert_eq!(
            secret.step_of(&code, now, Some(step)),
            None,
            "a second time"
        );
        assert_eq!(secret.step_of(&code, now + 120, None), None, "too late");
        assert_eq!(
            secret.step_of(&format!("{} {}", &code[..3], &code[3..]), now, None),
            Some(step),
            "with a space"
        );
        for wrong in ["", "12345", "1234567", "abcdef", "１２３４５６"] {
            assert_eq!(secret.step_of(wrong, now, None), None, "{wrong}");
        }
    }

    /// RFC 4648 §10.
    #[test]
    fn base32_is_the_rfcs() {
        for (plain, coded) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn the_address_is_escaped_and_the_picture_is_svg() {
        let secret = TotpSecret(*b"12345678901234567890");
        let address = secret.address("Example & Co: Safety", "a@example.com");
        assert_eq!(
            address,
            "otpauth://totp/Example%20%26%20Co%3A%20Safety:a%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example%20%26%20Co%3A%20Safety"
        );
        let svg = secret.qr_svg("Example", "a@example.com").unwrap();
        assert!(svg.starts_with("<svg ") && !svg.contains("<script"));
        assert_eq!(format!("{secret:?}"), "TotpSecret(…)");
    }
}
