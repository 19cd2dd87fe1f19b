//! A browser that shows jobs and is refreshed again and again: it folds what it hears as the documentation of the
//! socket says, and notes what a person would see.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use futures_util::{SinkExt, StreamExt};
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use spool_shared::job::Status;
use tokio::{net::TcpStream, sync::watch};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async, tungstenite::Message};

use super::schedule::REFRESHED;
use crate::{
    PATIENCE,
    client::http,
    deadline::within,
    history::{Note, Recorder, Shown},
    page::{entries, preview_of},
};

/// How long a page stays open, at least and at most.
const OPEN_MS: std::ops::Range<u64> = 150..900;
/// How many jobs a page may watch.
const WATCHED: usize = 12;
/// How long a page waits for a picture.
const PICTURE: Duration = Duration::from_millis(500);
/// Until a server that does not answer is asked again.
const PAUSE: Duration = Duration::from_millis(40);

pub(super) struct Browser {
    name: String,
    http: reqwest::Client,
    addresses: Vec<String>,
    recorder: Recorder,
    /// How long each page stays open.
    dice: ChaCha8Rng,
    /// Job → the newest that the page has shown of it.
    shown: BTreeMap<String, (u64, Status)>,
    position: Value,
    /// The number of the tab.
    tab: u32,
    /// A snapshot or more came since the page was loaded.
    is_shown: bool,
}

impl Browser {
    #[must_use]
    pub(super) fn new(name: &str, addresses: Vec<String>, recorder: &Recorder, seed: u64) -> Self {
        Self {
            name: name.to_owned(),
            http: http(),
            addresses,
            recorder: recorder.named(name),
            dice: ChaCha8Rng::seed_from_u64(seed),
            shown: BTreeMap::new(),
            position: Value::Null,
            tab: 0,
            is_shown: false,
        }
    }

    /// Looks on until told that it is over.
    pub(super) async fn looks(mut self, mut over: watch::Receiver<bool>) {
        let (mut turn, mut refreshed) = (0, 0);
        while !*over.borrow() {
            turn += 1;
            let open = Duration::from_millis(self.dice.random_range(OPEN_MS));
            self.is_shown = false;
            let address = self.addresses.get(turn % self.addresses.len()).cloned().unwrap_or_default();
            tokio::select! {
                // A refresh comes at any moment, also while the page still loads.
                _ = tokio::time::timeout(open, self.shows(&address)) => {}
                _ = over.changed() => {}
            }
            refreshed += u64::from(self.is_shown);
            tokio::time::sleep(PAUSE).await;
            // Every other refresh is a new tab, which knows nothing.
            if turn % 2 == 0 {
                self.position = Value::Null;
                self.tab += 1;
            }
        }
        self.recorder.note(Note::Fault { row: REFRESHED.to_owned(), disturbed: refreshed });
    }

    /// One page, until its connection ends.
    async fn shows(&mut self, address: &str) {
        let opened = self.recorder.lines();
        let Some(mut socket) = opens(address, &self.position).await else { return };
        let mut watched = BTreeSet::new();
        while let Some(Ok(message)) = socket.next().await {
            match message {
                Message::Text(text) => {
                    let message: Value = serde_json::from_str(&text).expect("JSON");
                    self.is_shown = true;
                    self.hears(&message);
                    if let Some(position) = message.get("position") {
                        self.position = position.clone();
                    }
                }
                Message::Binary(bytes) => {
                    let (job, picture) = preview_of(&bytes).expect("a preview");
                    self.recorder.note(previewed(job, picture, opened));
                }
                _ => {}
            }
            let running = self.running();
            if running != watched {
                let watch = json!({"t": "watch", "ids": running});
                if socket.send(Message::text(watch.to_string())).await.is_err() {
                    return;
                }
                if let Some(new) = running.difference(&watched).next() {
                    self.asks_for_a_picture(address, new).await;
                }
                watched = running;
            }
        }
    }

    /// The jobs whose work the page shows.
    fn running(&self) -> BTreeSet<String> {
        let running = self.shown.iter().filter(|(_, (_, status))| *status == Status::Running);
        running.map(|(job, _)| job.clone()).take(WATCHED).collect()
    }

