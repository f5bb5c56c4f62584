//! Figures for docs/performance.md: `cargo run --release -p bench -- NAME` prints a table.

mod bare;
mod intake;
mod ledger;
mod load;

use clap::{Parser, Subcommand};

#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// (a) form intake beside the bare limit
    Intake {
        /// Also on this PostgreSQL database (its tables are made and left)
        #[arg(long)]
        postgres: Option<String>,
    },
    /// (g) the ledger alone
    Ledger,
}

fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    match cli.what {
        What::Intake { postgres } => {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .enable_all()
                .build()?;
            runtime.block_on(intake::run(postgres))
        }
        What::Ledger => ledger::run(),
    }
}
