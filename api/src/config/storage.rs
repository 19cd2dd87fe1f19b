//! Where pictures and results are kept.

use std::path::PathBuf;

use clap::Args;
use url::Url;

use super::ConfigError;
use crate::storage::Bucket;

#[derive(Debug, Clone, Args)]
pub struct StorageConfig {
    /// Folder for everything that is kept on disk.
    #[arg(long, env = "SPOOL_DATA_DIR", value_name = "SPOOL_DATA_DIR", default_value = ".spool")]
    pub data_dir: PathBuf,

    /// Where pictures and results are kept: file:///… for a folder, `s3://bucket/prefix` for a bucket; a folder under
    /// the data folder when absent. How to reach a bucket is in the usual variables: `AWS_ENDPOINT_URL`, `AWS_REGION`,
    /// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and so on; http is for this machine, unless `AWS_ALLOW_HTTP`=true.
    #[arg(long, env = "SPOOL_STORAGE_URL", value_name = "SPOOL_STORAGE_URL")]
    storage_url: Option<String>,
}

/// Where the objects are.
pub enum Place {
    Folder(PathBuf),
    Bucket(Bucket),
}

impl StorageConfig {
    /// Where the objects are.
    pub fn place(&self) -> Result<Place, ConfigError> {
        const WHAT: &str = "must be a folder as file:///… or a bucket as s3://bucket/prefix";
        let Some(text) = self.storage_url.as_deref().filter(|text| !text.is_empty()) else {
            return Ok(Place::Folder(self.data_dir.join("objects")));
        };
        let wrong = |what: &str| ConfigError::new("SPOOL_STORAGE_URL", what);
        let url = Url::parse(text).map_err(|_| wrong(WHAT))?;
        match url.scheme() {
            "file" => {
                let folder = url.to_file_path();
                folder.map(Place::Folder).map_err(|()| wrong("must be an absolute folder as file:///…"))
            }
            "s3" => {
                let opened = Bucket::open(&url).map(Place::Bucket);
                opened.map_err(|wrong| ConfigError::new(wrong.setting, wrong.what))
            }
            // The rest of the address may hold a secret.
            other => Err(wrong(&format!("{WHAT}, not {other}:…"))),
        }
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        self.place().map(drop)
    }
}
