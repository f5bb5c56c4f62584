//! Identifiers in free text: CVE, GHSA, CWE, and our own report and case numbers.

/// What an identifier names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdentifierKind {
    /// A CVE record: `CVE-2021-44228`.
    Cve,
    /// A GitHub Security Advisory: `GHSA-jfh8-c2jp-5v3q`.
    Ghsa,
    /// A weakness: `CWE-79` (leading zeros are dropped).
    Cwe,
    /// A report number of ours: `VR-7KQ4-M2X`. Its check character is not tested here.
    Report,
    /// A case number of ours: `VC-7KQ4-M2X`. Its check character is not tested here.
    Case,
}

/// One identifier found in a text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identifier {
    /// What it names.
    pub kind: IdentifierKind,
    /// In canonical spelling.
    pub text: String,
}

/// The characters of a GHSA id (GitHub's advisory database documentation).
const GHSA_CHARS: &[u8] = b"23456789cfghjmpqrvwx";

/// Every identifier in `text`, in order, each once, at most `max`.
///
/// Case does not matter; U+2010 to U+2014 and U+2212 count as hyphens, because word processors
/// put them there. An identifier must not touch another letter, digit or underscore before it,
/// nor a letter or digit after it.
pub fn find_identifiers(text: &str, max: usize) -> Vec<Identifier> {
    let bytes = text.as_bytes();
    let mut found: Vec<Identifier> = Vec::new();
    let mut at = 0;
    while at < bytes.len() && found.len() < max {
        if !matches!(bytes[at], b'C' | b'c' | b'G' | b'g' | b'V' | b'v') || touches(bytes, at) {
            at += 1;
            continue;
        }
        match at_position(&bytes[at..]) {
            Some((identifier, length)) => {
                if !found.contains(&identifier) {
                    found.push(identifier);
                }
                at += length;
            }
            None => at += 1,
        }
    }
    found
}

/// Whether the byte before `at` belongs to the same word.
fn touches(bytes: &[u8], at: usize) -> bool {
    at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_')
}

/// The identifier that begins here, with its length in bytes.
fn at_position(bytes: &[u8]) -> Option<(Identifier, usize)> {
    let mut cursor = Cursor { bytes, at: 0 };
    let prefix = cursor.take_while(4, |b| b.is_ascii_alphabetic());
    let kind = match prefix {
        p if p.eq_ignore_ascii_case(b"CVE") => IdentifierKind::Cve,
        p if p.eq_ignore_ascii_case(b"GHSA") => IdentifierKind::Ghsa,
        p if p.eq_ignore_ascii_case(b"CWE") => IdentifierKind::Cwe,
        p if p.eq_ignore_ascii_case(b"VR") => IdentifierKind::Report,
        p if p.eq_ignore_ascii_case(b"VC") => IdentifierKind::Case,
        _ => return None,
    };
    cursor.hyphen()?;
    let text = match kind {
        IdentifierKind::Cve => cve(&mut cursor)?,
        IdentifierKind::Ghsa => ghsa(&mut cursor)?,
        IdentifierKind::Cwe => cwe(&mut cursor)?,
        IdentifierKind::Report => number("VR", &mut cursor)?,
        IdentifierKind::Case => number("VC", &mut cursor)?,
    };
    if cursor.peek().is_some_and(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    Some((Identifier { kind, text }, cursor.at))
}

fn cve(cursor: &mut Cursor<'_>) -> Option<String> {
    let year = ascii(cursor.exactly(4, |b| b.is_ascii_digit())?);
    cursor.hyphen()?;
    let serial = cursor.take_while(20, |b| b.is_ascii_digit());
    // CVE-ID syntax: four digits or more; 19 is the longest the CVE record format allows.
    (4..=19)
        .contains(&serial.len())
        .then(|| format!("CVE-{year}-{}", ascii(serial)))
}

fn ghsa(cursor: &mut Cursor<'_>) -> Option<String> {
    let mut text = String::from("GHSA");
    for group in 0..3 {
        if group > 0 {
            cursor.hyphen()?;
        }
        let part = cursor.exactly(4, |b| GHSA_CHARS.contains(&b.to_ascii_lowercase()))?;
        text.push('-');
        text.push_str(&ascii(part).to_ascii_lowercase());
    }
    Some(text)
}

fn cwe(cursor: &mut Cursor<'_>) -> Option<String> {
    let digits = cursor.take_while(6, |b| b.is_ascii_digit());
    let digits = ascii(digits);
    let digits = digits.trim_start_matches('0');
    (1..=5)
        .contains(&digits.len())
        .then(|| format!("CWE-{digits}"))
}

/// `XXXX-XXX` in Crockford base32, as speakable numbers are written.
fn number(prefix: &str, cursor: &mut Cursor<'_>) -> Option<String> {
    let first = ascii(cursor.exactly(4, |b| b.is_ascii_alphanumeric())?);
    cursor.hyphen()?;
    let second = ascii(cursor.exactly(3, |b| b.is_ascii_alphanumeric())?);
    Some(format!(
        "{prefix}-{}-{}",
        crockford(&first),
        crockford(&second)
    ))
}

/// Crockford's reading of easily confused characters: O is 0, I and L are 1.
fn crockford(text: &str) -> String {
    let one = |c: char| match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        c => c,
    };
    text.chars().map(one).collect()
}

