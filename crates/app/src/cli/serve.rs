//! `vulnerary serve`: the public pages and the desk.

use super::Listen;
use crate::app::App;
use crate::config::Config;
use crate::listen::Bound;
use crate::listen::stop::Stop;
use crate::site::server;
use clap::Args;
use std::process::ExitCode;
use tokio::task::JoinHandle;

/// Options of `serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    #[command(flatten)]
    listen: Listen,
    /// The address the world uses, for example https://security.example.com; makes every link
    #[arg(long, env = "VULNERARY_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// Listen on a public address without TLS and without a proxy (for a trial)
    #[arg(long)]
    insecure_http: bool,
}

/// Runs until SIGTERM or Ctrl-C, then drains and ends with 0.
pub async fn run(mut config: Config, args: ServeArgs) -> anyhow::Result<ExitCode> {
    config.listen = args.listen.listen.or(config.listen);
    config.public_url = args.public_url.or(config.public_url.take());
    config.insecure_http |= args.insecure_http;
    let bound = Bound::bind(&config).await?;
    let address = format!("{}://{}", bound.scheme(), bound.address);
    let public_url = config
        .public_url
        .get_or_insert_with(|| address.clone())
        .trim_end_matches('/')
        .to_owned();
    config.public_url = Some(public_url.clone());
    let app = App::open(config).await?;
    app.note_start().await?;
    let stop = Stop::default();
    stop.on_signals()?;
    let router = server::router(&app)?;
    println!(
        "Vulnerary {} is ready: {address}",
        env!("CARGO_PKG_VERSION")
    );
    if public_url != address {
        println!("The world reaches it at: {public_url}");
    }
    println!("Report form: {public_url}/report    Desk: {public_url}/desk");
    if let Some(link) = app.shelf().set_up_link().await? {
        println!(
            "\nNobody can sign in yet. Open this link once to set up (it works for seven days):\n  {link}\n"
        );
    }
    let metrics = bind_metrics(&app, &stop).await?;
    let worker = app.work(stop.clone());
    bound.serve(router, stop.clone()).await?;
    stop.pull();
    worker.await?;
    if let Some(metrics) = metrics {
        metrics.await??;
    }
    println!("Stopped. Everything that was acknowledged is on disk.");
    Ok(ExitCode::SUCCESS)
}

/// The operator's counters, on an address of their own that only this machine reaches.
async fn bind_metrics(
    app: &App,
    stop: &Stop,
) -> anyhow::Result<Option<JoinHandle<anyhow::Result<()>>>> {
    let Some(address) = app.config.metrics else {
        return Ok(None);
    };
    anyhow::ensure!(
        address.ip().is_loopback(),
        "metrics is {address}, which other machines can reach. Set it to a loopback address, for example 127.0.0.1:9184."
    );
    let config = Config {
        listen: Some(address),
        tls_cert: None,
        tls_key: None,
        ..Config::default()
    };
    let bound = Bound::bind(&config).await?;
    println!("Metrics: http://{}/metrics", bound.address);
    Ok(Some(tokio::spawn(
        bound.serve(app.metrics.router(), stop.clone()),
    )))
}
