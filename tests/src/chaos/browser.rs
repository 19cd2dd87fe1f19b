//! A browser that shows jobs and is refreshed again and again: it folds what it hears as the documentation of the
//! socket says, and notes what a person would see.

use std::{collections::BTreeMap, time::Duration};

use futures_util::{SinkExt, StreamExt};
use rand::RngExt;
use serde_json::{Value, json};
use spool_shared::job::Status;
use tokio::sync::watch;
use tokio_tungstenite::{connect_async, tungstenite::Message};

use super::schedule::REFRESHED;
use crate::{
    history::{Note, Recorder},
    page::entries,
};

/// How long a page stays open, at least and at most.
const OPEN_MS: std::ops::Range<u64> = 150..900;
/// Until a server that does not answer is asked again.
const PAUSE: Duration = Duration::from_millis(40);

pub(super) struct Browser {
    addresses: Vec<String>,
    recorder: Recorder,
    /// Job → the newest that the page has shown of it.
    shown: BTreeMap<String, (u64, Status)>,
    position: Value,
    /// A snapshot or more came since the page was loaded.
    is_shown: bool,
}

impl Browser {
    #[must_use]
    pub(super) fn new(name: &str, addresses: Vec<String>, recorder: &Recorder) -> Self {
        let recorder = recorder.named(name);
        Self { addresses, recorder, shown: BTreeMap::new(), position: Value::Null, is_shown: false }
    }

    /// Looks on until told that it is over, and once more then.
    pub(super) async fn looks(mut self, mut over: watch::Receiver<bool>) {
        let (mut turn, mut refreshed) = (0, 0);
        while !*over.borrow() {
            turn += 1;
            let open = Duration::from_millis(rand::rng().random_range(OPEN_MS));
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
            }
        }
        self.recorder.note(Note::Fault { row: REFRESHED.to_owned(), disturbed: refreshed });
    }

    /// One page, until its connection ends.
    async fn shows(&mut self, address: &str) {
        let Ok((mut socket, _)) = Box::pin(connect_async(format!("ws://{address}/api/ws"))).await else {
            return;
        };
        let hello = json!({"t": "hello", "v": 1, "resume": self.position});
        if socket.send(Message::text(hello.to_string())).await.is_err() {
            return;
        }
        while let Some(Ok(message)) = socket.next().await {
            let Message::Text(text) = message else { continue };
            let message: Value = serde_json::from_str(&text).expect("JSON");
            self.is_shown = true;
            self.hears(&message);
            if let Some(position) = message.get("position") {
                self.position = position.clone();
            }
        }
    }

    fn hears(&mut self, message: &Value) {
        match message["t"].as_str() {
            Some("snapshot") => {
                for job in message["jobs"].as_array().into_iter().flatten() {
                    self.takes(job);
                }
            }
            Some("jobs") => entries(message).for_each(|job| self.takes(job)),
            Some("gone") => {
                for id in message["ids"].as_array().into_iter().flatten() {
                    let job = id.as_str().unwrap_or_default().to_owned();
                    self.shown.remove(&job);
                    self.recorder.note(Note::Gone { job });
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
