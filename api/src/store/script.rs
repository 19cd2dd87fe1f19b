//! Scripts: how a `.lua` file with its contract becomes a Redis script, and how it is called.
//!
//! The header of each file is not only documentation: `Uses` names the shared pieces that are put before the
//! body, `Touches` the keys that it gets functions for, and `Args` the names its arguments are bound to. A test
//! checks that body and header agree.

use std::{
    fmt::Display,
    time::{Duration, Instant},
};

use redis::{RedisResult, ServerErrorKind, Value, aio::ConnectionManager};

use super::{error::StoreError, keys, limits::Limits};
use crate::measure;

/// How often a call is tried when Redis did not answer. Every script but `schedule` gives the same answer twice.
const TRIES: u32 = 3;

/// How often a call is made whose script Redis forgets each time between its loading and its call. It has not run then.
const LOADS: u32 = 4;

/// What time it is, for every script.
const CLOCK: &str = include_str!("lua/lib/clock.lua");
/// The shared pieces.
const LIBRARY: &[(&str, &str)] = &[
    ("judge", include_str!("lua/lib/judge.lua")),
    ("events", include_str!("lua/lib/events.lua")),
    ("mail", include_str!("lua/lib/mail.lua")),
    ("record", include_str!("lua/lib/record.lua")),
    ("lanes", include_str!("lua/lib/lanes.lua")),
    ("heads", include_str!("lua/lib/heads.lua")),
    ("leaving", include_str!("lua/lib/leaving.lua")),
    ("agents", include_str!("lua/lib/agents.lua")),
    ("readopting", include_str!("lua/lib/readopting.lua")),
    ("quarantine", include_str!("lua/lib/quarantine.lua")),
    ("waking", include_str!("lua/lib/waking.lua")),
    ("presence", include_str!("lua/lib/presence.lua")),
    ("ending", include_str!("lua/lib/ending.lua")),
    ("losing", include_str!("lua/lib/losing.lua")),
    ("seats", include_str!("lua/lib/seats.lua")),
    ("pick", include_str!("lua/lib/pick.lua")),
    ("handing", include_str!("lua/lib/handing.lua")),
];

/// A file's contract.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Contract {
    pub(crate) name: &'static str,
    pub(crate) source: &'static str,
}

impl Contract {
    /// The words after a heading of the header.
    pub(crate) fn words(&self, heading: &str) -> impl Iterator<Item = &'static str> + use<> {
        let prefix = format!("-- {heading} ");
        let line = self.source.lines().take_while(|line| line.starts_with("--") || line.starts_with("#!"));
        line.filter_map(move |line| line.strip_prefix(&prefix)).flat_map(str::split_whitespace)
    }

    /// The shared pieces, in the order in which they can be put before the body.
    pub(crate) fn libraries(&self) -> impl Iterator<Item = &'static str> + use<> {
        let uses: Vec<&str> = self.words("Uses").collect();
        LIBRARY.iter().filter(move |(name, _)| uses.contains(name)).map(|(name, source)| {
            let file = ["lib/", name].concat();
            spool_faults::script(&file, source)
        })
    }

    /// The whole script: keys, constants, arguments, the guard of the session, the shared pieces, the body.
    fn compose(&self, limits: &Limits) -> String {
        let (shebang, body) = self.source.split_once('\n').unwrap_or(("#!lua", self.source));
        let args: Vec<&str> = self.words("Args").collect();
        let bound: Vec<String> = (0..args.len()).map(|i| format!("ARGV[{}]", i + 2)).collect();
        let guarded = self.words("Guard").next() != Some("none");
        let mut code = format!("{shebang}\nlocal P = string.sub(KEYS[1], 1, -8)\n");
        code += &keys::lua_keys(self.words("Touches"));
        code += &limits.lua(&[body], self.libraries());
        if !args.is_empty() {
            code += &["local ", &args.join(", "), " = ", &bound.join(", "), "\n"].concat();
        }
        if guarded {
            code += "if redis.call('HGET', key_session, 'id') ~= ARGV[1] then return { 'session' } end\n";
        }
        code += spool_faults::script("lib/clock", CLOCK);
        for library in self.libraries() {
            code += library;
        }
        code += body;
        code
    }
}

