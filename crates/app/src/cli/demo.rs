//! `vulnerary demo`: a fictional maker with its stories, on throw-away data.

use super::{Listen, output};
use crate::app::App;
use crate::config::Config;
use crate::demo;
use crate::demo::maker::{Maker, PASSWORD};
use crate::listen::Bound;
use crate::listen::stop::Stop;
use crate::secrets::password::Passwords;
use crate::site::server;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// Cost of a password here: it is printed, so there is nothing to protect. KiB, passes, at once.
const CHEAP: (u32, u32, usize) = (64, 1, 4);

/// Options of `demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    #[command(flatten)]
    listen: Listen,
    /// Keep the data in this (new or empty) folder; without it, they are gone at the end
    #[arg(long, value_name = "FOLDER")]
    keep: Option<PathBuf>,
}

/// Makes the data, says who may sign in, and serves until SIGTERM or Ctrl-C.
pub async fn run(mut config: Config, args: DemoArgs) -> anyhow::Result<ExitCode> {
    let scratch = tempfile::Builder::new()
        .prefix("vulnerary-demo-")
        .tempdir()?;
    let data = args
        .keep
        .or(config.data.take())
        .unwrap_or_else(|| scratch.path().join("data"));
    let used = std::fs::read_dir(&data).is_ok_and(|mut entries| entries.next().is_some());
    anyhow::ensure!(
        !used,
        "{} is not empty, and the demonstration never writes into somebody's data. Name a new folder with --keep.",
        data.display()
    );
    // Its own SQLite and its own key, whatever the configuration says: never near somebody's record.
    (config.data, config.database_url, config.master_key_file) = (Some(data.clone()), None, None);
    config.listen = args.listen.listen.or(config.listen);
    let bound = Bound::bind(&config).await?;
    let address = format!("{}://{}", bound.scheme(), bound.address);
    config.public_url = Some(address.clone());
    let clock = demo::clock();
    let app = App::open_with(config, clock.clone()).await?;
    let (memory, passes, at_once) = CHEAP;
    let app = app.with_passwords(Passwords::with_cost(memory, passes, at_once));
    eprintln!("Making {} days of a fictional maker …", demo::stories::DAYS);
    let maker = demo::make(&app, &clock).await?;
    app.note_start().await?;
    println!("The demonstration is ready: {address}");
    println!("Report form: {address}/report    Desk: {address}/desk");
    println!("Data: {}\n", data.display());
    who_may_sign_in(&app, &maker)?;
    println!("\nCtrl-C ends it. Nothing here is for real reports: the passwords stand above.");
    let stop = Stop::default();
    stop.on_signals()?;
    let worker = app.work(stop.clone());
    bound.serve(server::router(&app)?, stop.clone()).await?;
    stop.pull();
    worker.await?;
    Ok(ExitCode::SUCCESS)
}

fn who_may_sign_in(app: &App, maker: &Maker) -> anyhow::Result<()> {
    let now = u64::try_from(app.acts.outside().now().as_second()).unwrap_or(0);
    let people = [
        (&maker.annika, "works cases, administrator"),
        (&maker.bogdan, "approver: signs what others propose"),
        (&maker.yusuf, "safety and regulatory"),
    ];
    println!("Who may sign in, each with the password “{PASSWORD}”:");
    let rows: Vec<Vec<String>> = people
        .iter()
        .map(|(staff, what)| {
            // One step ahead of the clock: it is taken from now on, and there is time to type it.
            let code = staff.app.code_at(now + 30);
            vec![
                staff.email.clone(),
                staff.name.clone(),
                (*what).to_owned(),
                code,
                staff.app.spelled(),
            ]
        })
        .collect();
    output::table(
        &[
            "mail address",
            "name",
            "what they do",
            "next code",
            "secret for an app",
        ],
        &rows,
    )?;
    println!(
        "A code works once and for a minute; later ones come from an app, or `oathtool --totp -b SECRET`."
    );
    Ok(())
}
