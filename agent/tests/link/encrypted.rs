//! The same over TLS, as every link beyond this machine.

use std::{fs, sync::Arc};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use spool_shared::protocol::{FromAgent, ToAgent};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;

use crate::{
    agent::Setup,
    peer::{Peer, assign_with_input, job, token},
};

const PICTURE: &[u8] = b"as good as a picture";

/// Takes TLS off in front of `peer`; returns its port and its certificate.
async fn tls_in_front_of(peer: &Peer) -> (u16, String) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let inside = peer.address.clone();
    tokio::spawn(async move {
        while let Ok((outer, _)) = listener.accept().await {
            let (acceptor, inside) = (acceptor.clone(), inside.clone());
            tokio::spawn(async move {
                // A client that does not trust the certificate ends here.
                let Ok(mut outer) = acceptor.accept(outer).await else { return };
                let mut inner = TcpStream::connect(inside).await.unwrap();
                let _ = copy_bidirectional(&mut outer, &mut inner).await;
            });
        }
    });
    (port, cert.pem())
}

#[tokio::test]
async fn a_job_runs_over_encrypted_sockets_and_encrypted_http() {
    let peer = Peer::bind(PICTURE).await;
    let (port, certificate) = tls_in_front_of(&peer).await;
    let trusted = tempfile::NamedTempFile::new().unwrap();
    fs::write(trusted.path(), certificate).unwrap();
    let _agent = Setup::new(&format!("wss://localhost:{port}")).with("SSL_CERT_FILE", trusted.path()).start();
    let (mut control, _) = peer.welcomed().await;
    control.say(&assign_with_input(1, PICTURE)).await;
    peer.bulk().await.take_file(&mut Vec::new(), None).await.unwrap();
    control.until("succeeded", |said| matches!(said, FromAgent::Succeeded { .. }).then_some(())).await;
    control.say(&ToAgent::Done { job: job(1), token: token(1) }).await;
}

#[tokio::test]
async fn a_server_that_nobody_vouches_for_gets_no_token() {
    let peer = Peer::bind(PICTURE).await;
    let (port, _) = tls_in_front_of(&peer).await;
    let (_, another) = tls_in_front_of(&peer).await;
    let trusted = tempfile::NamedTempFile::new().unwrap();
    fs::write(trusted.path(), another).unwrap();
    let agent = Setup::new(&format!("wss://localhost:{port}"))
        .with("SSL_CERT_FILE", trusted.path())
        .with("SPOOL_AGENT_TOKEN", "canary")
        .start();
    agent.logged("invalid peer certificate").await;
}
