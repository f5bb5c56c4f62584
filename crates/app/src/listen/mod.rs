//! The sockets: plain or TLS, stopped gracefully. What is served on them is `web`'s matter.

pub mod stop;
pub mod tls;

use crate::config::Config;
use anyhow::Context;
use axum::Router;
use axum::serve::ListenerExt;
use std::net::SocketAddr;
use std::time::Duration;
use stop::Stop;
use tokio::net::TcpListener;

/// How long requests under way may take to finish after a stop.
const DRAIN: Duration = Duration::from_secs(20);

/// A bound socket, before anything is served on it, so that a taken port is said at once.
pub struct Bound {
    listener: TcpListener,
    tls: Option<tls::Acceptor>,
    /// Where it listens (the real port, where 0 was asked for).
    pub address: SocketAddr,
}

impl Bound {
    /// Binds what the configuration says.
    ///
    /// # Errors
    /// Where the address is taken, or the TLS files are unreadable: in words.
    pub async fn bind(config: &Config) -> anyhow::Result<Self> {
        config.check_listen()?;
        let wanted = config.listen();
        let listener = TcpListener::bind(wanted).await.with_context(|| {
            format!("Cannot listen on {wanted}. Is another process using it? Choose another with --listen.")
        })?;
        let tls = match (&config.tls_cert, &config.tls_key) {
            (Some(cert), Some(key)) => Some(tls::Acceptor::from_files(cert, key)?),
            _ => None,
        };
        Ok(Self {
            address: listener.local_addr()?,
            listener,
            tls,
        })
    }

    /// `http` or `https`.
    pub fn scheme(&self) -> &'static str {
        if self.tls.is_some() { "https" } else { "http" }
    }

    /// Serves until `stop`, then drains for at most 20 seconds.
    ///
    /// # Errors
    /// Where the socket itself fails.
    pub async fn serve(self, app: Router, stop: Stop) -> anyhow::Result<()> {
        let app = app.into_make_service_with_connect_info::<SocketAddr>();
        let (gentle, hard) = (stop.clone(), stop);
        let forced = async move {
            hard.pulled().await;
            tokio::time::sleep(DRAIN).await;
        };
        let gentle = async move { gentle.pulled().await };
        let served = async {
            match self.tls {
                Some(acceptor) => {
                    // `tap_io` does nothing but tell axum that a TLS connection, too, has a peer address.
                    let listener = tls::TlsListener::new(self.listener, acceptor).tap_io(|_| {});
                    axum::serve(listener, app)
                        .with_graceful_shutdown(gentle)
                        .await
                }
                None => {
                    axum::serve(self.listener, app)
                        .with_graceful_shutdown(gentle)
                        .await
                }
            }
        };
        tokio::select! {
            done = served => done.context("the listening socket failed"),
            () = forced => {
                tracing::warn!("requests still ran after {} s; stopping without them", DRAIN.as_secs());
                Ok(())
            }
        }
    }
}