fn ascii(bytes: &[u8]) -> String {
    bytes.iter().map(|b| char::from(*b)).collect()
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take_while(&mut self, max: usize, wanted: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().take(max).take_while(|b| wanted(**b)).count();
        self.at += length;
        &rest[..length]
    }

    fn exactly(&mut self, count: usize, wanted: impl Fn(u8) -> bool) -> Option<&'a [u8]> {
        let taken = self.take_while(count, wanted);
        (taken.len() == count).then_some(taken)
    }

    fn hyphen(&mut self) -> Option<()> {
        let length = match &self.bytes[self.at..] {
            [b'-', ..] => 1,
            [0xE2, 0x80, 0x90..=0x94, ..] | [0xE2, 0x88, 0x92, ..] => 3,
            _ => return None,
        };
        self.at += length;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &[&str]) {
        let found: Vec<_> = find_identifiers(text, 64)
            .into_iter()
            .map(|i| i.text)
            .collect();
        assert_eq!(found, expect, "in {text:?}");
    }

    #[test]
    fn identifiers_are_found_where_people_write_them() {
        check("see CVE-2021-44228.", &["CVE-2021-44228"]);
        check("cve-2014-0160, CVE-2014-0160", &["CVE-2014-0160"]);
        check("CVE-2021-44228-log4j-core", &["CVE-2021-44228"]);
        check("CVE\u{2011}2020\u{2013}12345", &["CVE-2020-12345"]);
        check("GHSA-JFH8-C2JP-5V3Q", &["GHSA-jfh8-c2jp-5v3q"]);
        check("external/cwe/cwe-079 and CWE-79: XSS", &["CWE-79"]);
        check(
            "about VR-7kq4-m2x and vc-7KQ4-M2X",
            &["VR-7KQ4-M2X", "VC-7KQ4-M2X"],
        );
        check("VR-OIL4-M2X", &["VR-0114-M2X"]);
    }

    #[test]
    fn what_only_looks_like_one_is_not() {
        check(
            "CVE-21-44228 CVE-2021-123 CVE-2021-12345678901234567890",
            &[],
        );
        check("XCVE-2021-44228 _CVE-2021-44228 CVE-2021-44228x", &[]);
        check(
            "GHSA-aaaa-bbbb-cccc CWE-000000 CWE-1234567 VR-7KQ4-M2XX",
            &[],
        );
        check("CVE- CWE- GHSA- VR- c", &[]);
    }

    #[test]
    fn the_number_found_is_limited() {
        let many: String = (1000..2000).map(|n| format!("CVE-2020-{n} ")).collect();
        assert_eq!(find_identifiers(&many, 5).len(), 5);
    }
}
