//! A load generator over loopback: keep-alive connections, one request at a time each, every answer checked.

#![expect(
    clippy::disallowed_methods,
    reason = "a benchmark reads the clock and opens connections; that is its work"
)]

use anyhow::{Context, bail};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What a run of load showed.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Answers a second.
    pub rate: f64,
    /// Median latency.
    pub p50: Duration,
    /// 99th percentile.
    pub p99: Duration,
}

/// Posts bodies made by `body(n)` over `connections` for `long`, expecting `status` each time.
///
/// # Errors
/// Where a connection fails or an answer has another status.
pub async fn post(
    to: SocketAddr,
    path: &'static str,
    connections: usize,
    long: Duration,
    status: u16,
    body: Arc<dyn Fn(u64) -> String + Send + Sync>,
) -> anyhow::Result<Shown> {
    let stop = Arc::new(AtomicBool::new(false));
    let count = Arc::new(AtomicU64::new(0));
    let mut tasks = Vec::new();
    let began = Instant::now();
    for _ in 0..connections {
        let (stop, count, body) = (stop.clone(), count.clone(), body.clone());
        tasks.push(tokio::spawn(async move {
            one(to, path, status, &stop, &count, &*body).await
        }));
    }
    tokio::time::sleep(long).await;
    stop.store(true, Ordering::Relaxed);
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await??);
    }
    let took = began.elapsed();
    times.sort_unstable();
    if times.is_empty() {
        bail!("no answer came back");
    }
    let at = |q: f64| times[((times.len() - 1) as f64 * q) as usize];
    Ok(Shown {
        rate: times.len() as f64 / took.as_secs_f64(),
        p50: at(0.5),
        p99: at(0.99),
    })
}

async fn one(
    to: SocketAddr,
    path: &str,
    status: u16,
    stop: &AtomicBool,
    count: &AtomicU64,
    body: &(dyn Fn(u64) -> String + Send + Sync),
) -> anyhow::Result<Vec<Duration>> {
    let mut stream = TcpStream::connect(to).await?;
    stream.set_nodelay(true)?;
    let mut times = Vec::new();
    let mut buffer = vec![0; 64 * 1024];
    while !stop.load(Ordering::Relaxed) {
        let text = body(count.fetch_add(1, Ordering::Relaxed));
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: {to}\r\naccept: application/json\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{text}",
            text.len()
        );
        let began = Instant::now();
        stream.write_all(request.as_bytes()).await?;
        let got = answer(&mut stream, &mut buffer).await?;
        if got != status {
            bail!("expected {status}, the answer was {got}");
        }
        times.push(began.elapsed());
    }
    Ok(times)
}

/// Reads one answer with a content-length; returns its status.
async fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> anyhow::Result<u16> {
    let mut filled = 0;
    loop {
        if filled == buffer.len() {
            buffer.resize(buffer.len() * 2, 0);
        }
        let n = stream.read(&mut buffer[filled..]).await?;
        if n == 0 {
            bail!("the server closed the connection");
        }
        filled += n;
        let Some(head) = buffer[..filled].windows(4).position(|w| w == b"\r\n\r\n") else {
            continue;
        };
        let text = std::str::from_utf8(&buffer[..head])?;
        let length: usize = text
            .lines()
            .find_map(|l| {
                l.to_ascii_lowercase()
                    .strip_prefix("content-length:")
                    .map(|v| v.trim().to_owned())
            })
            .context("the answer has no content-length")?
            .parse()?;
        if filled >= head + 4 + length {
            return Ok(text.get(9..12).context("no status")?.parse()?);
        }
    }
}
