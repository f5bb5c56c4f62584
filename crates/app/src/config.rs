//! What the process needs to start. What the organisation decides lives on the desk; no key is in both.
//!
//! One struct, unknown keys refused. Order: command line, then environment, then the file, then the default.

use crate::web::limits::TrustedProxy;
use anyhow::{Context, bail};
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The configuration file (TOML). Every key may be absent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Data directory. Default `./vulnerary-data`.
    pub data: Option<PathBuf>,
    /// `postgres://…`; absent means embedded SQLite in the data directory.
    pub database_url: Option<String>,
    /// Where the master key is, if not `DATA/keys/master`.
    pub master_key_file: Option<PathBuf>,
    /// Address to listen on. Default `127.0.0.1:8080`.
    pub listen: Option<SocketAddr>,
    /// Address of the metrics page (loopback only). Absent: none.
    pub metrics: Option<SocketAddr>,
    /// The address the world uses, for example `https://security.example.com`. Makes every link.
    pub public_url: Option<String>,
    /// TLS certificate chain (PEM).
    pub tls_cert: Option<PathBuf>,
    /// TLS private key (PEM).
    pub tls_key: Option<PathBuf>,
    /// Proxies whose `X-Forwarded-For` is believed: addresses or blocks like `10.0.0.0/8`.
    #[serde(default)]
    pub trusted_proxies: Vec<String>,
    /// Allow a public address without TLS and without a proxy.
    #[serde(default)]
    pub insecure_http: bool,
    /// Limits of the public form.
    #[serde(default)]
    pub limits: Limits,
}

/// Limits of the public form, printed with their defaults by `serve --help` and docs/interfaces.md.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// All of one post together, bytes.
    pub total_bytes: u64,
    /// Files in one post.
    pub files: usize,
    /// Fields in one post.
    pub fields: usize,
    /// One text field, bytes.
    pub field_bytes: usize,
    /// Requests a second that the public side takes in all, in the long run.
    pub posts_per_second: u32,
    /// Oldest age in seconds of the public `/checkpoint`.
    pub checkpoint_seconds: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            total_bytes: 50 * 1024 * 1024,
            files: 20,
            fields: 64,
            field_bytes: 1024 * 1024,
            posts_per_second: 400,
            checkpoint_seconds: 3600,
        }
    }
}

impl Config {
    /// Reads the file, or the empty configuration where none is named.
    ///
    /// # Errors
    /// Where the file cannot be read, or has a key that is not known.
    pub fn read(path: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = path else {
            return Ok(Self::default());
        };
        let text = std::fs::read_to_string(path).with_context(|| {
            format!("The configuration file {} cannot be read.", path.display())
        })?;
        toml::from_str(&text).with_context(|| {
            format!(
                "The configuration file {} is not understood.",
                path.display()
            )
        })
    }

    /// The data directory.
    pub fn data(&self) -> PathBuf {
        self.data
            .clone()
            .unwrap_or_else(|| PathBuf::from("vulnerary-data"))
    }

    /// The listen address.
    pub fn listen(&self) -> SocketAddr {
        self.listen
            .unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080)))
    }

    /// The trusted proxies, read.
    ///
    /// # Errors
    /// Where one is neither an address nor a block.
    pub fn proxies(&self) -> anyhow::Result<Vec<TrustedProxy>> {
        let read = |text: &String| {
            text.parse()
                .map_err(|why: String| anyhow::anyhow!("trusted_proxies: {why}"))
        };
        self.trusted_proxies.iter().map(read).collect()
    }

    /// A public address needs TLS, or a trusted proxy, or an explicit word.
    ///
    /// # Errors
    /// In words, with what to set.
    pub fn check_listen(&self) -> anyhow::Result<()> {
        if self.tls_cert.is_some() != self.tls_key.is_some() {
            bail!("TLS needs both files: set tls_cert and tls_key.");
        }
        let open = !self.listen().ip().is_loopback();
        if open && self.tls_cert.is_none() && self.trusted_proxies.is_empty() && !self.insecure_http
        {
            bail!(
                "{} is reachable from other machines, and reports would travel unencrypted.\n\
                 hint: set tls_cert and tls_key, or trusted_proxies if a proxy in front does TLS, or pass --insecure-http for a trial.",
                self.listen()
            );
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_refused_by_name() {
        let why = toml::from_str::<Config>("lisen = \"127.0.0.1:1\"")
            .unwrap_err()
            .to_string();
        assert!(why.contains("lisen"), "{why}");
    }

    #[test]
    fn a_public_address_needs_tls_a_proxy_or_a_word() {
        let mut c = Config {
            listen: Some("0.0.0.0:80".parse().unwrap()),
            ..Config::default()
        };
        assert!(c.check_listen().is_err());
        c.insecure_http = true;
        assert!(c.check_listen().is_ok());
        c.insecure_http = false;
        c.trusted_proxies = vec!["10.0.0.1".into()];
        assert!(c.check_listen().is_ok());
    }

    #[test]
    fn one_tls_file_alone_is_refused() {
        let c = Config {
            tls_cert: Some("a.pem".into()),
            ..Config::default()
        };
        assert!(c.check_listen().is_err());
    }
}
