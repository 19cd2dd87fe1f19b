//! Settings: each is an environment variable and a flag of the same name. A wrong one stops the program at once
//! with one sentence that names it.

mod address;
mod engines;
mod labels;
mod stall;

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::{Parser, Subcommand};

pub use address::Address;
pub use engines::Engines;
pub use stall::Stalls;

use crate::telemetry::LogFormat;

/// The most slots of one agent; a node has at most a few GPUs.
pub const MAX_SLOTS: u32 = 64;
/// What runs on any machine.
const DEFAULT_ENGINES: &str = "i2v=preview,qwen=preview,upscale=upscale";
/// The longest name of an agent, bytes: the server takes no longer one.
const MAX_NAME: usize = 64;

/// A setting that cannot be used. Never repeats a secret.
#[derive(Debug, thiserror::Error)]
#[error("{name} {why}.")]
pub struct ConfigError {
    name: &'static str,
    why: String,
}

impl ConfigError {
    /// `why` continues the sentence that the setting's name begins.
    pub fn new(name: &'static str, why: impl Into<String>) -> Self {
        Self { name, why: why.into() }
    }
}

/// The words on the command line, before they are understood.
#[derive(Debug, Default, Parser)]
#[command(
    name = "spool-agent",
    version,
    about = "Runs Spool's jobs on this machine's GPUs. Dials in; opens no port.",
    after_help = "SPOOL_AGENT_TOKEN holds the agent's token; it has no flag, because arguments can be read by \
                  every process of the machine."
)]
pub struct Flags {
    #[command(subcommand)]
    pub task: Option<Task>,
    /// Address of the API, `wss://HOST`, or `ws://` on this machine [default: `ws://127.0.0.1:8080`]
    #[arg(long, global = true, env = "SPOOL_SERVER", hide_env_values = true)]
    pub server: Option<String>,
    /// File that holds the agent's token, instead of `SPOOL_AGENT_TOKEN`
    #[arg(long, global = true, env = "SPOOL_AGENT_TOKEN_FILE")]
    pub agent_token_file: Option<String>,
    /// What people call this node [default: its host name]
    #[arg(long, global = true, env = "SPOOL_AGENT_NAME")]
    pub agent_name: Option<String>,
    /// Where the node's id is kept [default: spool/agent-id under the XDG data folder]
    #[arg(long, global = true, env = "SPOOL_AGENT_ID_FILE")]
    pub agent_id_file: Option<String>,
    /// Workers side by side [default: one for each GPU, or 1]
    #[arg(long, global = true, env = "SPOOL_SLOTS")]
    pub slots: Option<String>,
    /// What runs each workflow [default: i2v=preview,qwen=preview,upscale=upscale]
    #[arg(long, global = true, env = "SPOOL_ENGINES")]
    pub engines: Option<String>,
    /// The Python that has the `spool` package [default: python3]
    #[arg(long, global = true, env = "SPOOL_PYTHON")]
    pub python: Option<String>,
    /// Words about this node for whoever looks at it, KEY=VALUE, with commas between them
    #[arg(long, global = true, env = "SPOOL_AGENT_LABELS")]
    pub agent_labels: Option<String>,
    /// What this node costs an hour, in whatever currency you count
    #[arg(long, global = true, env = "SPOOL_AGENT_PRICE_PER_HOUR")]
    pub agent_price_per_hour: Option<String>,
    /// How long a worker may be silent, ms; for every phase, or PHASE=MS, with commas between them
    #[arg(long, global = true, env = "SPOOL_STALL_MS")]
    pub stall_ms: Option<String>,
    /// How long running jobs may go on after SIGTERM, ms [default: 600000]
    #[arg(long, global = true, env = "SPOOL_DRAIN_MS")]
    pub drain_ms: Option<String>,
    /// What is logged, as in `info,spool_agent=debug` [default: info]
    #[arg(long, global = true, env = "SPOOL_LOG")]
    pub log: Option<String>,
    /// `text` or `json` [default: text]
    #[arg(long, global = true, env = "SPOOL_LOG_FORMAT")]
    pub log_format: Option<String>,
}

/// What to do instead of running.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum Task {
    /// Says what would work on this node, and why not; disturbs no agent that runs
    Check {
        /// For programs
        #[arg(long)]
        json: bool,
    },
}

/// The agent's token. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The one way out, for the header.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Everything that can be set, understood.
#[derive(Debug, Clone)]
pub struct Config {
    pub server: Address,
    pub token: Option<Secret>,
    pub name: String,
    pub id_file: PathBuf,
    /// `None`: one for each GPU, or one.
    pub slots: Option<u32>,
    pub engines: Engines,
    pub python: PathBuf,
    pub labels: BTreeMap<String, String>,
    pub price_per_hour: Option<f64>,
    pub stalls: Stalls,
    pub drain: Duration,
    pub log_filter: String,
    pub log_format: LogFormat,
}

