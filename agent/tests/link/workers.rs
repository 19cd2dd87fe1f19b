//! Workers that misbehave, as the API hears of it.

use nix::sys::signal::{Signal, kill};
use spool_shared::{
    job::FailureCode,
    protocol::{FromAgent, ToAgent},
};

use crate::{
    agent::Agent,
    peer::{Peer, Socket, assign, job, token},
};

async fn failed(control: &mut Socket) -> (FailureCode, String, bool) {
    control
        .until("failed", |message| match message {
            FromAgent::Failed { code, message, retryable, .. } => Some((*code, message.clone(), *retryable)),
            _ => None,
        })
        .await
}

async fn runs_a_job(peer: &Peer, control: &mut Socket, number: u8) {
    control.say(&assign(number, "steps=1")).await;
    peer.bulk().await.take_file(&mut Vec::new(), None).await.unwrap();
    control.until("succeeded", |said| matches!(said, FromAgent::Succeeded { .. }).then_some(())).await;
}

#[tokio::test]
async fn a_crash_fails_the_job_at_once_and_the_next_job_gets_a_new_worker() {
    let peer = Peer::bind(b"").await;
    let _agent = Agent::dialing(&peer).start();
    let (mut control, _) = peer.welcomed().await;
    control.say(&assign(1, "crash_at=1")).await;
    let told = failed(&mut control).await;
    let sentence = "The worker was ended by SIGKILL in the middle of the job.";
    assert_eq!(told, (FailureCode::WorkerCrashed, sentence.to_owned(), true));
    control.say(&ToAgent::Done { job: job(1), token: token(1) }).await;
    runs_a_job(&peer, &mut control, 2).await;
}

#[tokio::test]
async fn an_end_without_a_result_is_a_crash_even_with_status_0() {
    let peer = Peer::bind(b"").await;
    let _agent = Agent::dialing(&peer).start();
    let (mut control, _) = peer.welcomed().await;
    control.say(&assign(1, "exit_at=1")).await;
    let sentence = "The worker ended with exit status 0 in the middle of the job.";
    assert_eq!(failed(&mut control).await, (FailureCode::WorkerCrashed, sentence.to_owned(), true));
}

#[tokio::test]
async fn a_worker_that_hangs_is_found_stalled_and_replaced() {
    let peer = Peer::bind(b"").await;
    let _agent = Agent::dialing(&peer).with("SPOOL_STALL_MS", "step=400").start();
    let (mut control, _) = peer.welcomed().await;
    control.say(&assign(1, "steps=3 hang_at=2")).await;
    let sentence = "The worker got no further in phase denoise for 400 ms.";
    assert_eq!(failed(&mut control).await, (FailureCode::Stalled, sentence.to_owned(), true));
    control.say(&ToAgent::Done { job: job(1), token: token(1) }).await;
    runs_a_job(&peer, &mut control, 2).await;
}

#[tokio::test]
async fn a_slot_that_crashes_five_times_is_parked_and_the_api_is_told() {
    let peer = Peer::bind(b"").await;
    let agent = Agent::dialing(&peer).with("SPOOL_SLOTS", "2").start();
    let (mut control, _) = peer.welcomed().await;
    for crash in 0..5 {
        let worker = agent
            .wait("a worker of the first slot", || {
                let all = agent.workers().into_iter();
                all.filter(|pid| slot_of(*pid) == Some("0".into()))
                    .find(|_| agent.log().matches("The worker is ready slot=0").count() == crash + 1)
            })
            .await;
        kill(worker, Signal::SIGKILL).unwrap();
    }
    control
        .until("one healthy slot", |said| matches!(said, FromAgent::Slots { healthy: 1, .. }).then_some(()))
        .await;
    // A slot that pauses is not healthy either; a job must not meet the worker that was just killed.
    let parked = "The slot takes no more jobs until the agent is started again slot=0";
    agent.wait("the parked slot", || agent.log().contains(parked).then_some(())).await;
    runs_a_job(&peer, &mut control, 1).await;
}

fn slot_of(pid: nix::unistd::Pid) -> Option<String> {
    let line = std::fs::read_to_string(format!("/proc/{pid}/cmdline")).ok()?;
    let mut words = line.split('\0');
    words.find(|word| *word == "--slot")?;
    words.next().map(ToOwned::to_owned)
}

#[tokio::test]
async fn a_hundred_megabytes_of_junk_on_standard_output_cost_no_memory() {
    let peer = Peer::bind(b"").await;
    let agent = Agent::dialing(&peer).start();
    let (mut control, _) = peer.welcomed().await;
    runs_a_job(&peer, &mut control, 1).await;
    control.say(&ToAgent::Done { job: job(1), token: token(1) }).await;
    let before = agent.resident_kib();
    control.say(&assign(2, "steps=1 noise_bytes=100000000")).await;
    control.until("succeeded", |said| matches!(said, FromAgent::Started { .. }).then_some(())).await;
    control.until("the upload", |said| matches!(said, FromAgent::Progress { .. }).then_some(())).await;
    let grown = agent.resident_kib().saturating_sub(before);
    assert!(grown < 4096, "{grown} KiB");
    assert!(agent.log().len() < 1_000_000, "{} bytes of log", agent.log().len());
    assert_eq!(std::fs::metadata(agent.folder.path().join("stdout")).unwrap().len(), 0);
}

#[tokio::test]
async fn a_worker_sees_neither_the_agents_token_nor_its_settings() {
    let peer = Peer::bind(b"").await;
    let agent = Agent::dialing(&peer).with("SPOOL_AGENT_TOKEN", "canary").with("PYTHONUTF8", "1");
    let agent = agent.with("HF_TOKEN", "canary").with("AWS_SECRET_ACCESS_KEY", "canary").start();
    let (_control, _) = peer.welcomed().await;
    let worker = agent.workers()[0];
    let environment = std::fs::read_to_string(format!("/proc/{worker}/environ")).unwrap();
    assert!(environment.contains("PYTHONUTF8=1"), "{environment}");
    assert!(!environment.contains("canary") && !environment.contains("SPOOL_"), "{environment}");
}
