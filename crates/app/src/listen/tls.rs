//! TLS on our own socket, for makers without a proxy: rustls with ring, TLS 1.2 and 1.3.

use anyhow::{Context, bail};
use axum::serve::Listener;
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::{TlsAcceptor, server::TlsStream};

/// A client that opens a connection and says nothing is dropped after this.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Handshakes under way at once.
const AT_ONCE: usize = 256;

/// The server's certificate and key.
#[derive(Clone)]
pub struct Acceptor(TlsAcceptor);

impl Acceptor {
    /// Reads PEM files.
    ///
    /// # Errors
    /// Where a file is missing, holds no certificate or key, or the two do not fit: in words.
    pub fn from_files(cert: &Path, key: &Path) -> anyhow::Result<Self> {
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(cert)
            .with_context(|| format!("The certificate file {} cannot be read.", cert.display()))?
            .collect::<Result<_, _>>()
            .with_context(|| format!("The certificate file {} is not PEM.", cert.display()))?;
        if chain.is_empty() {
            bail!(
                "The certificate file {} holds no certificate.",
                cert.display()
            );
        }
        let key = PrivateKeyDer::from_pem_file(key).with_context(|| {
            format!(
                "The key file {} holds no private key that can be read.",
                key.display()
            )
        })?;
        let mut config =
            ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
                .with_safe_default_protocol_versions()?
                .with_no_client_auth()
                .with_single_cert(chain, key)
                .context("The certificate and the key do not belong together.")?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self(TlsAcceptor::from(Arc::new(config))))
    }
}

/// Accepts TCP, and gives connections once their handshake is done, so that a slow one blocks nobody.
pub struct TlsListener {
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    address: SocketAddr,
}

impl TlsListener {
    /// Starts accepting.
    pub fn new(listener: TcpListener, acceptor: Acceptor) -> Self {
        let address = listener
            .local_addr()
            .unwrap_or_else(|_| SocketAddr::from(([0, 0, 0, 0], 0)));
        let (send, ready) = mpsc::channel(AT_ONCE);
        tokio::spawn(accept(listener, acceptor, send));
        Self { ready, address }
    }
}

async fn accept(
    listener: TcpListener,
    acceptor: Acceptor,
    send: mpsc::Sender<(TlsStream<TcpStream>, SocketAddr)>,
) {
    loop {
        // A place is taken before the connection is accepted: over the limit, clients wait in the kernel's queue.
        let Ok(place) = send.clone().reserve_owned().await else {
            return;
        };
        let (stream, from) = match listener.accept().await {
            Ok(pair) => pair,
            Err(why) => {
                tracing::warn!(%why, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let acceptor = acceptor.0.clone();
        tokio::spawn(async move {
            if let Ok(Ok(tls)) = tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await {
                place.send((tls, from));
            }
        });
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(pair) => pair,
            // The accepting task ends only with this listener.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        Ok(self.address)
    }
}
