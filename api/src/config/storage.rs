//! Where pictures and results are kept.

use std::path::PathBuf;

use clap::Args;
use url::Url;

use super::ConfigError;

#[derive(Debug, Clone, Args)]
pub struct StorageConfig {
    /// Folder for everything that is kept on disk.
    #[arg(long, env = "SPOOL_DATA_DIR", value_name = "SPOOL_DATA_DIR", default_value = ".spool")]
    pub data_dir: PathBuf,

    /// Where pictures and results are kept, as file:///…; a folder under the data folder when absent.
    #[arg(long, env = "SPOOL_STORAGE_URL", value_name = "SPOOL_STORAGE_URL")]
    storage_url: Option<String>,
}

impl StorageConfig {
    /// The folder of the objects.
    pub fn folder(&self) -> Result<PathBuf, ConfigError> {
        let Some(text) = self.storage_url.as_deref().filter(|text| !text.is_empty()) else {
            return Ok(self.data_dir.join("objects"));
        };
        let wrong = |what: &str| ConfigError::new("SPOOL_STORAGE_URL", what);
        let url = Url::parse(text).map_err(|_| wrong("must be a folder as file:///…"))?;
        match url.scheme() {
            "file" => url.to_file_path().map_err(|()| wrong("must be an absolute folder as file:///…")),
            // The rest of the address may hold a secret.
            other => Err(wrong(&format!("must be a folder as file:///…, not {other}:…"))),
        }
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        self.folder().map(drop)
    }
}
