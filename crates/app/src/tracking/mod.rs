//! Writing: acts in, jobs out. The only room that calls the store to write.

pub mod act;
pub mod texts;
pub mod worker;

pub use act::Acts;
