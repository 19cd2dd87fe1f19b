//! A browser as the protocol wants it: folds what it hears into the jobs that it would show.

use std::{collections::BTreeMap, time::Duration};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, client_async,
    tungstenite::{Error, Message, client::IntoClientRequest as _},
};

/// How long anything may take that must come.
const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) struct Browser {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// What the page shows.
    pub(crate) jobs: BTreeMap<String, Value>,
    pub(crate) fleet: Value,
    pub(crate) position: Option<String>,
    /// The names of all messages so far.
    pub(crate) heard: Vec<String>,
    /// Every `jobs` message as it came.
    pub(crate) told: Vec<String>,
    /// Jobs with the numbers and bytes of the previews that came.
    pub(crate) previews: Vec<(String, u32, Vec<u8>)>,
    /// The code that the server closed with.
    pub(crate) closed: Option<u16>,
}

impl Browser {
    /// Connects and says hello.
    pub(crate) async fn open(address: &str, resume: Option<&str>) -> Self {
        let mut browser = Self::connect(address).await;
        browser.says(&json!({"t": "hello", "v": 1, "resume": resume})).await;
        browser
    }

    /// As [`Browser::open`], with headers that say who asks; the status where the server takes no socket.
    pub(crate) async fn open_as(address: &str, headers: &[(&'static str, String)]) -> Result<Self, u16> {
        let mut browser = Self::connect_as(address, headers).await?;
        browser.says(&json!({"t": "hello", "v": 1, "resume": null})).await;
        Ok(browser)
    }

    /// As [`Browser::open_as`], and says nothing.
    pub(crate) async fn connect_as(address: &str, headers: &[(&'static str, String)]) -> Result<Self, u16> {
        let stream = TcpStream::connect(address).await.unwrap();
        Self::shake_hands(stream, address, headers).await
    }

    /// Connects and says nothing.
    pub(crate) async fn connect(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        Self::over(stream, address).await
    }

    pub(crate) async fn over(stream: TcpStream, address: &str) -> Self {
        Self::shake_hands(stream, address, &[]).await.unwrap()
    }

    async fn shake_hands(
        stream: TcpStream,
        address: &str,
        headers: &[(&'static str, String)],
    ) -> Result<Self, u16> {
        let mut request = format!("ws://{address}/api/ws").into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let socket = match client_async(request, MaybeTlsStream::Plain(stream)).await {
            Ok((socket, answer)) => {
                assert_eq!(answer.status(), 101);
                socket
            }
            Err(Error::Http(answer)) => return Err(answer.status().as_u16()),
            Err(error) => panic!("no answer to the handshake: {error}"),
        };
        Ok(Self {
            socket,
            jobs: BTreeMap::new(),
            fleet: Value::Null,
            position: None,
            heard: Vec::new(),
            told: Vec::new(),
            previews: Vec::new(),
            closed: None,
        })
    }

    /// What a page keeps when its connection is gone, on a new connection.
    pub(crate) async fn resume(self, address: &str) -> Self {
        let fresh = Self::open(address, self.position.as_deref()).await;
        Self { jobs: self.jobs, ..fresh }
    }

    pub(crate) async fn says(&mut self, message: &Value) {
        self.sends(Message::text(message.to_string())).await;
    }

    pub(crate) async fn sends(&mut self, message: Message) {
        // A closed socket shows when it is read.
        self.socket.send(message).await.ok();
    }

    /// Hears one message; false when the socket is closed.
    pub(crate) async fn hears(&mut self) -> bool {
        let message = timeout(PATIENCE, self.socket.next()).await.expect("a message of the server");
        match message {
            Some(Ok(Message::Text(text))) => self.fold(&text),
            Some(Ok(Message::Binary(bytes))) => self.previews.push(preview(&bytes)),
            Some(Ok(Message::Close(frame))) => {
                self.closed = frame.map(|frame| frame.code.into());
                return false;
            }
            Some(Ok(_)) => {}
            Some(Err(_)) | None => return false,
        }
        true
    }

    /// Hears until it is as it should be.
    pub(crate) async fn until(&mut self, reached: impl Fn(&Self) -> bool) {
        let hearing = async {
            while !reached(self) {
                assert!(self.hears().await, "closed with {:?} after {:?}", self.closed, self.heard);
            }
        };
        timeout(PATIENCE, hearing).await.expect("the browser gets there");
    }

    /// Hears until a message of that name came.
    pub(crate) async fn until_told(&mut self, name: &str) {
        let before = self.heard.len();
        self.until(|browser| browser.heard[before..].iter().any(|heard| heard == name)).await;
    }

    /// Hears until the job has this status.
    pub(crate) async fn until_status(&mut self, job: &Value, status: &str) {
        let id = job["id"].as_str().unwrap();
        self.until(|browser| browser.jobs.get(id).is_some_and(|job| job["status"] == status)).await;
    }

    /// Hears until the server closes; the code.
    pub(crate) async fn ends(&mut self) -> Option<u16> {
        while self.hears().await {}
        self.closed
    }

    fn fold(&mut self, text: &str) {
        let message: Value = serde_json::from_str(text).unwrap();
        let name = message["t"].as_str().unwrap().to_owned();
        if let Some(position) = message["position"].as_str() {
            self.position = Some(position.to_owned());
        }
        match name.as_str() {
            "snapshot" => {
                let jobs = message["jobs"].as_array().unwrap();
                self.jobs = jobs.iter().map(|job| (id(job), job.clone())).collect();
                self.fleet = message["fleet"].clone();
            }
            "jobs" => {
                self.told.push(text.to_owned());
                message["p"].as_array().unwrap().iter().for_each(|patch| self.lay_over(patch));
            }
            "gone" => {
                for gone in message["ids"].as_array().unwrap() {
                    self.jobs.remove(gone.as_str().unwrap());
                }
            }
            "reset" => self.jobs.clear(),
            "fleet" => self.fleet = message["agents"].clone(),
            _ => {}
        }
        self.heard.push(name);
    }

    fn lay_over(&mut self, patch: &Value) {
        let whole = patch.get("workflow").is_some();
        match self.jobs.get_mut(&id(patch)) {
            Some(known) if known["version"].as_u64() <= patch["version"].as_u64() => {
                let known = known.as_object_mut().unwrap();
                known.extend(patch.as_object().unwrap().clone());
            }
            None if whole => drop(self.jobs.insert(id(patch), patch.clone())),
            // Late, or of a job that the page does not have.
            Some(_) | None => {}
        }
    }
}

fn id(job: &Value) -> String {
    job["id"].as_str().unwrap().to_owned()
}

/// Takes a preview apart as the protocol lays it out.
fn preview(bytes: &[u8]) -> (String, u32, Vec<u8>) {
    assert_eq!(bytes[..2], [1, 1], "layout and kind");
    let length = usize::from(u16::from_be_bytes([bytes[2], bytes[3]]));
    let number = u32::from_be_bytes(bytes[4..8].try_into().unwrap());
    let (id, picture) = bytes[8..].split_at(length);
    (String::from_utf8(id.to_vec()).unwrap(), number, picture.to_vec())
}
