//! What the logs of API and agents say as JSON, for programs that search them.

use serde_json::Value;
use spool_shared::job::Status;
use spool_tests::{World, process::Process};

/// Every line of a program, as an object.
fn lines(process: &Process) -> Vec<Value> {
    let text = std::fs::read_to_string(process.log().path()).expect("a log");
    let object = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    text.lines().map(object).collect()
}

/// A field of the line itself or of a span that it stands in.
fn field<'a>(line: &'a Value, name: &str) -> Option<&'a Value> {
    let spans = line["spans"].as_array().into_iter().flatten().chain(line.get("span"));
    line.get(name).or_else(|| spans.into_iter().find_map(|span| span.get(name)))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_line_about_a_job_an_agent_or_a_request_has_its_id_as_a_field() {
    let world = World::plan().agents(1).with("SPOOL_LOG_FORMAT", "json").start().await;
    let client = world.client();
    let succeeded = client.succeeded("steps=2").await;
    let failing = client.submit("steps=3 fail_at=1 fail=bad_input").await;
    assert_eq!(client.ended(&failing.id).await.status, Status::Failed);
    let canceled = client.submit("steps=50 step_ms=100").await;
    client.running(&canceled.id).await;
    client.cancel(&canceled.id).await;
    client.get("/api/jobs/no-such-job").await;
    let agent = client.get("/api/agents").await.json::<Value>().await.expect("the list of agents");
    let agent_id = agent["items"][0]["id"].clone();

    let (mut about_jobs, mut about_agents, mut about_requests) = (0, 0, 0);
    for process in [world.replica(0).process(), world.agent(0).process()] {
        for line in lines(process) {
            let message = line["message"].as_str().unwrap_or_default();
            for job in [&succeeded, &failing, &canceled] {
                // An address has the id of the request that it was asked with; what a worker prints is its own.
                let own = field(&line, "stream").is_none() && !message.contains("/api/");
                if message.contains(&job.id) && own {
                    assert_eq!(field(&line, "job.id"), Some(&Value::from(job.id.as_str())), "{line}");
                    about_jobs += 1;
                }
            }
            if message.contains("was answered") {
                assert!(field(&line, "request.id").is_some_and(Value::is_string), "{line}");
                about_requests += 1;
            }
            let about_agent = message.to_lowercase().contains("the agent") || message.starts_with("Agent ");
            if about_agent && !std::ptr::eq(process, world.agent(0).process()) {
                assert_eq!(field(&line, "agent.id"), Some(&agent_id), "{line}");
                about_agents += 1;
            }
        }
    }
    assert!(
        about_jobs > 2 && about_agents > 0 && about_requests > 5,
        "{about_jobs} {about_agents} {about_requests}"
    );
}
