//! One API on a Redis of its own, and what every test needs to speak to it.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use actix_web::web::Data;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use clap::Parser;
use image::{ImageFormat, Rgb, RgbImage};
use redis::{AsyncConnectionConfig, aio::MultiplexedConnection};
use reqwest::{
    RequestBuilder, Response,
    multipart::{Form, Part},
};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use spool_api::{
    app::App,
    config::Config,
    http::Studio,
    serve,
    store::{NewJob, Submitted},
    tasks::Tasks,
};
use spool_shared::{
    class::Class,
    ids::JobId,
    workflow::{Priority, Workflow},
};
use tempfile::TempDir;

#[derive(Parser)]
#[command(no_binary_name = true)]
struct Flags {
    #[command(flatten)]
    config: Config,
}

/// Another replica on the Redis of a world.
pub(crate) struct Replica {
    pub(crate) app: Data<App>,
    pub(crate) address: String,
}

pub(crate) struct World {
    pub(crate) app: Data<App>,
    pub(crate) address: String,
    http: reqwest::Client,
    redis: Child,
    folder: TempDir,
    keys: Option<TempDir>,
    flags: Vec<String>,
    tasks: Tasks,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::with(&[]).await
    }

    /// With settings as flags.
    pub(crate) async fn with(flags: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("redis.sock");
        let redis = start_redis(&socket);
        let tasks = Tasks::new();
        let Replica { app, address } = start(folder.path(), flags, None, &tasks).await;
        // Another crate of the workspace turns TLS on in the HTTP library, which then wants a provider.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let flags = flags.iter().map(|flag| (*flag).to_owned()).collect();
        Self { app, address, http, redis, folder, keys: None, flags, tasks }
    }

    /// One more replica.
    pub(crate) async fn replica(&self) -> Replica {
        start(self.folder.path(), &[], None, &self.tasks).await
    }

    /// With this studio instead of the one that was built.
    pub(crate) async fn start_with_studio(studio: Studio) -> Self {
        let mut world = Self::start().await;
        world.serve_studio(studio).await;
        world
    }

    /// From now on asks another replica, with the same settings, which has this studio.
    pub(crate) async fn serve_studio(&mut self, studio: Studio) {
        let flags: Vec<&str> = self.flags.iter().map(String::as_str).collect();
        let replica = start(self.folder.path(), &flags, Some(studio), &self.tasks).await;
        (self.app, self.address) = (replica.app, replica.address);
    }

    /// Ends the Redis, without which the API can do nothing.
    pub(crate) fn stop_redis(&mut self) {
        self.redis.kill().unwrap();
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn redis_url(&self) -> String {
        url(&self.folder.path().join("redis.sock"))
    }

    /// A connection to its Redis, with more patience than the library's: a test may be one of many at work.
    pub(crate) async fn connection(&self) -> MultiplexedConnection {
        let patient = AsyncConnectionConfig::new().set_response_timeout(Some(Duration::from_secs(30)));
        let client = redis::Client::open(self.redis_url()).unwrap();
        client.get_multiplexed_async_connection_with_config(&patient).await.unwrap()
    }

    /// A world with keys and agents' tokens: each line is a name, its secret and scopes.
    pub(crate) async fn with_keys(keys: &[(&str, &str, &str)], flags: &[&str]) -> Self {
        let files = tempfile::tempdir().unwrap();
        let [keys_file, tokens_file] =
            ["keys", "tokens"].map(|name| files.path().join(name).display().to_string());
        write_keys(Path::new(&keys_file), keys);
        write_keys(Path::new(&tokens_file), &[("gpu", "gpu-secret", "")]);
        let mut all = vec!["--api-keys-file", &*keys_file, "--agent-tokens-file", &*tokens_file];
        all.extend(flags);
        let mut world = Self::with(&all).await;
        world.keys = Some(files);
        world
    }

    /// Replaces the file of keys at once.
    pub(crate) fn change_keys(&self, keys: &[(&str, &str, &str)]) {
        self.change("keys", keys);
    }

    /// Replaces the file of agents' tokens at once.
    pub(crate) fn change_tokens(&self, tokens: &[(&str, &str, &str)]) {
        self.change("tokens", tokens);
    }

    fn change(&self, name: &str, keys: &[(&str, &str, &str)]) {
        let folder = self.keys.as_ref().unwrap().path();
        write_keys(&folder.join("next"), keys);
        std::fs::rename(folder.join("next"), folder.join(name)).unwrap();
    }

    /// A request of whoever has this key.
    pub(crate) fn asked_by(&self, secret: &str, method: &str, path: &str) -> RequestBuilder {
        self.request(method, path).bearer_auth(secret)
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method = method.parse().unwrap();
        self.http.request(method, format!("http://{}{path}", self.address))
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.request("GET", path).send().await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Response {
        self.request("POST", path).json(body).send().await.unwrap()
    }

    /// A job that waits.
    pub(crate) async fn submitted(&self) -> Value {
        let response = self.post("/api/workflows/i2v", &a_body()).await;
        assert_eq!(response.status(), 202);
        response.json().await.unwrap()
    }

    /// A job of whoever has this key.
    pub(crate) async fn submitted_with_key(&self, secret: &str) -> Value {
        let response =
            self.asked_by(secret, "POST", "/api/workflows/i2v").json(&a_body()).send().await.unwrap();
        assert_eq!(response.status(), 202);
        response.json().await.unwrap()
    }

    /// A job of another owner, which waits.
    pub(crate) async fn submitted_by(&self, owner: &str) -> JobId {
        self.submitted_with(owner, "a cat").await
    }

    /// A job that waits, with a prompt of any length.
    pub(crate) async fn submitted_with(&self, owner: &str, prompt: &str) -> JobId {
        let id = JobId::from_random(rand::random());
        let job = NewJob {
            id,
            workflow: Workflow::I2v,
            class: Class::all()[0],
            priority: Priority::Normal,
            owner: owner.to_owned(),
            params: Map::from_iter([("prompt".to_owned(), json!(prompt))]),
            inputs: Vec::new(),
            parent: None,
            idempotency: None,
        };
        assert!(matches!(self.app.store.submit(&job).await.unwrap(), Submitted::Accepted(_)));
        id
    }

    pub(crate) async fn job(&self, job: &Value) -> Value {
        self.get(job["urls"]["self"].as_str().unwrap()).await.json().await.unwrap()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.redis.kill().unwrap();
        self.redis.wait().unwrap();
    }
}

/// A replica on the Redis and the files in `folder`.
async fn start(folder: &Path, flags: &[&str], studio: Option<Studio>, tasks: &Tasks) -> Replica {
    let data = folder.join("data").display().to_string();
    let defaults = ["--listen", "127.0.0.1:0", "--http-workers", "1", "--data-dir", &data];
    let config = Flags::try_parse_from(defaults.iter().chain(flags)).unwrap().config;
    config.check().unwrap();
    let redis = url(&folder.join("redis.sock"));
    let mut app = serve::start(config, &redis, tasks).await.unwrap();
    if let Some(studio) = studio {
        app.studio = studio;
    }
    let app = Data::new(app);
    let listening = serve::listen(&app).unwrap();
    tokio::spawn(listening.server);
    Replica { app, address: listening.address.to_string() }
}

/// The body of a submit that is accepted.
pub(crate) fn a_body() -> Value {
    json!({"prompt": "a cat", "input_image": base64(&png(64, 48)), "seed": 7})
}

fn write_keys(file: &Path, keys: &[(&str, &str, &str)]) {
    let line = |(name, secret, scopes): &(&str, &str, &str)| {
        format!("{name} sha256:{} {scopes}\n", hex::encode(Sha256::digest(secret)))
    };
    std::fs::write(file, keys.iter().map(line).collect::<String>()).unwrap();
}

fn url(socket: &Path) -> String {
    format!("unix://{}", socket.display())
}

/// A private redis-server that answers; the test's end kills it.
fn start_redis(socket: &Path) -> Child {
    let child = Command::new("redis-server")
        .args(["--port", "0", "--save", "", "--appendonly", "no", "--unixsocket"])
        .arg(socket)
        .stdout(Stdio::null())
        .spawn()
        .expect("redis-server is installed");
    let deadline = std::time::Instant::now() + Duration::from_secs(30);
    while std::os::unix::net::UnixStream::connect(socket).is_err() {
        assert!(std::time::Instant::now() < deadline, "redis-server does not answer");
        std::thread::sleep(Duration::from_millis(5));
    }
    child
}

/// The status and the code of a problem, with its errors as lines; also checks what every problem must have.
pub(crate) async fn problem(response: Response) -> String {
    let status = response.status();
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let request_id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    let waits = response.headers().contains_key("retry-after");
    assert_eq!(waits, [429, 503].contains(&status.as_u16()));
    let body: Value = response.json().await.unwrap();
    let keys: Vec<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["code", "detail", "errors", "request_id", "retryable", "status", "title", "type"]);
    let code = body["code"].as_str().unwrap();
    assert_eq!(body["request_id"], json!(request_id));
    assert_eq!(body["status"], json!(status.as_u16()));
    assert_eq!(body["type"], json!(format!("/api/docs/errors#{code}")));
    let mut lines = vec![format!("{} {code}: {}", status.as_u16(), body["detail"].as_str().unwrap())];
    for error in body["errors"].as_array().unwrap() {
        let [pointer, message] = ["pointer", "message"].map(|key| error[key].as_str().unwrap());
        lines.push(format!("{pointer}: {message}"));
    }
    lines.join("\n")
}

pub(crate) fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    let pixels = RgbImage::from_fn(width, height, |x, y| Rgb([x, y, x ^ y].map(|n| n.to_le_bytes()[0])));
    pixels.write_to(&mut file, format).unwrap();
    file.into_inner()
}

pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    picture(width, height, ImageFormat::Png)
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}

/// A JPEG that is to be turned as its EXIF block says.
pub(crate) fn turned_jpeg(width: u32, height: u32, orientation: u8) -> Vec<u8> {
    let mut file = picture(width, height, ImageFormat::Jpeg);
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\0\0\0\0\0\0\0\0".to_vec();
    exif[24] = orientation;
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    file.splice(2..2, [&[0xff, 0xe1], length.as_slice(), &exif].concat());
    file
}

/// A multipart body with parameters and files.
pub(crate) fn form(params: &Value, files: &[(&'static str, Vec<u8>)]) -> Form {
    let params = Part::text(params.to_string()).mime_str("application/json").unwrap();
    files.iter().fold(Form::new().part("params", params), |form, (name, bytes)| {
        form.part(*name, Part::bytes(bytes.clone()).file_name("picture.bin"))
    })
}