/// A script that is ready to be called.
#[derive(Debug)]
pub(crate) struct Script {
    contract: Contract,
    args: Vec<&'static str>,
    prepared: redis::Script,
}

impl Script {
    pub(crate) fn new(contract: Contract, limits: &Limits) -> Self {
        let prepared = redis::Script::new(&contract.compose(limits));
        Self { contract, args: contract.words("Args").collect(), prepared }
    }

    /// Begins a call. Arguments follow by name, in the order of the contract.
    pub(crate) fn call(&self, session_key: &str, session: impl Display) -> Call<'_> {
        let mut invocation = self.prepared.prepare_invoke();
        invocation.key(session_key).arg(session.to_string());
        if let Some(now) = spool_faults::host_clock_ms() {
            invocation.key(now);
        }
        Call { script: self, invocation, given: 0, named_right: true }
    }
}

/// A call in the making.
#[must_use]
pub(crate) struct Call<'a> {
    script: &'a Script,
    invocation: redis::ScriptInvocation<'a>,
    given: usize,
    named_right: bool,
}

impl Call<'_> {
    pub(crate) fn arg(mut self, name: &str, value: impl redis::ToRedisArgs) -> Self {
        self.named_right &= self.script.args.get(self.given) == Some(&name);
        self.invocation.arg(value);
        self.given += 1;
        self
    }

    /// Calls once.
    pub(crate) async fn once(self, redis: &ConnectionManager) -> Result<Reply, StoreError> {
        self.send(redis).await
    }

    /// Calls, and again when Redis did not answer: the script may or may not have run, and says the same twice.
    pub(crate) async fn run(self, redis: &ConnectionManager) -> Result<Reply, StoreError> {
        let mut pause = Duration::from_millis(50);
        for _ in 1..TRIES {
            match self.send(redis).await {
                Err(StoreError::Unavailable(_)) => {
                    tokio::time::sleep(pause.mul_f64(rand::random_range(0.5..1.5))).await;
                }
                settled => return settled,
            }
            pause *= 4;
        }
        self.send(redis).await
    }

    async fn send(&self, redis: &ConnectionManager) -> Result<Reply, StoreError> {
        let name = self.script.contract.name;
        if !self.named_right || self.given != self.script.args.len() {
            return Err(StoreError::contract(name, "called with other arguments than its header names"));
        }
        let mut redis = redis.clone();
        let begun = Instant::now();
        let mut answer: RedisResult<Vec<Value>> = self.invocation.invoke_async(&mut redis).await;
        for _ in 1..LOADS {
            if !answer.as_ref().is_err_and(|error| error.kind() == ServerErrorKind::NoScript.into()) {
                break;
            }
            answer = self.invocation.invoke_async(&mut redis).await;
        }
        let answer = answer.map(|values| Reply { script: name, values });
        let word = answer.as_ref().ok().and_then(|reply| reply.word().ok());
        measure::scripted(name, word.unwrap_or("error"), begun.elapsed());
        let reply = answer?;
        if reply.word()? == "session" { Err(StoreError::Session) } else { Ok(reply) }
    }
}

/// A script's answer: a word, then what belongs to it.
#[derive(Debug)]
pub(crate) struct Reply {
    script: &'static str,
    values: Vec<Value>,
}

impl Reply {
    /// The word that says what happened.
    pub(crate) fn word(&self) -> Result<&str, StoreError> {
        match self.values.first() {
            Some(Value::BulkString(bytes)) => std::str::from_utf8(bytes).map_err(|_| self.odd()),
            _ => Err(self.odd()),
        }
    }

    /// The value at `index`; the word is at 0.
    pub(crate) fn get<T: redis::FromRedisValue>(&self, index: usize) -> Result<T, StoreError> {
        let value = self.values.get(index).cloned().ok_or_else(|| self.odd())?;
        T::from_redis_value(value).map_err(|_| self.odd())
    }

    /// Every value after the word.
    pub(crate) fn rest<T: redis::FromRedisValue>(&self) -> Result<Vec<T>, StoreError> {
        (1..self.values.len()).map(|index| self.get(index)).collect()
    }

    /// An answer that the contract does not name.
    pub(crate) fn odd(&self) -> StoreError {
        StoreError::contract(self.script, "answered what its header does not name")
    }
}
