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
    /// The name of the token that agents find in their file.
    admitted: Mutex<String>,
}

impl Keys {
    /// One key that may do everything, and one token.
    #[must_use]
    pub fn start(folder: &Path) -> Self {
        let admitted = Mutex::new(AGENT.to_owned());
        let keys = Self { folder: folder.to_owned(), secrets: Mutex::default(), admitted };
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

    /// What they have to know where only agents need a token, which they find in a file.
    pub fn set_tokens(&self, settings: &mut Settings) {
        settings.set("SPOOL_AGENT_TOKENS_FILE", &self.file(true).display().to_string());
        self.admits(AGENT);
        settings.set("SPOOL_AGENT_TOKEN_FILE", &self.token_file().display().to_string());
    }

    /// Where agents find their token, in a world in which only they need one.
    #[must_use]
    pub fn token_file(&self) -> PathBuf {
        self.folder.join("agent-token")
    }

    /// The token that agents find in their file is good for nothing any more.
    pub fn revoke_admitted(&self) {
        let name = self.admitted.lock().unwrap_or_else(PoisonError::into_inner).clone();
        self.revoke_token(&name);
    }

    /// A new token stands in the agents' file.
    pub fn admit_again(&self) {
        let name = format!("{AGENT}-{}", self.lock().len());
        self.make_token(&name);
        self.admits(&name);
    }

    fn admits(&self, name: &str) {
        std::fs::write(self.token_file(), self.secret(name)).expect("the token's file");
        name.clone_into(&mut self.admitted.lock().unwrap_or_else(PoisonError::into_inner));
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
