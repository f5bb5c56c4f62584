//! TLS to PostgreSQL: `sslmode=require` checks the server against `sslrootcert`, or against the system's certificates.

use crate::error::StoreError;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::sync::Arc;
use tokio_postgres_rustls::MakeRustlsConnect;

/// Where Debian keeps the certificates of known authorities.
const SYSTEM: &str = "/etc/ssl/certs/ca-certificates.crt";

/// Splits `sslrootcert=FILE` off the address (tokio-postgres does not know it) and makes the connector.
pub(crate) fn of(address: &str) -> Result<(String, MakeRustlsConnect), StoreError> {
    let (plain, root) = split(address);
    let unavailable = |e: String| StoreError::Unavailable(e);
    let wants_tls = address.contains("sslmode=require") || address.contains("sslmode=verify");
    let mut roots = rustls::RootCertStore::empty();
    if wants_tls || root.is_some() {
        let file = root.unwrap_or_else(|| SYSTEM.into());
        let certificates = CertificateDer::pem_file_iter(&file)
            .map_err(|e| unavailable(format!("the certificates in {file} cannot be read: {e}")))?;
        roots.add_parsable_certificates(certificates.flatten());
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| unavailable(e.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok((
        plain.replace("sslmode=verify-full", "sslmode=require"),
        MakeRustlsConnect::new(config),
    ))
}

fn split(address: &str) -> (String, Option<String>) {
    let Some((before, query)) = address.split_once('?') else {
        return (address.into(), None);
    };
    let (mut root, mut rest) = (None, vec![]);
    for pair in query.split('&') {
        match pair.strip_prefix("sslrootcert=") {
            Some(file) => root = Some(file.to_owned()),
            None => rest.push(pair),
        }
    }
    let query = if rest.is_empty() {
        String::new()
    } else {
        format!("?{}", rest.join("&"))
    };
    (format!("{before}{query}"), root)
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn the_root_certificate_is_split_off() {
        let got = split("postgres://u@h/d?sslmode=require&sslrootcert=/a/b.pem&x=1");
        assert_eq!(
            got,
            (
                "postgres://u@h/d?sslmode=require&x=1".into(),
                Some("/a/b.pem".into())
            )
        );
        assert_eq!(split("postgres://u@h/d"), ("postgres://u@h/d".into(), None));
    }
}
