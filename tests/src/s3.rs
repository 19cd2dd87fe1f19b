//! A local S3 server with one bucket.

use std::process::Command;

use reqwest::{Method, StatusCode};
use tempfile::TempDir;

use crate::{plan::Plan, process::Process, programs};

const BUCKET: &str = "films";
/// What a client shows to a server that believes everybody.
pub const KEY: &str = "AKIAEXAMPLE";
pub const SECRET: &str = "canary-of-the-bucket";

pub struct S3 {
    _process: Process,
    address: String,
    http: reqwest::Client,
    _folder: TempDir,
}

impl S3 {
    /// A server that takes any credentials, with an empty bucket.
    pub async fn start() -> Self {
        let server = Self::launch(&[]).await;
        assert_eq!(server.ask(Method::PUT, "").await.status(), StatusCode::OK);
        server
    }

    /// A server that knows nobody.
    pub async fn that_knows_nobody() -> Self {
        Self::launch(&[("INITIAL_NO_AUTH_ACTION_COUNT", "0")]).await
    }

    async fn launch(settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::Builder::new().prefix("spool-s3-").tempdir().expect("a folder");
        let mut command = Command::new(programs::in_venv("moto_server"));
        command.args(["-H", "127.0.0.1", "-p", "0"]).envs(settings.iter().copied());
        let process = Process::start("s3", command, folder.path());
        let line = process.log().line(&["Running on"]).await;
        let address = line.split("http://").nth(1).and_then(|rest| rest.split_whitespace().next());
        let address = address.expect("an address").to_owned();
        let http = crate::client::http();
        Self { _process: process, address, http, _folder: folder }
    }

    /// The settings of replicas that keep their objects here, below a prefix.
    pub fn holds(&self, plan: Plan) -> Plan {
        self.settings().into_iter().fold(plan, |plan, (name, value)| plan.with(name, &value))
    }

    #[must_use]
    pub fn settings(&self) -> [(&'static str, String); 5] {
        [
            ("SPOOL_STORAGE_URL", format!("s3://{BUCKET}/team/a")),
            ("AWS_ENDPOINT_URL", format!("http://{}", self.address)),
            ("AWS_REGION", "eu-north-1".to_owned()),
            ("AWS_ACCESS_KEY_ID", KEY.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", SECRET.to_owned()),
        ]
    }

    /// The names of all objects but the signs that sessions leave.
    pub async fn objects(&self) -> Vec<String> {
        let listed = self.ask(Method::GET, "?list-type=2").await.text().await.expect("a list");
        let keys = listed.split("<Key>").skip(1).filter_map(|rest| rest.split("</Key>").next());
        keys.filter(|key| !key.contains("/sessions/")).map(str::to_owned).collect()
    }

    /// Deletes an object behind everybody's back.
    pub async fn lose(&self, object: &str) {
        let status = self.ask(Method::DELETE, &format!("/{object}")).await.status();
        assert_eq!(status, StatusCode::NO_CONTENT);
    }

    async fn ask(&self, method: Method, what: &str) -> reqwest::Response {
        let url = format!("http://{}/{BUCKET}{what}", self.address);
        // It believes every signature, but wants to see one.
        let shown = format!(
            "AWS4-HMAC-SHA256 Credential={KEY}/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"
        );
        let request = self.http.request(method, url).header("authorization", shown);
        request.send().await.expect("an answer of the S3 server")
    }
}
