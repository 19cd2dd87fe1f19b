//! Agents that are not who they say, or speak of what is not theirs.

use std::{path::PathBuf, time::Duration};

use redis::{Commands, Connection, RedisError};
use spool_shared::{
    ids::{AgentId, BootId, JobId, Token},
    job::FailureCode,
    protocol::{CONTROL_PATH, FromAgent, RefusedCode, ReleaseReason, ToAgent, decode, encode},
};

use crate::{
    hello::{Program, hello},
    redis::PREFIX,
    rude::{BINARY, LAST, Rude, frame},
};

/// How long a server that is frozen, or Redis, is waited for.
const ANSWER: Duration = Duration::from_secs(3);
/// How long an agent that lost its connection may take to come back: longer than the first pauses between its tries.
const BACK: Duration = Duration::from_secs(2);

/// What is known of the world: where agents keep their ids, what stands in Redis, and the file with the token that agents
/// need, if they do.
#[derive(Clone)]
pub(super) struct Knowledge {
    pub(super) folder: PathBuf,
    pub(super) redis: redis::Client,
    pub(super) token: Option<PathBuf>,
}

impl Knowledge {
    fn id_of(&self, agent: usize) -> Option<AgentId> {
        let file = self.folder.join(format!("agent-{}.id", agent + 1));
        std::fs::read_to_string(file).ok()?.trim().parse().ok()
    }

    /// Opens a WebSocket as an agent does, if somebody is there.
    pub(super) async fn opens(&self, address: &str, path: &str) -> Option<Rude> {
        let token = self.token.as_ref().and_then(|file| std::fs::read_to_string(file).ok());
        let opening = Rude::try_open_with(address, path, token.as_deref());
        tokio::time::timeout(ANSWER, opening).await.ok()?.ok()
    }

    /// A job that an agent runs, and the token of its lease.
    fn running(&self) -> Option<(JobId, Token)> {
        let connection = self.redis.get_connection_with_timeout(ANSWER).ok()?;
        connection.set_read_timeout(Some(ANSWER)).ok()?;
        running(connection).ok().flatten()
    }
}

fn running(mut redis: Connection) -> Result<Option<(JobId, Token)>, RedisError> {
    let leased: Vec<String> = redis.zrange(format!("{PREFIX}leases"), 0, -1)?;
    for job in leased {
        let token: Option<String> = redis.hget(format!("{PREFIX}job:{job}"), "token")?;
        if let (Ok(job), Some(token)) = (job.parse(), token.and_then(|token| token.parse().ok())) {
            return Ok(Some((job, token)));
        }
    }
    Ok(None)
}

/// A second program says that it is this agent; 1 if it was told that there is one already. Where the first is away, it
/// is taken for it, leaves, and stays away while the first comes back: whoever is told that there is one already waits
/// for half a minute, and one that came again at once would meet it each time.
pub(super) async fn twin(address: &str, agent: usize, knows: &Knowledge) -> u64 {
    let Some(id) = knows.id_of(agent) else { return 0 };
    let program = Program { id, boot: BootId::from_random(rand::random()) };
    match welcomed(address, program, "twin", knows).await {
        Some((_, ToAgent::Goodbye { code, .. })) => u64::from(code == "duplicate_agent"),
        Some((socket, ToAgent::Welcome { .. })) => {
            drop(socket);
            tokio::time::sleep(BACK).await;
            0
        }
        _ => 0,
    }
}

/// An agent without slots ends the jobs of another one, under the token that this one was given; how often it was told
/// that the lease is not its own.
pub(super) async fn thief(address: &str, knows: &Knowledge) -> u64 {
    let Some((mut socket, ToAgent::Welcome { .. })) = welcomed(address, Program::new(), "thief", knows).await
    else {
        return 0;
    };
    let Some((job, token)) = tokio::task::block_in_place(|| knows.running()) else { return 0 };
    let message = "not mine".to_owned();
    let code = FailureCode::EngineError;
    let mut refused = 0;
    for lie in [
        FromAgent::Failed { job, token, code, message, hint: None, retryable: false },
        FromAgent::Released { job, token, reason: ReleaseReason::Drained },
    ] {
        socket.sends(&frame(LAST | BINARY, &encode(&lie).expect("a message"))).await;
        let refusal = ToAgent::Refused { job, token, code: RefusedCode::Stale };
        refused += u64::from(heard(&mut socket, |said| *said == refusal).await.is_some());
    }
    refused
}

/// Says hello, and what the server says first, if it was there.
async fn welcomed(address: &str, program: Program, name: &str, knows: &Knowledge) -> Option<(Rude, ToAgent)> {
    let mut socket = knows.opens(address, CONTROL_PATH).await?;
    let said = encode(&hello(program, name, 0, Vec::new())).expect("a hello");
    socket.sends(&frame(LAST | BINARY, &said)).await;
    let told = heard(&mut socket, |_| true).await?;
    Some((socket, told))
}

/// The next message for which this holds.
async fn heard(socket: &mut Rude, wanted: impl Fn(&ToAgent) -> bool) -> Option<ToAgent> {
    let hearing = async {
        loop {
            let (_, payload) = socket.next().await?;
            if let Some(said) = decode(&payload).ok().filter(&wanted) {
                return Some(said);
            }
        }
    };
    tokio::time::timeout(ANSWER, hearing).await.ok().flatten()
}
