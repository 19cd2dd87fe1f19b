//! What makes encrypted connections: one set-up for both sockets and for HTTP.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore, crypto::ring};

use crate::config::{Address, ConfigError};

/// The set-up for `address`, with this machine's trusted certificates; `None` where nothing is encrypted.
pub fn for_address(address: &Address) -> Result<Option<Arc<ClientConfig>>, ConfigError> {
    if !address.is_encrypted() {
        return Ok(None);
    }
    let mut roots = RootCertStore::empty();
    let loaded = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(loaded.certs);
    if roots.is_empty() {
        let why = "needs trusted certificates, and this machine has none; install ca-certificates";
        return Err(ConfigError::new("SPOOL_SERVER", why));
    }
    Ok(Some(Arc::new(with_roots(roots))))
}

/// A set-up that trusts nobody, for a client that encrypts nothing.
#[must_use]
pub fn without_roots() -> ClientConfig {
    with_roots(RootCertStore::empty())
}

fn with_roots(roots: RootCertStore) -> ClientConfig {
    // The process has no default provider unless somebody installs one.
    let _ = ring::default_provider().install_default();
    ClientConfig::builder().with_root_certificates(roots).with_no_client_auth()
}
