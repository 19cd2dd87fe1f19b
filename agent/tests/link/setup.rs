//! Settings that cannot work, said in one sentence.

use crate::{
    agent::{Agent, Setup},
    peer::Peer,
};

async fn refusal(setup: Setup) -> (Option<i32>, String) {
    let mut agent = setup.start();
    let code = agent.exit().await.code();
    (code, agent.log().lines().last().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_wrong_setting_ends_the_program_with_a_sentence_that_names_it() {
    let (code, line) = refusal(Setup::new("ws://spool.example")).await;
    assert_eq!(
        (code, line.as_str()),
        (Some(2), "spool-agent: SPOOL_SERVER must begin with wss:// unless it names this machine.")
    );
}

#[tokio::test]
async fn a_python_that_is_not_there_ends_the_program() {
    let (code, line) = refusal(Setup::new("ws://127.0.0.1:1").with("SPOOL_PYTHON", "/nowhere/python")).await;
    assert_eq!(code, Some(1));
    assert_eq!(
        line,
        "spool-agent: The worker could not be started: No such file or directory (os error 2). \
         SPOOL_PYTHON and SPOOL_ENGINES say how workers are started."
    );
}

#[tokio::test]
async fn an_engine_that_the_worker_does_not_know_ends_the_program_with_the_workers_own_words() {
    let (code, line) = refusal(Setup::new("ws://127.0.0.1:1").with("SPOOL_ENGINES", "i2v=magic")).await;
    assert_eq!(code, Some(1));
    assert!(
        line.contains("exit status 2 before it was ready: spool-worker: 'magic' is not an engine"),
        "{line}"
    );
}

#[tokio::test]
async fn two_agents_on_one_machine_cannot_be_the_same_node() {
    let peer = Peer::bind(b"").await;
    let first = Agent::dialing(&peer).start();
    let (_control, _) = peer.welcomed().await;
    let id_file = first.folder.path().join("agent-id");
    let (code, line) = refusal(Agent::dialing(&peer).with("SPOOL_AGENT_ID_FILE", &id_file)).await;
    assert_eq!(code, Some(2));
    assert!(
        line.ends_with("another agent on this machine is using; give each agent a file of its own."),
        "{line}"
    );
}
