//! vulnerary
fn main() {}
