//! Where a request comes from: the address behind trusted proxies, whether the way there was encrypted, and whether
//! the page that made a browser send it is our own.

use std::net::IpAddr;

use actix_web::{
    dev::RequestHead,
    http::{
        Method,
        header::{self, HeaderMap, HeaderName},
    },
};
use url::Url;

use crate::config::{AuthConfig, Network};

static FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
static FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
static SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The proxies and the public address, read once.
#[derive(Debug, Clone, Default)]
pub struct Origins {
    proxies: Vec<Network>,
    public: Option<String>,
}

impl Origins {
    #[must_use]
    pub fn of(config: &AuthConfig) -> Self {
        // Checked at the start.
        let proxies = config.proxies().unwrap_or_default();
        Self { proxies, public: config.public_origin().map(str::to_owned) }
    }

    /// Who sent the request: the last address that no trusted proxy has.
    pub(super) fn address(&self, head: &RequestHead) -> Option<IpAddr> {
        let peer = head.peer_addr?.ip();
        if !self.trusts(peer) {
            return Some(peer);
        }
        let lines: Vec<&str> =
            head.headers.get_all(&FORWARDED_FOR).filter_map(|value| value.to_str().ok()).collect();
        let told = lines.iter().rev().flat_map(|line| line.rsplit(',')).map(|word| word.trim().parse().ok());
        // What stands before a word that is no address is nobody's word.
        let known = told.map_while(|address: Option<IpAddr>| address);
        let mut last = peer;
        for address in known {
            last = address;
            if !self.trusts(address) {
                break;
            }
        }
        Some(last)
    }

    /// Whether browsers reach the server over TLS.
    pub(super) fn is_encrypted(&self, head: &RequestHead) -> bool {
        let told = || text(&head.headers, &FORWARDED_PROTO).is_some_and(|proto| proto.trim() == "https");
        self.public.as_ref().is_some_and(|public| public.starts_with("https://"))
            || head.peer_addr.is_some_and(|peer| self.trusts(peer.ip())) && told()
    }

    /// Whether one of our own pages sent it; a browser says so, and other programs can claim it.
    pub(super) fn is_own_page(&self, headers: &HeaderMap) -> bool {
        match (headers.contains_key(header::ORIGIN), text(headers, &SEC_FETCH_SITE)) {
            (true, _) => text(headers, &header::ORIGIN).is_some_and(|origin| self.is_own(origin, headers)),
            (false, site) => site == Some("same-origin"),
        }
    }

    fn is_own(&self, origin: &str, headers: &HeaderMap) -> bool {
        if let Some(public) = &self.public
            && origin == public
        {
            return true;
        }
        let place = |text: &str| {
            let url = Url::parse(text).ok()?;
            Some((url.host_str()?.to_owned(), url.port_or_known_default()?))
        };
        let Some(scheme) =
            ["http", "https"].into_iter().find(|scheme| origin.starts_with(&format!("{scheme}:")))
        else {
            return false;
        };
        // The default port is the scheme's, which a proxy may have changed on the way: that of the page counts.
        let host = text(headers, &header::HOST).and_then(|host| place(&format!("{scheme}://{host}")));
        host.is_some() && host == place(origin)
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.proxies.iter().any(|network| network.contains(address))
    }
}

/// Whether a request changes something, or opens a socket that other pages could read: then a cookie alone, which
/// the browser sends by itself, does not prove that the user wanted it.
pub(super) fn needs_own_page(head: &RequestHead) -> bool {
    !matches!(head.method, Method::GET | Method::HEAD) || head.headers.contains_key(header::UPGRADE)
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn origins(proxies: &[&str], public: Option<&str>) -> Origins {
        let proxies = proxies.iter().map(|text| text.parse().unwrap()).collect();
        Origins { proxies, public: public.map(str::to_owned) }
    }

    fn address(origins: &Origins, peer: &str, forwarded: &[&str]) -> String {
        let mut request = TestRequest::get().peer_addr(format!("{peer}:1").parse().unwrap());
        for line in forwarded {
            request = request.append_header((FORWARDED_FOR.clone(), *line));
        }
        origins.address(request.to_http_request().head()).unwrap().to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed_about_addresses() {
        let none = origins(&[], None);
        assert_eq!(address(&none, "10.0.0.1", &["1.2.3.4"]), "10.0.0.1");
        let some = origins(&["10.0.0.0/8"], None);
        assert_eq!(address(&some, "10.0.0.1", &["1.2.3.4"]), "1.2.3.4");
        assert_eq!(address(&some, "10.0.0.1", &["6.6.6.6, 1.2.3.4, 10.0.0.2"]), "1.2.3.4");
        assert_eq!(address(&some, "10.0.0.1", &["6.6.6.6", "1.2.3.4"]), "1.2.3.4");
        assert_eq!(address(&some, "10.0.0.1", &["6.6.6.6, unknown, 10.0.0.2"]), "10.0.0.2");
        assert_eq!(address(&some, "10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(address(&some, "9.9.9.9", &["1.2.3.4"]), "9.9.9.9");
    }

    #[test]
    fn tls_is_known_by_the_public_address_or_by_a_trusted_proxy() {
        let request = TestRequest::get()
            .peer_addr("10.0.0.1:1".parse().unwrap())
            .insert_header((FORWARDED_PROTO.clone(), "https"))
            .to_http_request();
        assert!(!origins(&[], None).is_encrypted(request.head()));
        assert!(origins(&["10.0.0.1"], None).is_encrypted(request.head()));
        assert!(origins(&[], Some("https://h")).is_encrypted(request.head()));
        assert!(!origins(&[], Some("http://h")).is_encrypted(request.head()));
    }

    fn own(origins: &Origins, host: &str, headers: &[(&str, &str)]) -> bool {
        let mut request = TestRequest::get().insert_header(("host", host));
        for (name, value) in headers {
            request = request.insert_header((*name, *value));
        }
        origins.is_own_page(request.to_http_request().headers())
    }

    #[test]
    fn a_page_is_our_own_if_it_has_our_name_and_port() {
        let plain = origins(&[], None);
        for (host, origin) in [
            ("h", "http://h"),
            ("h:80", "http://h"),
            ("h", "https://h"),
            ("h:443", "https://h"),
            ("h:8080", "http://h:8080"),
            ("[::1]:8080", "http://[::1]:8080"),
        ] {
            assert!(own(&plain, host, &[("origin", origin)]), "{host} {origin}");
        }
        for (host, origin) in [
            ("h", "http://evil"),
            ("h", "null"),
            ("h", ""),
            ("h", "http://h:8080"),
            ("h", "http://sub.h"),
            ("h", "http://h.evil"),
            ("h", "ftp://h"),
        ] {
            let headers = [("origin", origin), ("sec-fetch-site", "same-origin")];
            assert!(!own(&plain, host, &headers), "{host} {origin}");
        }
        assert!(own(&plain, "h", &[("sec-fetch-site", "same-origin")]));
        for site in ["cross-site", "same-site", "none"] {
            assert!(!own(&plain, "h", &[("sec-fetch-site", site)]), "{site}");
        }
        assert!(!own(&plain, "h", &[]));
        assert!(own(&origins(&[], Some("https://spool.h")), "inner:8080", &[("origin", "https://spool.h")]));
    }
}
