//! Which agents are let in.

use clap::Args;
use semver::Version;

#[derive(Debug, Clone, Args)]
pub struct AgentsConfig {
    /// The oldest version of the agent program that may connect, as in `0.2.0`; without it, any that speaks the protocol.
    #[arg(long, env = "SPOOL_MIN_AGENT_VERSION", value_name = "SPOOL_MIN_AGENT_VERSION")]
    pub min_agent_version: Option<Version>,
}
