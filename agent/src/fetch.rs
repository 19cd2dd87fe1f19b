//! Input pictures on their way in: by HTTP, with the lease's token, checked by size and hash.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use rustls::ClientConfig;
use sha2::{Digest as _, Sha256};
use spool_shared::{
    backoff::Backoff,
    ids::{AgentId, JobId, Token},
    protocol::{AGENT_HEADER, InputRef, LEASE_HEADER},
};
use tokio::{
    fs,
    io::{AsyncWriteExt as _, BufWriter},
    time::sleep,
};
use tracing::debug;

use crate::{
    config::{Address, Secret},
    worker::protocol::Input,
};

/// How often one picture is asked for.
const TRIES: u32 = 5;
const FIRST_WINDOW: Duration = Duration::from_millis(200);
const LARGEST_WINDOW: Duration = Duration::from_secs(2);
const CONNECTED_WITHIN: Duration = Duration::from_secs(5);
const WRITE_AT_ONCE: usize = 256 * 1024;
/// From one piece of an answer to the next.
const READ_WITHIN: Duration = Duration::from_secs(10);

/// Why an input could not be had.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    #[error("the API answered with status {0}")]
    Status(u16),
    #[error("input {index} has {got} bytes instead of {expected}")]
    Size { index: u32, expected: u64, got: u64 },
    #[error("input {0} does not have the hash that it should have")]
    Hash(u32),
    #[error("the API could not be read: {0}")]
    Http(#[from] reqwest::Error),
    #[error("the input could not be written: {0}")]
    Io(#[from] std::io::Error),
}

impl FetchError {
    /// Whether this node is to blame.
    #[must_use]
    pub fn is_of_this_node(&self) -> bool {
        matches!(self, Self::Io(_))
    }

    /// Whether the next try may end differently.
    fn is_passing(&self) -> bool {
        match self {
            Self::Status(status) => *status >= 500 || *status == 429 || *status == 408,
            Self::Size { .. } | Self::Hash(_) | Self::Http(_) => true,
            Self::Io(_) => false,
        }
    }
}

/// Fetches inputs. Clones share connections.
#[derive(Debug, Clone)]
pub struct Fetcher {
    client: reqwest::Client,
    address: Address,
    agent: AgentId,
    token: Option<Secret>,
}

impl Fetcher {
    /// `tls` is needed for an encrypted address alone.
    pub fn new(
        address: Address,
        agent: AgentId,
        token: Option<Secret>,
        tls: Option<Arc<ClientConfig>>,
    ) -> Result<Self, reqwest::Error> {
        // A redirect would carry the tokens elsewhere, and so would a proxy that the environment names: the sockets do
        // not use it, so the server can be reached without.
        let builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .connect_timeout(CONNECTED_WITHIN)
            .read_timeout(READ_WITHIN)
            .pool_max_idle_per_host(1)
            .tcp_nodelay(true);
        let builder = match tls {
            Some(tls) => builder.tls_backend_preconfigured((*tls).clone()),
            None => builder.tls_backend_preconfigured(crate::tls::without_roots()),
        };
        Ok(Self { client: builder.build()?, address, agent, token })
    }

    /// Fetches all of a lease's inputs into `folder`, which is there, in order.
    pub async fn fetch(
        &self,
        job: JobId,
        lease: Token,
        inputs: &[InputRef],
        folder: &Path,
    ) -> Result<Vec<Input>, FetchError> {
        let mut fetched = Vec::with_capacity(inputs.len());
        for input in inputs {
            let path = folder.join(format!("input-{}.{}", input.index, ending(&input.content_type)));
            self.fetch_one(job, lease, input, &path).await?;
            fetched.push(Input {
                path: path.to_string_lossy().into_owned(),
                content_type: input.content_type.clone(),
                orientation: input.orientation,
            });
        }
        Ok(fetched)
    }

    async fn fetch_one(
        &self,
        job: JobId,
        lease: Token,
        input: &InputRef,
        path: &PathBuf,
    ) -> Result<(), FetchError> {
        let mut backoff = Backoff::new(FIRST_WINDOW, LARGEST_WINDOW);
        let mut tries = 1;
        loop {
            match self.try_once(job, lease, input, path).await {
                Err(error) if error.is_passing() && tries < TRIES => {
                    debug!(job.id = %job, input = input.index, %error, tries, "An input has to be fetched again");
                    sleep(backoff.next_delay(rand::random())).await;
                    tries += 1;
                }
                other => return other,
            }
        }
    }

    async fn try_once(
        &self,
        job: JobId,
        lease: Token,
        input: &InputRef,
        path: &PathBuf,
    ) -> Result<(), FetchError> {
        let mut request = self.client.get(self.address.input(job, input.index));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token.reveal());
        }
        request = request.header(AGENT_HEADER, self.agent.to_string());
        let mut answer = request.header(LEASE_HEADER, lease.reveal()).send().await?;
        if answer.status() != reqwest::StatusCode::OK {
            return Err(FetchError::Status(answer.status().as_u16()));
        }
        // Each write is a hop to another thread: few large ones.
        let mut file = BufWriter::with_capacity(WRITE_AT_ONCE, fs::File::create(path).await?);
        let mut hash = Sha256::new();
        let mut got = 0;
        while let Some(piece) = answer.chunk().await? {
            got += piece.len() as u64;
            if got > input.bytes {
                break;
            }
            hash.update(&piece);
            file.write_all(&piece).await?;
        }
        file.flush().await?;
        if got != input.bytes {
            return Err(FetchError::Size { index: input.index, expected: input.bytes, got });
        }
        if hex::encode(hash.finalize()) != input.sha256.to_ascii_lowercase() {
            return Err(FetchError::Hash(input.index));
        }
        Ok(())
    }
}

fn ending(content_type: &str) -> &'static str {
    match content_type {
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "image/webp" => "webp",
        _ => "bin",
    }
}
