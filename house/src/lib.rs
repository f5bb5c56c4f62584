//! The rules of the house as tests (ARCHITECTURE.md, "How the walls are held").
//!
//! Each rule is data and a function over text, so that its own tests can show on a few lines that it fails
//! when it is broken. `tests/house.rs` runs them all over the repository: `cargo test -p house`.
//!
//! Three reviewed files beside this crate: `sizes.txt` (what is over the limits and may not grow; rewritten by
//! `HOUSE_ACCEPT=1 cargo test -p house`), `exceptions.txt` (imports that break a wall, with the reason) and
//! `not-yet.txt` (paths that the documents name and nobody has built yet).

pub mod dependencies;
pub mod documents;
pub mod imports;
pub mod lexer;
pub mod rust;
pub mod sizes;
pub mod tree;
pub mod walls;
pub mod words;

/// One breach of a rule: where, and why it matters, in words for the person who reads the failing test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Path relative to the repository, with a line number where there is one.
    pub place: String,
    /// What is wrong and what to do.
    pub why: String,
}

impl Finding {
    /// A finding at `place`.
    pub fn new(place: impl Into<String>, why: impl Into<String>) -> Self {
        Finding {
            place: place.into(),
            why: why.into(),
        }
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.place, self.why)
    }
}