    /// Asks as a thumbnail does, beside the socket: nobody knows which of the two is newer.
    async fn asks_for_a_picture(&self, address: &str, job: &str) {
        let (recorder, asked) =
            (self.recorder.named(&format!("{}-thumbnail", self.name)), self.recorder.lines());
        let request = self.http.get(format!("http://{address}/api/jobs/{job}/preview"));
        let asking = async {
            let answer = request.send().await.ok().filter(|answer| answer.status().is_success())?;
            answer.bytes().await.ok()
        };
        if let Ok(Some(picture)) = tokio::time::timeout(PICTURE, asking).await {
            recorder.note(previewed(job.to_owned(), &picture, asked));
        }
    }

    fn hears(&mut self, message: &Value) {
        match message["t"].as_str() {
            Some("snapshot") => {
                self.recorder.note(Note::Snapshot { tab: self.tab.to_string(), jobs: raw(message) });
                for job in message["jobs"].as_array().into_iter().flatten() {
                    self.takes(job);
                }
            }
            Some("jobs") => entries(message).for_each(|job| self.takes(job)),
            Some("gone") => {
                for id in message["ids"].as_array().into_iter().flatten() {
                    let job = id.as_str().unwrap_or_default().to_owned();
                    self.shown.remove(&job);
                    self.recorder.note(Note::Gone { job, status: None });
                }
            }
            Some("reset") => {
                for (job, _) in std::mem::take(&mut self.shown) {
                    self.recorder.note(Note::Reset { job });
                }
            }
            _ => {}
        }
    }

    /// What is older than what is shown is late, and ignored.
    fn takes(&mut self, job: &Value) {
        let (Some(id), Some(version)) = (job["id"].as_str(), job["version"].as_u64()) else { return };
        let Ok(status) = serde_json::from_value::<Status>(job["status"].clone()) else { return };
        if self.shown.get(id).is_some_and(|(known, _)| version < *known) {
            return;
        }
        if self.shown.insert(id.to_owned(), (version, status)) != Some((version, status)) {
            self.recorder.note(Note::Saw { job: id.to_owned(), status, version });
        }
    }
}

fn previewed(job: String, picture: &[u8], not_before: u64) -> Note {
    Note::Previewed { job, sha256: hex::encode(Sha256::digest(picture)), not_before }
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn opens(address: &str, position: &Value) -> Option<Socket> {
    let (mut socket, _) = Box::pin(connect_async(format!("ws://{address}/api/ws"))).await.ok()?;
    let hello = json!({"t": "hello", "v": 1, "resume": position});
    socket.send(Message::text(hello.to_string())).await.ok()?;
    Some(socket)
}

/// What a snapshot says of each job, nothing left out.
fn raw(message: &Value) -> Vec<Shown> {
    let shown = |job: &Value| {
        Some(Shown {
            job: job["id"].as_str()?.to_owned(),
            status: serde_json::from_value(job["status"].clone()).ok()?,
            version: job["version"].as_u64()?,
        })
    };
    message["jobs"].as_array().into_iter().flatten().filter_map(shown).collect()
}

/// What each replica shows to a new page when all is over.
pub(super) async fn last_look(addresses: &[String], recorder: &Recorder) {
    let recorder = recorder.named("last-look");
    for address in addresses {
        let what = format!("a last snapshot of {address}");
        let jobs = within(PATIENCE, &what, async {
            loop {
                if let Some(jobs) = snapshot(address).await {
                    return jobs;
                }
                tokio::time::sleep(PAUSE).await;
            }
        });
        recorder.note(Note::LastLook { tab: address.clone(), jobs: jobs.await });
    }
}

async fn snapshot(address: &str) -> Option<Vec<Shown>> {
    let mut socket = opens(address, &Value::Null).await?;
    while let Some(Ok(message)) = socket.next().await {
        let Message::Text(text) = message else { continue };
        let message: Value = serde_json::from_str(&text).expect("JSON");
        if message.get("t").is_some_and(|kind| kind == "snapshot") {
            return Some(raw(&message));
        }
    }
    None
}