impl Config {
    /// Reads flags and environment; what to do is known even if the settings make no sense.
    pub fn from_process() -> (Option<Task>, Result<Self, ConfigError>) {
        let flags = Flags::parse();
        (flags.task, Self::understand(flags, env::var("SPOOL_AGENT_TOKEN").ok()))
    }

    /// `token` is the value of `SPOOL_AGENT_TOKEN`.
    pub fn understand(flags: Flags, token: Option<String>) -> Result<Self, ConfigError> {
        let server = given(flags.server).unwrap_or_else(|| "ws://127.0.0.1:8080".into());
        let engines = given(flags.engines).unwrap_or_else(|| DEFAULT_ENGINES.into());
        Ok(Self {
            server: Address::parse(&server)?,
            token: secret(given(token), given(flags.agent_token_file))?,
            name: name(given(flags.agent_name))?,
            id_file: given(flags.agent_id_file).map_or_else(default_id_file, |path| Ok(path.into()))?,
            slots: slots(given(flags.slots))?,
            engines: Engines::parse(&engines)?,
            python: given(flags.python).unwrap_or_else(|| "python3".into()).into(),
            labels: labels::parse(given(flags.agent_labels))?,
            price_per_hour: labels::price(given(flags.agent_price_per_hour))?,
            stalls: given(flags.stall_ms)
                .map_or_else(|| Ok(Stalls::default()), |text| Stalls::parse(&text))?,
            drain: given(flags.drain_ms)
                .map_or(Ok(Duration::from_mins(10)), |text| milliseconds("SPOOL_DRAIN_MS", &text))?,
            log_filter: given(flags.log).unwrap_or_else(|| "info".into()),
            log_format: given(flags.log_format)
                .map_or(Ok(LogFormat::Text), |text| LogFormat::parse(&text))?,
        })
    }
}

/// An empty variable is one that is not set: compose files pass those.
fn given(value: Option<String>) -> Option<String> {
    value.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn milliseconds(name: &'static str, text: &str) -> Result<Duration, ConfigError> {
    let number =
        text.parse().map_err(|_| ConfigError::new(name, "must be a whole number of milliseconds"))?;
    Ok(Duration::from_millis(number))
}

fn slots(text: Option<String>) -> Result<Option<u32>, ConfigError> {
    let Some(text) = text else { return Ok(None) };
    match text.parse() {
        Ok(slots @ 1..=MAX_SLOTS) => Ok(Some(slots)),
        _ => Err(ConfigError::new("SPOOL_SLOTS", format!("must be a whole number from 1 to {MAX_SLOTS}"))),
    }
}

fn name(text: Option<String>) -> Result<String, ConfigError> {
    let name = text.unwrap_or_else(|| {
        let host = nix::unistd::gethostname().ok().and_then(|host| host.into_string().ok());
        host.filter(|host| !host.is_empty()).unwrap_or_else(|| "agent".into())
    });
    if name.len() > MAX_NAME || name.chars().any(char::is_control) {
        let why = format!("must have at most {MAX_NAME} bytes, none of them a control character");
        return Err(ConfigError::new("SPOOL_AGENT_NAME", why));
    }
    Ok(name)
}

fn secret(token: Option<String>, file: Option<String>) -> Result<Option<Secret>, ConfigError> {
    let (setting, token) = match (token, file) {
        (Some(token), None) => ("SPOOL_AGENT_TOKEN", token),
        (None, Some(file)) => {
            let text = fs::read_to_string(Path::new(&file)).map_err(|error| {
                ConfigError::new(
                    "SPOOL_AGENT_TOKEN_FILE",
                    format!("names {file}, which cannot be read: {error}"),
                )
            })?;
            ("SPOOL_AGENT_TOKEN_FILE", text.trim().to_owned())
        }
        (None, None) => return Ok(None),
        (Some(_), Some(_)) => {
            return Err(ConfigError::new("SPOOL_AGENT_TOKEN_FILE", "and SPOOL_AGENT_TOKEN are both set"));
        }
    };
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(ConfigError::new(setting, "must hold one word of printable ASCII characters"));
    }
    Ok(Some(Secret(token)))
}

