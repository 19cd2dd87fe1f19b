//! A browser that is refreshed at every moment of a job's life.

use serde_json::Value;
use spool_shared::{job::Phase, protocol::FromAgent};
use spool_tests::{
    Job, World,
    bare_agent::{Assigned, BareAgent, tiny_png},
    page::{Page, entries},
};

const STEPS: u32 = 4;

/// What a page shows of a job, to compare: its version, its status, how far it is, its results.
fn shown(job: &Value) -> (u64, String, Value, usize) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let progress = &job["progress"];
    let far = serde_json::json!([progress["phase"], progress["step"], progress["fraction"]]);
    let outputs = job["outputs"].as_array().map_or(0, Vec::len);
    (job["version"].as_u64().expect("a version"), text(&job["status"]), far, outputs)
}

/// A job, the page that shows it, and what was seen of it.
struct Life {
    world: World,
    id: String,
    page: Page,
    /// The replica that the page is at.
    at: usize,
    moments: Vec<(u64, String)>,
}

impl Life {
    /// Awaits the moment on the page that is open, then refreshes it: the new one, at the other replica, shows the same
    /// as the server, and nothing older than the page before.
    async fn refreshes_when(&mut self, moment: &str, reached: impl Fn(&Value) -> bool) {
        let id = self.id.clone();
        let is = |job: &&Value| job["id"] == id.as_str() && reached(job);
        let heard = self.page.until(|message| entries(message).any(|job| is(&job))).await;
        let before = shown(entries(&heard).filter(is).last().expect("it was there"));
        self.refreshes(moment, &before).await;
    }

    async fn refreshes(&mut self, moment: &str, before: &(u64, String, Value, usize)) {
        self.at = 1 - self.at;
        let address = self.world.replica(self.at).address();
        let mut page = Page::open(address).await;
        let snapshot = page.until(|message| message["t"] == "snapshot").await;
        let jobs = snapshot["jobs"].as_array().expect("the jobs");
        let own: Vec<&Value> = jobs.iter().filter(|job| job["id"] == self.id.as_str()).collect();
        assert_eq!(own.len(), 1, "{moment}: {jobs:?}");
        let now = shown(own[0]);
        // Nothing moves on before the next moment is made, so all of them must be the same.
        let answer = self.world.client().get(&format!("/api/jobs/{}", self.id)).await;
        let server = shown(&answer.json::<Value>().await.expect("a job"));
        assert_eq!(now, server, "{moment}: the page and the server");
        assert_eq!(&now, before, "{moment}: the page and the one before");
        if let Some((version, last)) = self.moments.last() {
            assert!(now.0 >= *version, "{moment} after {last}: {} after {version}", now.0);
        }
        self.moments.push((now.0, moment.to_owned()));
        self.page = page;
    }
}

fn report(agent: &BareAgent, held: Assigned, (seq, phase, step): (u64, Phase, u32)) {
    let Assigned { job, token, .. } = held;
    let fraction = f64::from(step) / f64::from(STEPS + 1);
    agent.says(FromAgent::Progress { job, token, seq, phase, step, steps: STEPS, fraction });
}

fn status(wanted: &'static str) -> impl Fn(&Value) -> bool {
    move |job| job["status"] == wanted
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_refreshed_at_each_of_twelve_moments_shows_what_the_server_knows_and_never_less() {
    let world = World::plan().replicas(2).patient().with("SPOOL_ASSIGN_MS", "30000").start().await;
    let page = Page::shown(world.replica(0).address()).await;
    let Job { id, .. } = world.client().submit("a life").await;
    let mut life = Life { world, id, page, at: 0, moments: Vec::new() };

    life.refreshes_when("queued", status("queued")).await;
    let mut agent = BareAgent::dial("bare", life.world.replica(0).address(), 1).await;
    let held = agent.assigned().await;
    life.refreshes_when("assigned", status("assigned")).await;
    agent.accepts(held);
    agent.starts(held);
    life.refreshes_when("running before the first report", status("running")).await;
    let mut reports = vec![("loading", Phase::Load, 0)];
    reports.extend((1..=STEPS).map(|step| ("a step", Phase::Denoise, step)));
    reports.extend([("decoding", Phase::Decode, STEPS), ("uploading", Phase::Upload, STEPS)]);
    for (seq, (moment, phase, step)) in (1..).zip(reports) {
        report(&agent, held, (seq, phase, step));
        let name = phase.to_string();
        let reached =
            |job: &Value| job["progress"]["phase"] == name.as_str() && job["progress"]["step"] == step;
        life.refreshes_when(moment, reached).await;
    }
    let output = agent.bulk().await.stores(held, &tiny_png()).await;
    agent.succeeds(held, output);
    life.refreshes_when("ended", status("succeeded")).await;
    let deleted = life.world.client().delete(&life.id).await;
    assert!(deleted.status().is_success(), "{}", deleted.status());
    let gone = |message: &Value| message["t"] == "gone" && message["ids"][0] == life.id.as_str();
    life.page.until(gone).await;
    let mut after = Page::open(life.world.replica(life.at).address()).await;
    let snapshot = after.until(|message| message["t"] == "snapshot").await;
    assert_eq!(snapshot["jobs"].as_array().map(Vec::len), Some(0));
    // And the moment after the end.
    assert_eq!(life.moments.len() + 1, 12, "{:?}", life.moments);
}
