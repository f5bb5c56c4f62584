//! The demonstration: a fictional maker, its people, and stories from sources a, c, d and f, made through the real
//! pages and commands. Nothing here writes a row.

pub mod clock;
pub mod form;
pub mod maker;
pub mod pages;
pub mod play;
