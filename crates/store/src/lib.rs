//! The only crate that knows SQL, engines, sealing and objects.

pub mod outside;

pub use outside::Outside;
