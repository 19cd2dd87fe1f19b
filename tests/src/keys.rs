//! API keys and agents' tokens of a world, made and revoked by the product's own command.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
    sync::{Mutex, PoisonError},
};

use crate::{programs, settings::Settings};

/// The key that a world's client has, and the token of its agents.
pub const CLIENT: &str = "alice";
pub const AGENT: &str = "gpu";

pub struct Keys {
    folder: PathBuf,
    secrets: Mutex<BTreeMap<String, String>>,
}

impl Keys {
    /// One key that may do everything, and one token.
    #[must_use]
    pub fn start(folder: &Path) -> Self {
        let keys = Self { folder: folder.to_owned(), secrets: Mutex::default() };
        keys.make(CLIENT, "submit,high,admin");
        keys.make_token(AGENT);
        keys
    }

    /// What API and agents have to know of them.
    pub fn set(&self, settings: &mut Settings) {
        settings.set("SPOOL_API_KEYS_FILE", &self.file(false).display().to_string());
        settings.set("SPOOL_AGENT_TOKENS_FILE", &self.file(true).display().to_string());
        settings.set("SPOOL_AGENT_TOKEN", &self.secret(AGENT));
    }

    /// Makes a key; its secret.
    pub fn make(&self, name: &str, scopes: &str) -> String {
        let secret = self.run(&["new", name, "--scope", scopes], false);
        self.keep(name, secret)
    }

    /// Makes a token for agents; its secret.
    pub fn make_token(&self, name: &str) -> String {
        let secret = self.run(&["new", name, "--agent"], true);
        self.keep(name, secret)
    }

    pub fn revoke(&self, name: &str) {
        self.run(&["revoke", name], false);
    }

    pub fn revoke_token(&self, name: &str) {
        self.run(&["revoke", name, "--agent"], true);
    }

    #[must_use]
    pub fn secret(&self, name: &str) -> String {
        self.lock().get(name).expect("a key of that name").clone()
    }

    /// All that were ever made.
    #[must_use]
    pub fn secrets(&self) -> Vec<String> {
        self.lock().values().cloned().collect()
    }

    fn keep(&self, name: &str, secret: String) -> String {
        self.lock().insert(name.to_owned(), secret.clone());
        secret
    }

    fn run(&self, arguments: &[&str], agent: bool) -> String {
        let output = Command::new(programs::api())
            .arg("key")
            .args(arguments)
            .arg("--file")
            .arg(self.file(agent))
            .output()
            .expect("the program runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text").trim().to_owned()
    }

    fn file(&self, agent: bool) -> PathBuf {
        self.folder.join(if agent { "agent-tokens" } else { "api-keys" })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, String>> {
        self.secrets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
