//! What was left out of a document, and why. Nothing is dropped silently.

use serde::{Deserialize, Serialize};

use crate::text;

/// One statement of a document that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ignored {
    /// The place, as a path into the document: `runs[0].results[3].level`.
    pub what: String,
    /// Why, in words.
    pub why: String,
}

/// A list of [`Ignored`] of limited length that still counts what did not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoredList {
    entries: Vec<Ignored>,
    more: u64,
    max: usize,
}

/// The longest `what` or `why` kept, in characters.
const MAX_CHARS: usize = 300;

impl IgnoredList {
    /// An empty list that names at most `max` entries and counts the others.
    pub fn new(max: usize) -> Self {
        Self {
            entries: Vec::new(),
            more: 0,
            max,
        }
    }

    /// Counts one thing left out. Both texts may hold hostile input: they are made visible and
    /// shortened here.
    pub fn push(&mut self, what: impl AsRef<str>, why: impl AsRef<str>) {
        if self.entries.len() >= self.max {
            self.more += 1;
            return;
        }
        self.entries.push(Ignored {
            what: text::visible_line(what.as_ref(), MAX_CHARS),
            why: text::visible_line(why.as_ref(), MAX_CHARS),
        });
    }

    /// The entries that are named.
    pub fn entries(&self) -> &[Ignored] {
        &self.entries
    }

    /// How many were counted without being named.
    pub fn more(&self) -> u64 {
        self.more
    }

    /// Everything left out, named or not.
    pub fn total(&self) -> u64 {
        self.entries.len() as u64 + self.more
    }

    /// Whether nothing was left out.
    pub fn is_empty(&self) -> bool {
        self.total() == 0
    }

    /// The entries, and where some did not fit, one more that says how many.
    pub fn into_entries(self) -> Vec<Ignored> {
        let mut all = self.entries;
        if self.more > 0 {
            all.push(Ignored {
                what: format!("{} more", self.more),
                why: format!("only the first {} are named", self.max),
            });
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_still_counted() {
        let mut list = IgnoredList::new(2);
        for i in 0..5 {
            list.push(format!("runs[{i}]"), "not an object");
        }
        assert_eq!((list.entries().len(), list.more(), list.total()), (2, 3, 5));
        assert_eq!(
            list.into_entries().last().map(|e| e.what.clone()),
            Some("3 more".into())
        );
    }

    #[test]
    fn hostile_text_is_made_visible_and_short() {
        let mut list = IgnoredList::new(1);
        list.push("a\u{202e}b", "x".repeat(10_000));
        assert_eq!(list.entries()[0].what, "a⟨U+202E⟩b");
        assert!(list.entries()[0].why.chars().count() <= MAX_CHARS);
    }
}
