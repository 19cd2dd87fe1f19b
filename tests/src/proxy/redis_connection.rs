//! One connection of a line between a replica and Redis.

use std::{collections::VecDeque, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::UnixStream,
    time::Instant,
};

use super::{
    redis_line::{Fate, Refusal, Shared},
    resp::{self, Malformed},
};

/// What the answer to a command will be.
enum Answer {
    Passed,
    /// The connection ends when it comes.
    Kept,
    Late(Duration),
    /// The line gives it itself.
    Ours(Refusal),
}

/// One connection, carried by one task: so answers of the line itself keep their order among those of Redis.
pub(super) struct Connection<'a> {
    shared: &'a Shared,
    client: UnixStream,
    redis: UnixStream,
    /// Bytes of commands and answers that are not whole yet.
    asked: Vec<u8>,
    answered: Vec<u8>,
    /// The answers that are still to come, in order.
    expected: VecDeque<Answer>,
    /// What is on its way to Redis, and back.
    asking: Late,
    answering: Late,
    spared: bool,
}

/// The connection is over.
pub(super) struct Over;

impl From<Malformed> for Over {
    fn from(_: Malformed) -> Self {
        Self
    }
}

impl From<std::io::Error> for Over {
    fn from(_: std::io::Error) -> Self {
        Self
    }
}

impl<'a> Connection<'a> {
    pub(super) fn new(shared: &'a Shared, client: UnixStream, redis: UnixStream) -> Self {
        Self {
            shared,
            client,
            redis,
            asked: Vec::new(),
            answered: Vec::new(),
            expected: VecDeque::new(),
            asking: Late::default(),
            answering: Late::default(),
            spared: false,
        }
    }

    pub(super) async fn carry(mut self) -> Result<(), Over> {
        loop {
            tokio::select! {
                read = self.client.read_buf(&mut self.asked) => {
                    if read? == 0 {
                        return Ok(());
                    }
                    self.take_commands().await?;
                }
                read = self.redis.read_buf(&mut self.answered) => {
                    if read? == 0 {
                        return Ok(());
                    }
                    self.take_answers().await?;
                }
                command = self.asking.next() => self.redis.write_all(&command).await?,
                answer = self.answering.next() => self.client.write_all(&answer).await?,
            }
        }
    }

    async fn take_commands(&mut self) -> Result<(), Over> {
        while let Some(length) = resp::length(&self.asked)? {
            let command: Vec<u8> = self.asked.drain(..length).collect();
            let words = resp::words(&command);
            self.spared |= blocks(&words);
            let fate = (!self.spared).then(|| self.shared.fate(&words)).flatten();
            let mut answer = Answer::Passed;
            let mut late = Duration::ZERO;
            match fate {
                None => {}
                Some(Fate::Unsent | Fate::UnsentAndAllCut) => {
                    self.shared.disturbed.one_more();
                    if fate == Some(Fate::UnsentAndAllCut) {
                        self.shared.cut();
                    }
                    return Err(Over);
                }
                // It counts when the answer is lost.
                Some(Fate::Unanswered) => answer = Answer::Kept,
                Some(Fate::Refused(refusal)) => {
                    self.shared.disturbed.one_more();
                    self.expected.push_back(Answer::Ours(refusal));
                    self.give_ours().await?;
                    continue;
                }
                Some(Fate::Late(by)) => {
                    self.shared.disturbed.one_more();
                    late = by;
                }
                Some(Fate::AnsweredLate(by)) => answer = Answer::Late(by),
            }
            self.expected.push_back(answer);
            if let Some(command) = self.asking.delay(late, command) {
                self.redis.write_all(&command).await?;
            }
        }
        Ok(())
    }

    async fn take_answers(&mut self) -> Result<(), Over> {
        while let Some(length) = resp::length(&self.answered)? {
            let reply: Vec<u8> = self.answered.drain(..length).collect();
            let expected = if resp::is_push(&reply) { None } else { self.expected.pop_front() };
            let mut late = Duration::ZERO;
            match expected {
                Some(Answer::Kept) => {
                    self.shared.disturbed.one_more();
                    return Err(Over);
                }
                Some(Answer::Late(by)) => {
                    self.shared.disturbed.one_more();
                    late = by;
                }
                _ => {}
            }
            self.give(late, reply).await?;
            self.give_ours().await?;
        }
        Ok(())
    }

    /// Gives the answers of the line itself whose turn it is.
    async fn give_ours(&mut self) -> Result<(), Over> {
        while let Some(Answer::Ours(refusal)) = self.expected.front() {
            let reply = refusal.reply().to_vec();
            self.expected.pop_front();
            self.give(Duration::ZERO, reply).await?;
        }
        Ok(())
    }

    async fn give(&mut self, late: Duration, reply: Vec<u8>) -> Result<(), Over> {
        if let Some(reply) = self.answering.delay(late, reply) {
            self.client.write_all(&reply).await?;
        }
        Ok(())
    }
}

/// Bytes on their way, and when they arrive: in the order in which they were sent.
#[derive(Default)]
struct Late(VecDeque<(Instant, Vec<u8>)>);

impl Late {
    /// Gives `bytes` back if nothing delays them.
    fn delay(&mut self, by: Duration, bytes: Vec<u8>) -> Option<Vec<u8>> {
        if by.is_zero() && self.0.is_empty() {
            return Some(bytes);
        }
        self.0.push_back((Instant::now() + by, bytes));
        None
    }

    /// The next that arrives.
    async fn next(&mut self) -> Vec<u8> {
        let Some((due, _)) = self.0.front() else { return std::future::pending().await };
        tokio::time::sleep_until(*due).await;
        self.0.pop_front().map(|(_, bytes)| bytes).unwrap_or_default()
    }
}

/// Whether answers on a connection with this command come when Redis likes.
fn blocks(words: &[&[u8]]) -> bool {
    let is =
        |word: &[u8], names: &[&str]| names.iter().any(|name| word.eq_ignore_ascii_case(name.as_bytes()));
    let Some((first, rest)) = words.split_first() else { return false };
    is(first, &["SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE", "MONITOR"])
        || (is(first, &["XREAD", "XREADGROUP"]) && rest.iter().any(|word| is(word, &["BLOCK"])))
}
