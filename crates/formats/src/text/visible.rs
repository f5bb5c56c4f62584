//! Hostile text made safe to show to a person (design/domain.md, Trust).
//!
//! Characters that change how other characters look, or that a person cannot see, are replaced by
//! their code point in angle brackets: `⟨U+202E⟩`. Bidirectional overrides can otherwise make
//! `exe.txt` out of `txt.exe` ("Trojan Source", CVE-2021-42574); zero-width characters can hide
//! differences; C0 and C1 controls drive terminals. HTML is escaped elsewhere (maud).

use std::borrow::Cow;
use std::fmt::Write;

/// Whether a character must be shown as its code point.
fn is_hidden(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        c if c.is_control() => true,
        '\u{00AD}'                    // soft hyphen
        | '\u{034F}'                  // combining grapheme joiner
        | '\u{061C}'                  // Arabic letter mark
        | '\u{115F}' | '\u{1160}'     // Hangul fillers
        | '\u{17B4}' | '\u{17B5}'     // Khmer inherent vowels
        | '\u{180B}'..='\u{180F}'     // Mongolian selectors
        | '\u{200B}'..='\u{200F}'     // zero width, LRM, RLM
        | '\u{2028}' | '\u{2029}'     // line and paragraph separators
        | '\u{202A}'..='\u{202E}'     // bidi embeddings and overrides
        | '\u{2060}'..='\u{206F}'     // word joiner, bidi isolates, deprecated formats
        | '\u{3164}'                  // Hangul filler
        | '\u{FEFF}'                  // byte order mark inside text
        | '\u{FFA0}'                  // half-width Hangul filler
        | '\u{FFF0}'..='\u{FFFB}'     // specials, interlinear annotation
        | '\u{1D173}'..='\u{1D17A}'   // musical formats
        | '\u{E0000}'..='\u{E0FFF}'   // tags and variation selectors supplement
            => true,
        // Private use and non-characters look like nothing, or like anything.
        '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}' => true,
        '\u{FDD0}'..='\u{FDEF}' => true,
        c => (c as u32) & 0xFFFE == 0xFFFE,
    }
}

/// `text` with every hidden character shown as `⟨U+XXXX⟩`; newlines and tabs stay, `\r\n` and a
/// lone `\r` become a newline. Use it for every report text on a page.
///
/// A zero-width joiner between emoji is shown too: in a report, being seen matters more than
/// being pretty.
pub fn visible(text: &str) -> String {
    visible_bounded(text, usize::MAX, false)
}

/// [`visible`] on one line (newlines and tabs become spaces) of at most `max` characters; what is
/// cut is marked with `…`. Use it for titles, list cells and messages.
pub fn visible_line(text: &str, max: usize) -> String {
    visible_bounded(text, max, true)
}

fn visible_bounded(text: &str, max: usize, one_line: bool) -> String {
    let mut out = String::with_capacity(text.len().min(max.saturating_mul(4)));
    let mut count = 0usize;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let c = match c {
            '\r' if chars.peek() == Some(&'\n') => continue,
            '\r' => '\n',
            c => c,
        };
        let width = if is_hidden(c) { code_point_width(c) } else { 1 };
        // Room is kept for the mark unless this is the last character.
        let room = if chars.peek().is_some() {
            max.saturating_sub(1)
        } else {
            max
        };
        if count + width > room {
            out.push('…');
            return out;
        }
        count += width;
        match c {
            '\n' | '\t' if one_line => out.push(' '),
            c if is_hidden(c) => {
                // Writing to a String cannot fail.
                let _ = write!(out, "⟨U+{:04X}⟩", c as u32);
            }
            c => out.push(c),
        }
    }
    out
}

/// Characters that `⟨U+XXXX⟩` takes.
fn code_point_width(c: char) -> usize {
    match c as u32 {
        0..=0xFFFF => 8,
        0x10000..=0xFFFFF => 9,
        _ => 10,
    }
}

/// At most `max` characters of `text` as it is, marked with `…` where it was cut. Hidden
/// characters stay: this is for storing, [`visible`] is for showing.
pub fn excerpt(text: &str, max: usize) -> Cow<'_, str> {
    // A string of at most `max` bytes has at most `max` characters: the usual case costs nothing.
    if text.len() <= max || text.chars().nth(max).is_none() {
        return Cow::Borrowed(text);
    }
    let keep = max.saturating_sub(1);
    let end = text
        .char_indices()
        .nth(keep)
        .map_or(text.len(), |(at, _)| at);
    Cow::Owned(format!("{}…", &text[..end]))
}

