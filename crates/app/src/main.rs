//! `vulnerary`: see `cli`.

fn main() {}
