//! See ARCHITECTURE.md.
pub mod access;
pub mod channels;
pub mod secrets;
pub mod text;
pub mod web;
