//! Who may ask, and by which name and way the server is reached.

use std::{
    net::IpAddr,
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use clap::Args;
use url::Url;

use super::ConfigError;

#[derive(Debug, Clone, Args)]
pub struct AuthConfig {
    /// File of API keys, made by `spool-api key new NAME`; without one everyone may ask, from this machine.
    #[arg(long, env = "SPOOL_API_KEYS_FILE", value_name = "SPOOL_API_KEYS_FILE")]
    api_keys_file: Option<PathBuf>,

    /// File of agents' tokens, made by `spool-api key new NAME --agent`; without one every agent of this machine may
    /// connect.
    #[arg(long, env = "SPOOL_AGENT_TOKENS_FILE", value_name = "SPOOL_AGENT_TOKENS_FILE")]
    agent_tokens_file: Option<PathBuf>,

    /// The address by which browsers reach the API, as `https://spool.example.com`. Requests under other names are
    /// refused, and with https cookies are sent over TLS alone.
    #[arg(long, env = "SPOOL_PUBLIC_URL", value_name = "SPOOL_PUBLIC_URL", value_parser = public_url)]
    public_url: Option<String>,

    /// Further names that the server has, with commas between them; any name when neither this nor the public
    /// address is set.
    #[arg(long, env = "SPOOL_ALLOWED_HOSTS", value_name = "SPOOL_ALLOWED_HOSTS", value_delimiter = ',')]
    allowed_hosts: Vec<String>,

    /// Addresses or networks of proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed, as
    /// `10.0.0.0/8`, with commas between them.
    #[arg(long, env = "SPOOL_TRUSTED_PROXIES", value_name = "SPOOL_TRUSTED_PROXIES", value_delimiter = ',')]
    trusted_proxies: Vec<String>,

    /// How long a browser stays logged in, milliseconds.
    #[arg(long, env = "SPOOL_LOGIN_MS", value_name = "SPOOL_LOGIN_MS", default_value_t = 604_800_000, value_parser = clap::value_parser!(u64).range(1_000..))]
    login_ms: u64,
}

impl AuthConfig {
    /// The file of keys. An empty setting counts as absent, here as everywhere.
    #[must_use]
    pub fn keys_file(&self) -> Option<&Path> {
        given(self.api_keys_file.as_deref())
    }

    #[must_use]
    pub fn tokens_file(&self) -> Option<&Path> {
        given(self.agent_tokens_file.as_deref())
    }

    #[must_use]
    pub const fn login(&self) -> Duration {
        Duration::from_millis(self.login_ms)
    }

    /// The origin of the public address: scheme, host and port.
    #[must_use]
    pub fn public_origin(&self) -> Option<&str> {
        self.public_url.as_deref().filter(|url| !url.is_empty())
    }

    /// The names that the server is reached by, in lower case; any where there is none.
    #[must_use]
    pub fn hosts(&self) -> Vec<String> {
        let public = self.public_origin().and_then(|origin| Url::parse(origin).ok());
        let public = public.as_ref().and_then(Url::host_str).map(str::to_owned);
        public.into_iter().chain(words(&self.allowed_hosts).map(str::to_lowercase)).collect()
    }

    /// The proxies that are believed.
    pub fn proxies(&self) -> Result<Vec<Network>, ConfigError> {
        words(&self.trusted_proxies).map(str::parse).collect()
    }

    pub(super) fn check(&self, listen: IpAddr) -> Result<(), ConfigError> {
        self.proxies()?;
        if listen.is_loopback() {
            return Ok(());
        }
        let missing = match (self.keys_file(), self.tokens_file()) {
            (None, _) => Some(("keys", "SPOOL_API_KEYS_FILE", "NAME")),
            (_, None) => Some(("agents' tokens", "SPOOL_AGENT_TOKENS_FILE", "NAME --agent")),
            _ => None,
        };
        if let Some((noun, setting, example)) = missing {
            let what = format!(
                "must be a loopback address such as 127.0.0.1:8080, not {listen}: without {noun} only this machine \
                 may connect; `spool-api key new {example} --file FILE` makes one, {setting}=FILE names it"
            );
            return Err(ConfigError::new("SPOOL_LISTEN", what));
        }
        Ok(())
    }
}

fn given(file: Option<&Path>) -> Option<&Path> {
    file.filter(|file| !file.as_os_str().is_empty())
}

fn words(list: &[String]) -> impl Iterator<Item = &str> {
    list.iter().map(|word| word.trim()).filter(|word| !word.is_empty())
}

fn public_url(text: &str) -> Result<String, &'static str> {
    let rule = "must be an address such as https://spool.example.com, without a path";
    if text.is_empty() {
        return Ok(String::new());
    }
    let url = Url::parse(text).map_err(|_| rule)?;
    let plain = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let bare = url.username().is_empty() && url.password().is_none();
    if matches!(url.scheme(), "http" | "https") && url.has_host() && plain && bare {
        Ok(url.origin().ascii_serialization())
    } else {
        Err(rule)
    }
}

/// An address, or all addresses that begin alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    base: u128,
    mask: u128,
}

impl Network {
    #[must_use]
    pub fn contains(self, address: IpAddr) -> bool {
        wide(address) & self.mask == self.base
    }
}

/// Both families in one: IPv4 as the part of IPv6 that maps it.
fn wide(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().into(),
        IpAddr::V6(v6) => v6.into(),
    }
}

impl FromStr for Network {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        let wrong =
            || ConfigError::new("SPOOL_TRUSTED_PROXIES", "must be addresses or networks such as 10.0.0.0/8");
        let (address, length) = text.split_once('/').map_or((text, None), |(a, l)| (a, Some(l)));
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let bits = if address.is_ipv4() { 32 } else { 128 };
        let length: u32 = length.map_or(Ok(bits), str::parse).map_err(|_| wrong())?;
        let free = bits.checked_sub(length).ok_or_else(wrong)?;
        let mask = u128::MAX.checked_shl(free).unwrap_or(0);
        Ok(Self { base: wide(address) & mask, mask })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_has_the_addresses_that_begin_alike() {
        let within = |network: &str, address: &str| {
            network.parse::<Network>().unwrap().contains(address.parse().unwrap())
        };
        assert!(within("10.0.0.0/8", "10.255.0.1") && !within("10.0.0.0/8", "11.0.0.1"));
        assert!(within("10.1.2.3", "10.1.2.3") && !within("10.1.2.3", "10.1.2.4"));
        assert!(within("10.1.2.3", "::ffff:10.1.2.3"), "as a socket of both families shows it");
        assert!(within("0.0.0.0/0", "1.2.3.4") && !within("0.0.0.0/0", "2001:db8::1"));
        assert!(within("::/0", "2001:db8::1") && within("2001:db8::/32", "2001:db8:1::"));
        for text in ["", "proxy", "10.0.0.0/33", "10.0.0.0/x", "10.0.0.0/-1"] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_public_address_is_an_origin() {
        assert_eq!(public_url("https://Spool.example.com/"), Ok("https://spool.example.com".into()));
        assert_eq!(public_url("http://h:8080"), Ok("http://h:8080".into()));
        for text in ["spool.example.com", "ftp://h", "https://h/path", "https://u:p@h", "https://h?x"] {
            assert!(public_url(text).is_err(), "{text}");
        }
    }
}
