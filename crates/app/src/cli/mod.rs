//! The command line: one file per subcommand; here what is common to all.

mod backup;
mod case;
mod coverage;
mod demo;
mod doctor;
mod import;
mod output;
mod paging;
mod report;
mod serve;
mod user;
mod verify;

use crate::app::App;
use crate::config::Config;
use clap::{Args, Parser, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

/// Receives every vulnerability report about a maker's products and tracks each to a closure that can be verified.
#[derive(Debug, Parser)]
#[command(name = "vulnerary", version, about, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// Options that every command takes.
#[derive(Clone, Debug, Args)]
struct Common {
    /// Data directory (default ./vulnerary-data)
    #[arg(long, global = true, env = "VULNERARY_DATA", value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// postgres://… ; without it, embedded SQLite in the data directory
    #[arg(
        long,
        global = true,
        env = "VULNERARY_DATABASE_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    database_url: Option<String>,
    /// Configuration file (TOML; unknown keys are refused)
    #[arg(long, global = true, env = "VULNERARY_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// File that holds the master key (default DATA/keys/master)
    #[arg(
        long,
        global = true,
        env = "VULNERARY_MASTER_KEY_FILE",
        value_name = "FILE"
    )]
    master_key_file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the product: the public pages and the desk
    Serve(serve::ServeArgs),
    /// Report a vulnerability from the command line, or look at reports
    Report(report::ReportArgs),
    /// Look at cases
    Case(case::CaseArgs),
    /// Take files in: each is a report (SARIF becomes occurrences in cases)
    Import(import::ImportArgs),
    /// Check the whole record, or one receipt without any database
    Verify(verify::VerifyArgs),
    /// Write a backup folder, beside a running server
    Backup(backup::BackupArgs),
    /// Restore a backup folder into an empty data directory or database
    Restore(backup::RestoreArgs),
    /// Add people, or give one a new way to sign in
    User(user::UserArgs),
    /// The ten constraints of clause 9.2, live
    Coverage(coverage::CoverageArgs),
    /// Look around in a fictional maker's data, thrown away at the end
    Demo(demo::DemoArgs),
    /// Try everything this installation needs; says what is wrong and what to do
    Doctor(doctor::DoctorArgs),
}

impl Common {
    /// Configuration file, overlaid with what the command line and environment say.
    fn config(&self) -> anyhow::Result<Config> {
        let mut config = Config::read(self.config.as_deref())?;
        if let Some(data) = &self.data {
            config.data = Some(data.clone());
        }
        if let Some(url) = &self.database_url {
            config.database_url = Some(url.clone());
        }
        if let Some(file) = &self.master_key_file {
            config.master_key_file = Some(file.clone());
        }
        Ok(config)
    }
}

/// Exit code: something did not hold (verify, import with errors use their own).
const FAILED: u8 = 1;
/// Exit code: it could not run.
const COULD_NOT_RUN: u8 = 2;

/// Runs the command line and says how it ended.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(why) => return could_not_run(&anyhow::Error::new(why)),
    };
    output::logging(if matches!(cli.command, Command::Serve(_)) {
        "info"
    } else {
        "warn"
    });
    match runtime.block_on(run(cli)) {
        Ok(code) => code,
        Err(why) => could_not_run(&why),
    }
}

fn could_not_run(why: &anyhow::Error) -> ExitCode {
    eprintln!("vulnerary: {why:#}");
    ExitCode::from(COULD_NOT_RUN)
}

/// Opens the installation that the configuration names.
async fn open(config: Config) -> anyhow::Result<App> {
    App::open(config).await
}

async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let config = cli.common.config()?;
    match cli.command {
        Command::Serve(args) => serve::run(config, args).await,
        Command::Report(args) => report::run(config, args).await,
        Command::Case(args) => case::run(config, args).await,
        Command::Import(args) => import::run(config, args).await,
        Command::Verify(args) => verify::run(config, args).await,
        Command::Backup(args) => backup::backup(config, args).await,
        Command::Restore(args) => backup::restore(config, args).await,
        Command::User(args) => user::run(config, args).await,
        Command::Coverage(args) => coverage::run(config, args).await,
        Command::Demo(args) => demo::run(config, args).await,
        Command::Doctor(args) => doctor::run(config, args).await,
    }
}

/// A listen address on the command line.
#[derive(Clone, Debug, Args)]
struct Listen {
    /// Address to listen on (default 127.0.0.1:8080)
    #[arg(long, env = "VULNERARY_LISTEN", value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
}
