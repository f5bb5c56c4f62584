//! What is damaged is found, and named where it is.

pub(crate) mod fixture;
mod flips;
mod holds;
mod standing;