fn default_id_file() -> Result<PathBuf, ConfigError> {
    let folder = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    folder("XDG_DATA_HOME")
        .or_else(|| folder("HOME").map(|home| home.join(".local/share")))
        .map(|data| data.join("spool/agent-id"))
        .ok_or_else(|| ConfigError::new("SPOOL_AGENT_ID_FILE", "must be set where there is no home folder"))
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use clap::CommandFactory as _;

    use super::*;

    fn refusal(change: impl FnOnce(&mut Flags)) -> String {
        let mut flags = Flags::default();
        change(&mut flags);
        Config::understand(flags, None).unwrap_err().to_string()
    }

    #[test]
    fn without_any_setting_the_agent_looks_for_an_api_on_this_machine() {
        let config = Config::understand(Flags::default(), None).unwrap();
        assert_eq!(config.server.control().as_str(), "ws://127.0.0.1:8080/api/agents/connect");
        assert_eq!((config.slots, config.engines.as_str()), (None, DEFAULT_ENGINES));
        assert_eq!((config.drain, config.token), (Duration::from_mins(10), None));
    }

    #[test]
    fn a_wrong_setting_is_one_sentence_that_names_it() {
        assert_eq!(
            refusal(|flags| flags.slots = Some("0".into())),
            "SPOOL_SLOTS must be a whole number from 1 to 64."
        );
        assert_eq!(
            refusal(|flags| flags.drain_ms = Some("soon".into())),
            "SPOOL_DRAIN_MS must be a whole number of milliseconds."
        );
        assert_eq!(
            refusal(|flags| flags.agent_token_file = Some("/nowhere".into())),
            "SPOOL_AGENT_TOKEN_FILE names /nowhere, which cannot be read: No such file or directory (os error 2)."
        );
        assert_eq!(
            refusal(|flags| flags.log_format = Some("xml".into())),
            "SPOOL_LOG_FORMAT must be text or json."
        );
    }

    #[test]
    fn an_empty_variable_counts_as_not_set() {
        let flags = Flags { slots: Some(String::new()), engines: Some("  ".into()), ..Flags::default() };
        let config = Config::understand(flags, Some(String::new())).unwrap();
        assert_eq!((config.slots, config.token), (None, None));
    }

    #[test]
    fn the_token_never_shows_itself_and_a_wrong_one_is_not_repeated() {
        let config = Config::understand(Flags::default(), Some("very secret".into()));
        let refusal = config.unwrap_err().to_string();
        assert_eq!(refusal, "SPOOL_AGENT_TOKEN must hold one word of printable ASCII characters.");
        let config = Config::understand(Flags::default(), Some("canary".into())).unwrap();
        assert!(!format!("{config:?}").contains("canary"));
        assert_eq!(config.token.unwrap().reveal(), "canary");
    }

    /// The settings as a table in Markdown, made from their definitions. A default that only the help tells stands in
    /// brackets at its end.
    fn table(command: &clap::Command) -> String {
        let mut table = "\n| setting | default | what |\n|---|---|---|\n".to_owned();
        for argument in command.get_arguments() {
            let Some(name) = argument.get_env().and_then(|name| name.to_str()) else { continue };
            let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
            let (what, told) = help.split_once(" [default: ").unwrap_or((&help, ""));
            let default = argument.get_default_values().first().and_then(|value| value.to_str());
            let default = default.unwrap_or_else(|| told.trim_end_matches(']')).trim_matches('`');
            let default = if default.is_empty() { "–".to_owned() } else { format!("`{default}`") };
            let what = what.trim_end_matches('.').replace('|', "\\|");
            writeln!(table, "| `{name}` | {default} | {what} |").unwrap();
        }
        table + "\n"
    }

    #[test]
    fn the_document_has_every_setting_with_its_default() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
        let text = std::fs::read_to_string(&path).unwrap();
        let (before, rest) = text.split_once("<!-- settings -->\n").unwrap();
        let (_, after) = rest.split_once("<!-- end of settings -->").unwrap();
        let table = table(&Flags::command());
        let made = format!("{before}<!-- settings -->\n{table}<!-- end of settings -->{after}");
        if std::env::var_os("SPOOL_BLESS").is_some() {
            std::fs::write(&path, &made).unwrap();
        }
        let written = std::fs::read_to_string(&path).unwrap();
        assert!(written == made, "README.md lacks a setting; SPOOL_BLESS=1 writes it again");
        assert!(table.lines().count() > 12, "{table}");
    }

    #[test]
    fn the_defaults_that_the_help_tells_hold() {
        let help = Flags::command().render_help().to_string().replace('`', "");
        let config = Config::understand(Flags::default(), None).unwrap();
        let drain = config.drain.as_millis().to_string();
        for default in [DEFAULT_ENGINES, "ws://127.0.0.1:8080", "python3", &drain, &config.log_filter] {
            assert!(help.contains(&format!("[default: {default}]")), "{default}: {help}");
        }
        assert_eq!(config.python, Path::new("python3"));
        assert_eq!(Address::parse("ws://127.0.0.1:8080").unwrap(), config.server);
    }
}
