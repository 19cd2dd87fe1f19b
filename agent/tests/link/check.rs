//! `spool-agent check`, as whoever sets up a node reads it.

use serde_json::Value;

use crate::{
    agent::{Agent, Setup},
    peer::Peer,
};

/// What it printed, and its exit code.
async fn checked(setup: Setup, json: bool) -> (Option<i32>, String) {
    let flags: &[&str] = if json { &["check", "--json"] } else { &["check"] };
    let mut agent = setup.args(flags).start();
    let code = agent.exit().await.code();
    (code, agent.printed())
}

/// The line of a check.
fn line<'a>(printed: &'a str, check: &str) -> &'a str {
    let is_it = |line: &&str| line.split_whitespace().nth(1) == Some(check);
    printed.lines().find(is_it).unwrap_or_else(|| panic!("no line for {check}:\n{printed}"))
}

#[tokio::test]
async fn a_node_where_everything_works_is_ready_and_says_no_hello() {
    let peer = Peer::bind(b"").await;
    let (code, printed) = checked(Agent::dialing(&peer), false).await;
    assert_eq!(code, Some(0), "{printed}");
    for check in ["settings", "id", "dns", "tcp", "auth", "disk", "python", "worker", "i2v"] {
        assert!(line(&printed, check).starts_with("ok "), "{printed}");
    }
    assert!(line(&printed, "tls").starts_with("skipped "), "{printed}");
    assert!(printed.ends_with("This node is ready.\n"), "{printed}");
    let mut control = peer.control().await;
    assert_eq!(control.next::<spool_shared::protocol::FromAgent>().await, None);
}

#[tokio::test]
async fn an_agent_that_runs_is_not_disturbed() {
    let peer = Peer::bind(b"").await;
    let running = Agent::dialing(&peer).start();
    let (mut control, _) = peer.welcomed().await;
    let id_file = running.folder.path().join("agent-id");
    let (code, printed) = checked(Agent::dialing(&peer).with("SPOOL_AGENT_ID_FILE", &id_file), false).await;
    assert_eq!(code, Some(0), "{printed}");
    assert!(line(&printed, "id").contains("an agent on this machine is using"), "{printed}");
    control.said(&spool_shared::protocol::FromAgent::Heartbeat { leases: vec![], slots: idle() }).await;
}

fn idle() -> Vec<spool_shared::protocol::SlotReport> {
    let state = spool_shared::protocol::SlotState::Ready;
    vec![spool_shared::protocol::SlotReport { index: 0, state, job: None, gpu: None }]
}

#[tokio::test]
async fn what_fails_first_is_named_and_what_needs_it_is_skipped() {
    let setup = Setup::new("ws://127.0.0.1:1").with("SPOOL_PYTHON", "/nowhere/python");
    let (code, printed) = checked(setup, false).await;
    assert_eq!(code, Some(1));
    let tcp = line(&printed, "tcp");
    assert!(tcp.starts_with("fails ") && tcp.contains("Is the API running there"), "{printed}");
    for check in ["tls", "auth", "protocol", "worker", "i2v"] {
        assert!(line(&printed, check).starts_with("skipped "), "{printed}");
    }
    assert!(line(&printed, "python").contains("/nowhere/python cannot be started"), "{printed}");
    assert!(printed.ends_with("2 checks fail.\n"), "{printed}");
}

#[tokio::test]
async fn a_wrong_setting_is_a_failed_check_too_and_programs_read_json() {
    let (code, printed) = checked(Setup::new("ws://spool.example"), true).await;
    assert_eq!(code, Some(1));
    let report: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(report["ok"], false);
    assert_eq!(report["checks"][0]["check"], "settings");
    assert!(
        report["checks"][0]["detail"].as_str().unwrap().starts_with("SPOOL_SERVER must begin with wss://")
    );
}

#[tokio::test]
async fn an_engine_that_is_unknown_fails_the_worker_with_its_own_words() {
    let peer = Peer::bind(b"").await;
    let (code, printed) = checked(Agent::dialing(&peer).with("SPOOL_ENGINES", "i2v=magic"), false).await;
    assert_eq!(code, Some(1));
    assert!(line(&printed, "worker").contains("'magic' is not an engine"), "{printed}");
    assert!(line(&printed, "i2v").starts_with("skipped "), "{printed}");
}
