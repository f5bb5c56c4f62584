//! Rust's tokens, without comments and literals.

/// A word, `::`, or a single sign, with its line (from 1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The text.
    pub text: String,
    /// The line.
    pub line: usize,
}

/// The tokens of a source text; comments, strings and character literals leave nothing behind.
pub fn tokens(source: &str) -> Vec<Token> {
    let chars: Vec<char> = source.chars().collect();
    let (mut at, mut line, mut found) = (0, 1, Vec::new());
    while at < chars.len() {
        let skipped = skip_literal(&chars, at);
        if skipped > at {
            line += chars[at..skipped].iter().filter(|c| **c == '\n').count();
            at = skipped;
            continue;
        }
        let first = chars[at];
        let mut end = at + 1;
        if is_word(first) {
            while end < chars.len() && is_word(chars[end]) {
                end += 1;
            }
        } else if first == ':' && chars.get(end) == Some(&':') {
            end += 1;
        }
        if first == '\n' {
            line += 1;
        } else if !first.is_whitespace() {
            found.push(Token {
                text: chars[at..end].iter().collect(),
                line,
            });
        }
        at = end;
    }
    found
}

/// Whether `c` can stand in a word.
pub fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The end of the comment, string or character literal that starts at `at`; `at` itself where none does.
fn skip_literal(chars: &[char], at: usize) -> usize {
    let peek = |n: usize| chars.get(at + n).copied().unwrap_or('\0');
    match (chars[at], peek(1)) {
        ('/', '/') => find(chars, at, |rest| rest[0] == '\n'),
        ('/', '*') => skip_block_comment(chars, at),
        ('"', _) => skip_quoted(chars, at, '"'),
        ('\'', '\\') => skip_quoted(chars, at, '\''),
        ('\'', _) if peek(2) == '\'' => at + 3,
        ('\'', _) => at + 1,
        ('r' | 'b' | 'c', _) if at == 0 || !is_word(chars[at - 1]) => skip_prefixed(chars, at),
        _ => at,
    }
}

fn find(chars: &[char], from: usize, holds: impl Fn(&[char]) -> bool) -> usize {
    (from..chars.len())
        .find(|i| holds(&chars[*i..]))
        .unwrap_or(chars.len())
}

fn skip_block_comment(chars: &[char], from: usize) -> usize {
    let (mut depth, mut at) = (0, from);
    while at < chars.len() {
        match (chars[at], chars.get(at + 1)) {
            ('/', Some('*')) => (depth, at) = (depth + 1, at + 2),
            ('*', Some('/')) => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn skip_quoted(chars: &[char], from: usize, quote: char) -> usize {
    let mut at = from + 1;
    while at < chars.len() && chars[at] != quote {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(chars.len())
}

/// `b"…"`, `c"…"`, `b'…'`, `r"…"`, `r#"…"#`, `br#"…"#`; a raw identifier or a plain word is none of these.
fn skip_prefixed(chars: &[char], from: usize) -> usize {
    let mut at = from;
    while matches!(chars.get(at), Some('r' | 'b' | 'c')) && at < from + 2 {
        at += 1;
    }
    let raw = chars[from..at].contains(&'r');
    let hashes = chars[at..].iter().take_while(|c| **c == '#').count();
    match chars.get(at + hashes) {
        Some('"') if raw => {
            let mut close = vec!['"'];
            close.resize(1 + hashes, '#');
            let end = find(chars, at + hashes + 1, |rest| rest.starts_with(&close));
            (end + close.len()).min(chars.len())
        }
        Some('"') if hashes == 0 => skip_quoted(chars, at, '"'),
        Some('\'') if hashes == 0 && chars[from..at] == ['b'] => skip_quoted(chars, at, '\''),
        _ => from,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_comments_leave_nothing() {
        let source =
            "a // use x::y\n/* b /* c */ d */ \"e \\\" f\" 'g' '\\'' r#\"h \" i\"# b\"j\" &'k l";
        let words: Vec<_> = tokens(source).into_iter().map(|t| t.text).collect();
        assert_eq!(words, ["a", "&", "k", "l"]);
    }

    #[test]
    fn lines_count_through_literals() {
        let all = tokens("\"1\n2\" /* 3\n4 */ x\ny");
        assert_eq!(all.iter().map(|t| t.line).collect::<Vec<_>>(), [3, 4]);
    }
}
