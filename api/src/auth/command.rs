//! `spool-api key`: makes, lists and revokes keys of people and programs, and tokens of agents.

use std::{env, io::Write, path::PathBuf};

use clap::{Args, Subcommand};

use super::{
    Kind, Scopes,
    edit::{self, EditError},
    file::{Hash, Named, checked_name},
};

/// Makes, lists and revokes API keys and agents' tokens.
#[derive(Debug, Args)]
pub struct KeyCommand {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Makes a key, adds its hash to the file, and shows its secret this once.
    New {
        /// Who the key is for; jobs belong to this name.
        name: String,
        /// What it permits beside reading one's own jobs: submit, high, admin, with commas between them; - for none.
        #[arg(long, default_value = "submit")]
        scope: Scopes,
        #[command(flatten)]
        place: Place,
    },
    /// Lists the keys of the file.
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Takes a key out of the file.
    Revoke {
        name: String,
        #[command(flatten)]
        place: Place,
    },
}

/// Which file.
#[derive(Debug, Args)]
struct Place {
    /// A token for agents instead of an API key.
    #[arg(long)]
    agent: bool,
    /// The file; the one of `SPOOL_API_KEYS_FILE` when absent, or of `SPOOL_AGENT_TOKENS_FILE` with --agent.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum KeyCommandError {
    #[error("say which file: --file FILE, or set {0}")]
    NoFile(&'static str),
    #[error("{0}")]
    Name(&'static str),
    #[error("a token of an agent has no scopes; leave --scope out")]
    AgentScope,
    #[error(transparent)]
    Edit(#[from] EditError),
    #[error("cannot print: {0}")]
    Print(#[from] std::io::Error),
}

impl KeyCommand {
    /// Does it. What programs read, a secret or a list, goes to `out`, and the words around it to `words`.
    pub fn run(self, out: &mut impl Write, words: &mut impl Write) -> Result<(), KeyCommandError> {
        match self.action {
            Action::New { name, scope, place } => new(&name, scope, &place, out, words),
            Action::List { place } => {
                let (kind, file) = (place.kind(), place.file()?);
                let all = edit::list(kind, &file)?;
                let width = all.iter().map(|named| named.name.len()).max().unwrap_or_default();
                for named in &all {
                    match kind {
                        Kind::Client => writeln!(out, "{:width$}  {}", named.name, named.scopes)?,
                        Kind::Agent => writeln!(out, "{}", named.name)?,
                    }
                }
                Ok(writeln!(words, "{} {}s in {}.", all.len(), kind.noun(), file.display())?)
            }
            Action::Revoke { name, place } => {
                let (kind, file) = (place.kind(), place.file()?);
                edit::remove(kind, &file, &name)?;
                let noun = kind.noun();
                writeln!(words, "The {noun} {name} is out of {}.", file.display())?;
                let ends = match kind {
                    Kind::Client => "refuses it and closes what it has open",
                    Kind::Agent => "closes the connections of its agents, whose jobs go on elsewhere,",
                };
                Ok(writeln!(words, "An API that reads this file {ends} within a second.")?)
            }
        }
    }
}

impl Place {
    const fn kind(&self) -> Kind {
        if self.agent { Kind::Agent } else { Kind::Client }
    }

    fn file(&self) -> Result<PathBuf, KeyCommandError> {
        let setting = self.kind().setting();
        let set = || env::var_os(setting).filter(|file| !file.is_empty()).map(PathBuf::from);
        self.file.clone().or_else(set).ok_or(KeyCommandError::NoFile(setting))
    }
}

fn new(
    name: &str,
    scopes: Scopes,
    place: &Place,
    out: &mut impl Write,
    words: &mut impl Write,
) -> Result<(), KeyCommandError> {
    let (kind, file) = (place.kind(), place.file()?);
    checked_name(name).map_err(KeyCommandError::Name)?;
    // Submitting is the default of keys, and says nothing of an agent.
    let scopes = match kind {
        Kind::Client => scopes,
        Kind::Agent if scopes == Scopes::only_submit() => Scopes::default(),
        Kind::Agent => return Err(KeyCommandError::AgentScope),
    };
    let secret = format!("{}{}", kind.prefix(), hex::encode(rand::random::<[u8; 32]>()));
    edit::add(kind, &file, &Named { name: name.to_owned(), hash: Hash::of(&secret), scopes })?;
    let (noun, shown, setting) = (kind.noun(), file.display(), kind.setting());
    writeln!(words, "Added the {noun} {name} to {shown}. This is its secret; it is shown only now:\n")?;
    words.flush()?;
    writeln!(out, "{secret}")?;
    out.flush()?;
    match kind {
        Kind::Client => {
            writeln!(words, "\nIt may do this: {}. Jobs belong to the name {name}.", told(scopes))?;
            writeln!(
                words,
                "Put it into SPOOL_API_KEY for the command line and the Python library, or send it as"
            )?;
            writeln!(words, "  Authorization: Bearer spool_…")?;
        }
        Kind::Agent => {
            writeln!(words, "\nPut it into SPOOL_AGENT_TOKEN where the agent runs, or into a file that")?;
            writeln!(words, "SPOOL_AGENT_TOKEN_FILE names there.")?;
        }
    }
    writeln!(words, "An API that runs with {setting}={shown} knows it within a second.")?;
    Ok(())
}

fn told(scopes: Scopes) -> String {
    let words: Vec<_> = ["read its own jobs"].into_iter().chain(scopes.words()).collect();
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use insta::assert_snapshot;

    use super::*;

    #[derive(Parser)]
    #[command(no_binary_name = true)]
    struct Line {
        #[command(flatten)]
        command: KeyCommand,
    }

    /// What the command prints; the secret separately.
    fn run(arguments: &[&str]) -> Result<(String, String), String> {
        let line = Line::try_parse_from(arguments).map_err(|error| error.to_string())?;
        let (mut out, mut words) = (Vec::new(), Vec::new());
        line.command.run(&mut out, &mut words).map_err(|error| error.to_string())?;
        Ok((String::from_utf8(out).unwrap(), String::from_utf8(words).unwrap()))
    }

    #[test]
    fn a_new_key_is_shown_once_and_kept_as_a_hash() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("api-keys").display().to_string();
        let (secret, words) = run(&["new", "alice", "--scope", "submit,high", "--file", &file]).unwrap();
        let secret = secret.trim_end();
        assert!(secret.starts_with("spool_") && secret.len() == "spool_".len() + 64, "{secret}");
        assert_snapshot!(words.replace(&file, "FILE"), @r"
        Added the key alice to FILE. This is its secret; it is shown only now:


        It may do this: read its own jobs, submit, high. Jobs belong to the name alice.
        Put it into SPOOL_API_KEY for the command line and the Python library, or send it as
          Authorization: Bearer spool_…
        An API that runs with SPOOL_API_KEYS_FILE=FILE knows it within a second.
        ");
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(!text.contains(secret) && text.contains(&Hash::of(secret).to_string()));
        let (list, _) = run(&["list", "--file", &file]).unwrap();
        assert_eq!(list, "alice  submit,high\n");
        let again = run(&["new", "alice", "--file", &file]).unwrap_err();
        assert_eq!(again.replace(&file, "FILE"), "FILE has a key of the name alice already; revoke it first");
        run(&["revoke", "alice", "--file", &file]).unwrap();
        assert_eq!(run(&["list", "--file", &file]).unwrap().0, "");
    }

    #[test]
    fn a_token_of_an_agent_has_another_prefix_and_no_scopes() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tokens").display().to_string();
        let (secret, words) = run(&["new", "gpu-1", "--agent", "--file", &file]).unwrap();
        assert!(secret.starts_with("spoola_") && words.contains("SPOOL_AGENT_TOKEN"));
        assert_eq!(run(&["list", "--agent", "--file", &file]).unwrap().0, "gpu-1\n");
        let refused = run(&["new", "gpu-2", "--agent", "--scope", "admin", "--file", &file]).unwrap_err();
        assert_eq!(refused, "a token of an agent has no scopes; leave --scope out");
    }

    #[test]
    fn what_is_wrong_is_said_in_a_sentence() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("keys").display().to_string();
        assert!(run(&["new", "a b", "--file", &file]).unwrap_err().starts_with("a name has 1 to 64 "));
        assert!(
            run(&["new", "a", "--scope", "all", "--file", &file])
                .unwrap_err()
                .contains("submit, high, admin")
        );
        let refused = run(&["revoke", "bob", "--file", &file]).unwrap_err();
        assert!(refused.contains("cannot be read"), "{refused}");
        std::fs::write(&file, "alice spool_canary\n").unwrap();
        let refused = run(&["new", "bob", "--file", &file]).unwrap_err();
        assert!(refused.contains("line 1") && !refused.contains("canary"), "{refused}");
    }
}
