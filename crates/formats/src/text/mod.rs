//! A stranger's text: making it safe to show, and finding identifiers in it.

mod identifiers;
mod visible;

pub use identifiers::{Identifier, IdentifierKind, find_identifiers};
pub use visible::{Lossy, excerpt, lossy, visible, visible_line};
