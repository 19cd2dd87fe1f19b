//! A bucket of an S3 server. How to reach it is in the usual `AWS_…` variables, as other programs read them.

use std::{sync::Arc, time::Duration};

use object_store::{
    ObjectStore, RetryConfig,
    aws::{AmazonS3Builder, AmazonS3ConfigKey as Key},
    client::ClientConfigKey,
    path::Path,
    prefix::PrefixStore,
};
use url::{Host, Url};

/// Which settings may be wrong when a bucket cannot be used.
pub(super) const SETTINGS: &str =
    "see AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";
/// A server that fails is asked again, but not for so long that a request behind it gives up.
const RETRIES: usize = 3;
const RETRIED_WITHIN: Duration = Duration::from_secs(15);

/// A bucket, or what is below a prefix in it.
#[derive(Clone)]
pub struct Bucket {
    pub(super) name: Arc<str>,
    pub(super) objects: Arc<dyn ObjectStore>,
}

/// Why a bucket cannot even be tried: a setting and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongBucket {
    pub setting: &'static str,
    pub what: String,
}

impl WrongBucket {
    fn new(setting: &'static str, what: impl Into<String>) -> Self {
        Self { setting, what: what.into() }
    }
}

impl Bucket {
    /// Reads `s3://bucket/prefix`, and the environment.
    pub fn open(url: &Url) -> Result<Self, WrongBucket> {
        Self::with(url, AmazonS3Builder::from_env())
    }

    fn with(url: &Url, settings: AmazonS3Builder) -> Result<Self, WrongBucket> {
        let (name, prefix) = place(url)?;
        let allowed = settings.get_config_value(&Key::Client(ClientConfigKey::AllowHttp));
        let plain = plain_allowed(
            settings.get_config_value(&Key::Endpoint).as_deref(),
            allowed.is_some_and(|allowed| allowed == "true"),
        )?;
        // A second installation in one process is refused and changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let retry =
            RetryConfig { max_retries: RETRIES, retry_timeout: RETRIED_WITHIN, ..RetryConfig::default() };
        let settings = settings.with_bucket_name(name).with_allow_http(plain).with_retry(retry);
        // The words of the library may repeat a value.
        let wrong = |_| WrongBucket::new("SPOOL_STORAGE_URL", format!("cannot be opened; {SETTINGS}"));
        let objects = settings.build().map_err(wrong)?;
        let objects: Arc<dyn ObjectStore> = match prefix {
            "" => Arc::new(objects),
            prefix => Arc::new(PrefixStore::new(objects, Path::from(prefix))),
        };
        Ok(Self { name: name.into(), objects })
    }
}

/// Bucket and prefix of an address.
fn place(url: &Url) -> Result<(&str, &str), WrongBucket> {
    let wrong = |what| WrongBucket::new("SPOOL_STORAGE_URL", what);
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("must not hold credentials: they belong in AWS_ACCESS_KEY_ID and the like"));
    }
    if url.query().is_some() || url.fragment().is_some() || url.port().is_some() {
        return Err(wrong("must be s3://bucket or s3://bucket/prefix and nothing else"));
    }
    let name = url.host_str().filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| wrong("must name a bucket as s3://bucket/prefix"))?;
    Ok((name, url.path().trim_matches('/')))
}

/// Whether pictures may travel without encryption: on this machine, or where it was asked for.
fn plain_allowed(endpoint: Option<&str>, allowed: bool) -> Result<bool, WrongBucket> {
    let Some(endpoint) = endpoint else { return Ok(false) };
    let wrong = |what| WrongBucket::new("AWS_ENDPOINT_URL", what);
    let url = Url::parse(endpoint).map_err(|_| wrong("must be an address such as https://s3.example.org"))?;
    let here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    match url.scheme() {
        "https" => Ok(false),
        "http" if here || allowed => Ok(true),
        "http" => Err(wrong("must begin with https:// beyond this machine, unless AWS_ALLOW_HTTP is true")),
        _ => Err(wrong("must begin with https://")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(url: &str, endpoint: &str, allow: &str) -> Result<String, String> {
        let settings = AmazonS3Builder::new()
            .with_config(Key::Endpoint, endpoint)
            .with_config(Key::Client(ClientConfigKey::AllowHttp), allow)
            .with_region("eu-north-1");
        let opened = Bucket::with(&Url::parse(url).unwrap(), settings);
        opened
            .map(|bucket| bucket.objects.to_string())
            .map_err(|wrong| format!("{} {}", wrong.setting, wrong.what))
    }

    #[test]
    fn a_bucket_is_named_with_or_without_a_prefix() {
        assert_eq!(opened("s3://films", "https://s3.example.org", "false").unwrap(), "AmazonS3(films)");
        let with_prefix = opened("s3://films/team/a/", "https://s3.example.org", "false").unwrap();
        assert_eq!(with_prefix, "PrefixObjectStore(team/a)");
    }

    #[test]
    fn pictures_leave_this_machine_encrypted_unless_that_is_asked_for() {
        for here in ["http://127.0.0.1:9000", "http://localhost:9000", "http://[::1]:9000"] {
            assert!(opened("s3://films", here, "false").is_ok(), "{here}");
        }
        assert!(opened("s3://films", "http://minio:9000", "true").is_ok());
        assert_eq!(
            opened("s3://films", "http://minio:9000", "false").unwrap_err(),
            "AWS_ENDPOINT_URL must begin with https:// beyond this machine, unless AWS_ALLOW_HTTP is true"
        );
    }

    #[test]
    fn a_wrong_address_is_told_without_what_it_holds() {
        for (url, told) in [
            ("s3:///films", "SPOOL_STORAGE_URL must name a bucket as s3://bucket/prefix"),
            (
                "s3://AKIA:hunter2@films",
                "SPOOL_STORAGE_URL must not hold credentials: they belong in AWS_ACCESS_KEY_ID and the like",
            ),
            (
                "s3://films?key=hunter2",
                "SPOOL_STORAGE_URL must be s3://bucket or s3://bucket/prefix and nothing else",
            ),
        ] {
            assert_eq!(opened(url, "https://s3.example.org", "false").unwrap_err(), told);
        }
        let told = opened("s3://films", "hunter2", "false").unwrap_err();
        assert_eq!(told, "AWS_ENDPOINT_URL must be an address such as https://s3.example.org");
    }
}
