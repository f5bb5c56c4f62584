//! Writing: acts in, jobs out. The only room that calls the store to write.

pub mod act;
pub mod texts;

pub use act::Acts;