/// Bytes read as text, and what that cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lossy<'a> {
    /// The text, without a byte order mark.
    pub text: Cow<'a, str>,
    /// What was done to the bytes, in words; `None` when the text says exactly what they say.
    pub note: Option<String>,
}

/// Reads bytes as UTF-8 (with or without a byte order mark) or, when they begin with its mark,
/// as UTF-16. What is not valid becomes U+FFFD, with a note that says how often.
pub fn lossy(bytes: &[u8]) -> Lossy<'_> {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => lossy_utf8(rest),
        [0xFF, 0xFE, rest @ ..] => lossy_utf16(rest, u16::from_le_bytes, "UTF-16 LE"),
        [0xFE, 0xFF, rest @ ..] => lossy_utf16(rest, u16::from_be_bytes, "UTF-16 BE"),
        rest => lossy_utf8(rest),
    }
}

fn lossy_utf8(bytes: &[u8]) -> Lossy<'_> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Lossy {
            text: Cow::Borrowed(text),
            note: None,
        };
    }
    let bad = bytes
        .utf8_chunks()
        .filter(|chunk| !chunk.invalid().is_empty())
        .count();
    let note = format!(
        "{bad} places are not valid UTF-8 and are shown as U+FFFD; the bytes as received are kept"
    );
    Lossy {
        text: String::from_utf8_lossy(bytes),
        note: Some(note),
    }
}

fn lossy_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16, name: &str) -> Lossy<'static> {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let mut bad = usize::from(!odd.is_empty());
    let text: String = char::decode_utf16(pairs.iter().map(|pair| unit(*pair)))
        .map(|c| {
            c.unwrap_or_else(|_| {
                bad += 1;
                char::REPLACEMENT_CHARACTER
            })
        })
        .collect();
    let note = match bad {
        0 => format!("the file is {name} and was read as such"),
        bad => format!("the file is {name}; {bad} places are not valid and are shown as U+FFFD"),
    };
    Lossy {
        text: Cow::Owned(text),
        note: Some(note),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        assert_eq!(visible(text), expect);
    }

    #[test]
    fn characters_nobody_sees_are_shown() {
        check("plain ä 漢字 😀\n\ttabbed", "plain ä 漢字 😀\n\ttabbed");
        check("gpj\u{202e}exe", "gpj⟨U+202E⟩exe");
        check("a\u{2066}b\u{2069}", "a⟨U+2066⟩b⟨U+2069⟩");
        check("nul\0 esc\x1b[31m", "nul⟨U+0000⟩ esc⟨U+001B⟩[31m");
        check("c1\u{9b}31m", "c1⟨U+009B⟩31m");
        check("zero\u{200b}width\u{feff}", "zero⟨U+200B⟩width⟨U+FEFF⟩");
        check("tag\u{e0041}", "tag⟨U+E0041⟩");
        check("plane\u{10fffe}", "plane⟨U+10FFFE⟩");
        check("one\r\ntwo\rthree", "one\ntwo\nthree");
    }

    #[test]
    fn one_line_is_one_line_and_short() {
        assert_eq!(visible_line("a\nb\tc", 10), "a b c");
        assert_eq!(visible_line("abcdef", 6), "abcdef");
        assert_eq!(visible_line("abcdef", 5), "abcd…");
        assert_eq!(visible_line("abc\u{202e}", 5), "abc…");
        assert_eq!(visible_line("äöü", 2), "ä…");
        assert_eq!(visible_line("abc", 0), "…");
    }

    #[test]
    fn an_excerpt_cuts_between_characters() {
        assert_eq!(excerpt("äöü", 3), "äöü");
        assert_eq!(excerpt("äöüß", 3), "äö…");
        assert_eq!(excerpt("abc", 100), "abc");
    }

    #[test]
    fn bytes_are_read_with_a_note() {
        assert_eq!(
            lossy(b"\xEF\xBB\xBFabc"),
            Lossy {
                text: "abc".into(),
                note: None
            }
        );
        let bad = lossy(b"a\xFFb\xC3");
        assert_eq!(bad.text, "a\u{fffd}b\u{fffd}");
        assert!(bad.note.is_some_and(|n| n.starts_with("2 places")));
        assert_eq!(lossy(b"\xFF\xFEh\0i\0").text, "hi");
        assert_eq!(lossy(b"\xFE\xFF\0h\0i").text, "hi");
        let odd = lossy(b"\xFF\xFEh\0i\0\xD8");
        assert!(odd.note.is_some_and(|n| n.contains("1 places")));
    }
}
