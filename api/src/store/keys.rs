//! Every Redis key of Spool, in one table. The functions for Rust and the ones for the scripts both come from it.

use std::fmt::Display;

/// The layout that this version reads and writes. It changes when a key or field changes its meaning.
pub(crate) const SCHEMA: u32 = 3;

/// One row: the name that code uses, the pattern after the prefix, and what is there.
/// `<…>` marks the one argument that a key may take.
pub(crate) struct Pattern {
    pub(crate) name: &'static str,
    pub(crate) pattern: &'static str,
}

macro_rules! patterns {
    ($($(#[doc = $doc:literal])+ $name:ident = $pattern:literal;)+) => {
        pub(crate) const PATTERNS: &[Pattern] =
            &[$(Pattern { name: stringify!($name), pattern: $pattern }),+];
    };
}

patterns! {
    /// hash: id, schema, created
    session = "session";
    /// hash: jobs by status, those that wait for a time by class (`delayed:<class>`), those that wait by owner
    /// (`queued:<owner>`), and the ordinals `submitted`, `served`, `events`
    counters = "counters";
    /// stream of every transition of every job, capped; the id is `<dense number>-0`
    events = "events";
    /// channel: progress reports, absolute
    progress = "progress";
    /// channel: that a job has a newer preview
    previews = "previews";
    /// hash: the record of a job
    job = "job:<id>";
    /// string: the parameters and inputs of a job, JSON
    input = "job:<id>:input";
    /// string: the outputs and timings, or the error, of a job, JSON
    output = "job:<id>:output";
    /// hash: the newest preview of a running job, for a short while
    preview = "job:<id>:preview";
    /// string: whose a deleted job was, for a while
    gone = "gone:<id>";
    /// sorted set of an owner's jobs by ordinal
    index = "jobs:<owner>";
    /// hash: job and body of an Idempotency-Key
    idem = "idem:<owner and key>";
    /// sorted set of pictures by the time until which a request or an image id refers to them
    refs = "refs";
    /// set of the jobs that refer to a picture
    users = "users:<sha256>";
    /// string: a picture that is being deleted
    condemned = "condemned:<sha256>";
    /// string: a picture that its owner may name, JSON
    image = "image:<owner and id>";
    /// sorted set of jobs by when they ended; how long they are kept is not in it, for that setting may change
    finished = "finished";
    /// sorted set of jobs with a lease by its deadline
    leases = "leases";
    /// sorted set of jobs that wait for a time, by it
    delayed = "delayed";
    /// stream: a lane
    lane = "lane:<class/priority/owner>";
    /// stream: the requeued jobs of a lane
    again = "again:<class/priority/owner>";
    /// sorted set of the jobs of a lane in the order in which they go, the requeued ones first
    order = "order:<class/priority/owner>";
    /// list of how long the last attempts of a class took, milliseconds, newest first
    durations = "durations:<class>";
    /// sorted set of lanes with waiting jobs by last service
    turns = "turns:<class:level>";
    /// sorted set of classes with waiting jobs by last service
    waiting = "waiting:<level>";
    /// sorted set of lanes by the time since which their head waits
    heads = "heads";
    /// hash: the time since which no agent that takes jobs offers a class
    unserved = "unserved";
    /// sorted set of connected agents by the time at which silence makes them dead
    agents = "agents";
    /// sorted set of agents that were lost or left, by when
    lost = "lost";
    /// hash: presence of an agent
    agent = "agent:<id>";
    /// hash: job → token, for each place of an agent that is taken
    places = "agent:<id>:places";
    /// sorted set of the jobs that failed on an agent of late, by when
    failures = "agent:<id>:failures";
    /// sorted set of agents that get nothing after many failures, by the end of that
    quarantine = "quarantine";
    /// string: what an agent says of itself, JSON
    card = "agent:<id>:card";
    /// sorted set of connected agents by memory in bytes
    memory = "memory";
    /// hash: profile → number of agents that take jobs, for the profiles that offer a class
    offers = "offers:<class>";
    /// sorted set of agents of one profile with a free place by last service
    free = "free:<profile>";
    /// sorted set of agents with a free place and the class loaded by last service
    warm = "warm:<class>";
    /// string: whom a browser's cookie stands for, under the hash of the cookie: name and fingerprint of a key
    login = "login:<hash>";
    /// stream: what one replica must tell its agents
    mail = "mail:<replica>";
    /// string: a living replica
    replica = "replica:<id>";
    /// hash: passed_at and mercy_until of the reaper
    judge = "judge";
}

impl Pattern {
    /// What stands before the argument, and whether there is one.
    pub(crate) fn parts(&self) -> (&'static str, bool, &'static str) {
        match (self.pattern.find('<'), self.pattern.find('>')) {
            (Some(from), Some(to)) => (
                self.pattern.get(..from).unwrap_or_default(),
                true,
                self.pattern.get(to + 1..).unwrap_or_default(),
            ),
            _ => (self.pattern, false, ""),
        }
    }
}

/// Builds keys under one prefix and partition.
#[derive(Debug, Clone)]
pub(crate) struct Keys {
    prefix: String,
}

impl Keys {
    /// Keys of partition 0 under `prefix`; the braces make Redis Cluster keep the partition on one node.
    pub(crate) fn new(prefix: &str) -> Self {
        Self { prefix: format!("{prefix}:{{0}}:") }
    }

    /// What every key begins with.
    pub(crate) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// A key without an argument.
    pub(crate) fn fixed(&self, name: &str) -> String {
        self.of(name, "")
    }

    /// A key with its argument.
    pub(crate) fn of(&self, name: &str, argument: impl Display) -> String {
        let pattern = PATTERNS.iter().find(|pattern| pattern.name == name);
        let (before, takes, after) = pattern.map_or(("unknown:", true, ""), Pattern::parts);
        let prefix = &self.prefix;
        if takes { format!("{prefix}{before}{argument}{after}") } else { format!("{prefix}{before}") }
    }
}

/// The Lua definitions of the named keys: `key_leases` for a fixed key, `key_job(id)` for one with an argument.
pub(crate) fn lua_keys<'a>(names: impl Iterator<Item = &'a str>) -> String {
    use std::fmt::Write as _;
    let mut code = String::new();
    for name in names {
        let Some(pattern) = PATTERNS.iter().find(|pattern| pattern.name == name) else { continue };
        let (before, takes, after) = pattern.parts();
        // Writing to a String cannot fail.
        let _ = match (takes, after) {
            (false, _) => writeln!(code, "local key_{name} = P .. '{before}'"),
            (true, "") => writeln!(code, "local function key_{name}(a) return P .. '{before}' .. a end"),
            (true, _) => {
                writeln!(code, "local function key_{name}(a) return P .. '{before}' .. a .. '{after}' end")
            }
        };
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_carries_prefix_and_partition() {
        let keys = Keys::new("spool");
        assert_eq!(keys.fixed("leases"), "spool:{0}:leases");
        assert_eq!(keys.of("places", "a1"), "spool:{0}:agent:a1:places");
    }

    #[test]
    fn scripts_build_the_same_keys() {
        assert_eq!(
            lua_keys(["leases", "places"].into_iter()),
            "local key_leases = P .. 'leases'\n\
             local function key_places(a) return P .. 'agent:' .. a .. ':places' end\n"
        );
    }
}
