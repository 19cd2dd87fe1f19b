//! Where the API is.

use std::fmt;

use spool_shared::{
    ids::JobId,
    protocol::{BULK_PATH, CONTROL_PATH},
};
use url::{Host, Url};

use super::ConfigError;

const NAME: &str = "SPOOL_SERVER";

/// The API's address. Plain text only to this machine: the agent's token and people's pictures travel here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    base: Url,
}

impl Address {
    /// `ws://` with a loopback host, or `wss://`; a path before `/api` is kept.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let mut base =
            Url::parse(text).map_err(|error| ConfigError::new(NAME, format!("is no address: {error}")))?;
        match base.scheme() {
            "wss" => {}
            "ws" if is_loopback(&base) => {}
            "ws" => {
                return Err(ConfigError::new(NAME, "must begin with wss:// unless it names this machine"));
            }
            _ => return Err(ConfigError::new(NAME, "must begin with ws:// or wss://")),
        }
        if !base.username().is_empty() || base.password().is_some() {
            return Err(ConfigError::new(NAME, "must not hold a name or password; use SPOOL_AGENT_TOKEN"));
        }
        if base.query().is_some() || base.fragment().is_some() {
            return Err(ConfigError::new(NAME, "must end with a host, a port or a path"));
        }
        let path = base.path().trim_end_matches('/').to_owned();
        base.set_path(&path);
        Ok(Self { base })
    }

    /// The control socket.
    #[must_use]
    pub fn control(&self) -> Url {
        self.at(CONTROL_PATH)
    }

    /// The bulk socket.
    #[must_use]
    pub fn bulk(&self) -> Url {
        self.at(BULK_PATH)
    }

    /// An input picture of a job, by HTTP.
    #[must_use]
    pub fn input(&self, job: JobId, index: u32) -> String {
        let scheme = if self.is_encrypted() { "https" } else { "http" };
        let url = self.at(&format!("/api/agents/jobs/{job}/inputs/{index}"));
        // `Url` refuses to turn a WebSocket address into an HTTP one.
        url.as_str().replacen(self.base.scheme(), scheme, 1)
    }

    /// Host and port, for a look at each step of the way there. An IPv6 address has no brackets.
    #[must_use]
    pub fn endpoint(&self) -> (String, u16) {
        let host = match self.base.host() {
            Some(Host::Ipv6(address)) => address.to_string(),
            Some(host) => host.to_string(),
            None => String::new(),
        };
        (host, self.base.port_or_known_default().unwrap_or(443))
    }

    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.base.scheme() == "wss"
    }

    fn at(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("{}{path}", self.base.path().trim_end_matches('/')));
        url
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.base.as_str().trim_end_matches('/'))
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_only_for_this_machine() {
        for text in ["ws://127.0.0.1:8080", "ws://localhost", "ws://[::1]:9", "wss://spool.example"] {
            assert!(Address::parse(text).is_ok(), "{text}");
        }
        let refusal = Address::parse("ws://spool.example").unwrap_err();
        assert_eq!(refusal.to_string(), "SPOOL_SERVER must begin with wss:// unless it names this machine.");
        assert!(Address::parse("http://127.0.0.1").is_err());
        assert!(Address::parse("wss://user:pass@spool.example").is_err());
    }

    #[test]
    fn inputs_are_fetched_from_the_same_place_by_http() {
        let job = JobId::from_random([7; 16]);
        let address = Address::parse("wss://spool.example/gpu/").unwrap();
        assert_eq!(address.bulk().as_str(), "wss://spool.example/gpu/api/agents/upload");
        assert_eq!(
            address.input(job, 1),
            format!("https://spool.example/gpu/api/agents/jobs/{job}/inputs/1")
        );
        let address = Address::parse("ws://127.0.0.1:81").unwrap();
        assert_eq!(address.input(job, 0), format!("http://127.0.0.1:81/api/agents/jobs/{job}/inputs/0"));
    }
}
