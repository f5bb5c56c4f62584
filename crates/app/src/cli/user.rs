//! `vulnerary user add|reset`: people from the command line on the host, for whoever lost the way in.

use super::open;
use crate::config::Config;
use clap::{Args, Subcommand};
use std::process::ExitCode;
use vulnerary_case::actor::{Actor, Role};

/// Options of `user`.
#[derive(Debug, Args)]
pub struct UserArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Add a person; prints a one-time link with which they set their password and app
    Add(AddArgs),
    /// Give a person a new one-time link; their old password stops working when they use it
    Reset(ResetArgs),
}

#[derive(Debug, Args)]
struct AddArgs {
    /// Name, as it shall stand under signatures
    name: String,
    /// Mail address, to sign in with
    email: String,
    /// Roles, comma-separated: handler, approver, safety, regulatory, administrator, auditor, reporter
    #[arg(long, value_delimiter = ',', default_value = "handler", value_parser = role)]
    role: Vec<Role>,
}

#[derive(Debug, Args)]
struct ResetArgs {
    /// The mail address they sign in with
    email: String,
}

fn role(text: &str) -> Result<Role, String> {
    serde_json::from_value(text.trim().into()).map_err(|_| {
        "a role is handler, approver, safety, regulatory, administrator, auditor or reporter".into()
    })
}

/// Runs it.
pub async fn run(config: Config, args: UserArgs) -> anyhow::Result<ExitCode> {
    let app = open(config).await?;
    let shelf = app.shelf();
    let person = match args.what {
        What::Add(add) => {
            anyhow::ensure!(
                add.email.contains('@'),
                "“{}” is not a mail address: write name@host.",
                add.email
            );
            if app.person_by_email(&add.email).await?.is_some() {
                anyhow::bail!(
                    "Somebody already signs in with {}. `vulnerary user reset` gives them a new link.",
                    add.email
                );
            }
            shelf
                .add_person(Actor::System, &add.name, &add.email, &add.role)
                .await?
        }
        What::Reset(reset) => {
            let Some(person) = app.person_by_email(&reset.email).await? else {
                eprintln!(
                    "Nobody has the mail address {}. `vulnerary user add` adds somebody.",
                    reset.email
                );
                return Ok(ExitCode::from(super::FAILED));
            };
            person
        }
    };
    println!(
        "Give this link to them; it works once, for seven days:\n  {}",
        shelf.invitation(person).await?
    );
    Ok(ExitCode::SUCCESS)
}
