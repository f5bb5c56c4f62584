//! (a): form intake, durable before the answer, with case, leaf, proof, checkpoint and receipt, beside the bare limit.

use crate::{bare, load};
use anyhow::Context;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use vulnerary::app::App;
use vulnerary::config::{Config, Limits};
use vulnerary::listen::Bound;
use vulnerary::listen::stop::Stop;
use vulnerary::site::server;

/// How long one measurement runs.
const LONG: Duration = Duration::from_secs(4);
/// How often each is repeated, in turn.
const TIMES: usize = 5;

/// Runs it and prints the table.
///
/// # Errors
/// Where a server cannot be started or an answer is wrong.
pub async fn run(postgres: Option<String>) -> anyhow::Result<()> {
    for connections in [1, 64] {
        let (mut limit, mut ours) = (Vec::new(), Vec::new());
        for _ in 0..TIMES {
            let folder = tempfile::tempdir()?;
            let bare = bare::sqlite(folder.path()).await?;
            limit.push(load::post(bare, "/report", connections, LONG, 201, body()).await?);
            let (address, stop) = serve(folder.path(), None).await?;
            ours.push(load::post(address, "/report", connections, LONG, 201, body()).await?);
            stop.pull();
        }
        print("SQLite", connections, &mut limit, &mut ours);
    }
    if let Some(url) = postgres {
        postgres_beside(&url).await?;
    }
    Ok(())
}

async fn postgres_beside(url: &str) -> anyhow::Result<()> {
    let (mut limit, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let rate = bare::postgres(url, 32, LONG).await?;
        limit.push(load::Shown {
            rate,
            p50: Duration::ZERO,
            p99: Duration::ZERO,
        });
        let folder = tempfile::tempdir()?;
        let (address, stop) = serve(folder.path(), Some(url.to_owned())).await?;
        ours.push(load::post(address, "/report", 32, LONG, 201, body()).await?);
        stop.pull();
    }
    print("PostgreSQL", 32, &mut limit, &mut ours);
    Ok(())
}

/// Starts the product in this process on a free port.
///
/// # Errors
/// Where it cannot be opened.
pub async fn serve(
    folder: &Path,
    database_url: Option<String>,
) -> anyhow::Result<(SocketAddr, Stop)> {
    let limits = Limits {
        posts_per_second: 4_000_000,
        ..Limits::default()
    };
    let config = Config {
        data: Some(folder.join("data")),
        database_url,
        listen: Some(SocketAddr::from(([127, 0, 0, 1], 0))),
        limits,
        ..Config::default()
    };
    let bound = Bound::bind(&config).await?;
    let address = bound.address;
    let app = App::open(config).await?;
    let router = server::router(&app).context("router")?;
    let stop = Stop::default();
    tokio::spawn(bound.serve(router, stop.clone()));
    Ok((address, stop))
}

/// A form of about 2 KB, each another one.
pub fn body() -> Arc<dyn Fn(u64) -> String + Send + Sync> {
    static RUN: AtomicU64 = AtomicU64::new(0);
    let run = RUN.fetch_add(1, Ordering::Relaxed);
    let text = "The+gateway+takes+an+update+file+without+a+signature.+".repeat(36);
    Arc::new(move |n| {
        format!(
            "description=Report+{run}-{n}.+{text}&product=IS-200+gateway&version=4.1.2&email=r%40example.org&idempotency_key=bench-{run:08}-{n:012}-key"
        )
    })
}

fn print(engine: &str, connections: usize, limit: &mut [load::Shown], ours: &mut [load::Shown]) {
    let (limit, ours) = (median(limit), median(ours));
    println!(
        "| (a) {engine}, {connections} connections | bare {:.0}/s | ours {:.0}/s | ratio {:.2} | p50 {:.2} ms | p99 {:.2} ms |",
        limit.rate,
        ours.rate,
        ours.rate / limit.rate,
        ours.p50.as_secs_f64() * 1e3,
        ours.p99.as_secs_f64() * 1e3
    );
}

fn median(all: &mut [load::Shown]) -> load::Shown {
    all.sort_by(|a, b| a.rate.total_cmp(&b.rate));
    all[all.len() / 2].clone()
}
