//! Figures for docs/performance.md: `cargo run --release -p bench -- NAME` prints a table.

mod bare;
mod load;

fn main() {}
