//! How Redis is reached: every connection of this program begins here.

use std::time::Duration;

use redis::{
    Client, IntoConnectionInfo as _, RedisError,
    io::tcp::{TcpSettings, socket2::TcpKeepalive},
};

/// After this silence the kernel asks whether the other end still lives, as often again as it takes.
const KEEPALIVE: Duration = Duration::from_secs(10);
/// A connection is dead whose bytes, or whose questions of the kernel, nobody has confirmed for so long. What only
/// listens would otherwise not notice that the machine of Redis is gone.
const CONFIRMED_WITHIN: Duration = Duration::from_secs(30);

/// `redis://`, `rediss://` (TLS, against the certificates that this system trusts) or `unix://`. Connects to nothing.
pub(crate) fn client(url: &str) -> Result<Client, RedisError> {
    // A second installation in one process is refused and changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let keepalive = TcpKeepalive::new().with_time(KEEPALIVE).with_interval(KEEPALIVE);
    let tcp =
        TcpSettings::default().set_nodelay(true).set_keepalive(keepalive).set_user_timeout(CONFIRMED_WITHIN);
    Client::open(url.into_connection_info()?.set_tcp_settings(tcp))
}
