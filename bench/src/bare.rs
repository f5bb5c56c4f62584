//! The limit to compare with: the smallest service that takes a form and has it on disk before it answers.

use anyhow::Context;
use axum::{Router, extract::State, http::StatusCode, routing::post};
use std::net::SocketAddr;
use std::path::Path;
use tokio::sync::{mpsc, oneshot};

type Job = (Vec<u8>, oneshot::Sender<()>);

/// Starts the bare service on SQLite in `folder`; gives its address.
///
/// # Errors
/// Where SQLite or the listener cannot be opened.
pub async fn sqlite(folder: &Path) -> anyhow::Result<SocketAddr> {
    let db = rusqlite::Connection::open(folder.join("bare.db"))?;
    db.execute_batch("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE r(id INTEGER PRIMARY KEY, b BLOB) STRICT;")?;
    let (send, receive) = mpsc::channel::<Job>(4096);
    std::thread::spawn(move || write(db, receive));
    serve(send).await
}

fn write(mut db: rusqlite::Connection, mut jobs: mpsc::Receiver<Job>) {
    while let Some(first) = jobs.blocking_recv() {
        let mut batch = vec![first];
        while batch.len() < 256
            && let Ok(next) = jobs.try_recv()
        {
            batch.push(next);
        }
        let done = (|| {
            let t = db.transaction()?;
            {
                let mut insert = t.prepare_cached("INSERT INTO r(b) VALUES (?1)")?;
                for (bytes, _) in &batch {
                    insert.execute([bytes])?;
                }
            }
            t.commit()
        })();
        if done.is_err() {
            return;
        }
        for (_, tell) in batch {
            let _gone = tell.send(());
        }
    }
}

async fn serve(send: mpsc::Sender<Job>) -> anyhow::Result<SocketAddr> {
    let app = Router::new().route("/report", post(take)).with_state(send);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(address)
}

async fn take(
    State(send): State<mpsc::Sender<Job>>,
    body: axum::body::Bytes,
) -> (StatusCode, String) {
    let (tell, told) = oneshot::channel();
    let sent = send.send((body.to_vec(), tell)).await;
    match (sent, told.await) {
        (Ok(()), Ok(())) => (StatusCode::CREATED, "ok".to_owned()),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "busy".to_owned()),
    }
}

/// Bare inserts on PostgreSQL: `clients` connections, one 2 KB insert a transaction. Inserts a second.
///
/// # Errors
/// Where the server refuses.
#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
pub async fn postgres(url: &str, clients: usize, long: std::time::Duration) -> anyhow::Result<f64> {
    let (setup, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
        .await
        .context("PostgreSQL")?;
    tokio::spawn(connection);
    setup
        .batch_execute(
            "DROP TABLE IF EXISTS bare_r; CREATE TABLE bare_r(id BIGSERIAL PRIMARY KEY, b BYTEA)",
        )
        .await?;
    let began = std::time::Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..clients {
        let url = url.to_owned();
        tasks.push(tokio::spawn(async move {
            let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await?;
            tokio::spawn(connection);
            let insert = client.prepare("INSERT INTO bare_r(b) VALUES ($1)").await?;
            let bytes = vec![7u8; 2048];
            let mut n = 0u64;
            while began.elapsed() < long {
                client.execute(&insert, &[&bytes]).await?;
                n += 1;
            }
            anyhow::Ok(n)
        }));
    }
    let mut total = 0;
    for task in tasks {
        total += task.await??;
    }
    let rate = total as f64 / began.elapsed().as_secs_f64();
    setup.batch_execute("DROP TABLE bare_r").await?;
    Ok(rate)
}
