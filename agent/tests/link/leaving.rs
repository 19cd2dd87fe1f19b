//! Ends: signals, drains, and what is left afterwards.

use nix::sys::signal::Signal;
use spool_shared::protocol::{DeclineReason, FromAgent, ReleaseReason, ToAgent};

use crate::{
    agent::{Agent, lives},
    peer::{Peer, Socket, assign, job, token},
};

async fn started(control: &mut Socket, number: u8) {
    control
        .until("started", |said| {
            matches!(said, FromAgent::Started { job: begun, .. } if *begun == job(number)).then_some(())
        })
        .await;
}

async fn bye(control: &mut Socket) {
    control.said(&FromAgent::Bye {}).await;
}

#[tokio::test]
async fn an_idle_agent_says_bye_and_ends_at_the_first_signal() {
    let peer = Peer::bind(b"").await;
    let mut agent = Agent::dialing(&peer).start();
    let (mut control, _) = peer.welcomed().await;
    let workers = agent.workers();
    assert_eq!(workers.len(), 1);
    agent.signal(Signal::SIGTERM);
    bye(&mut control).await;
    assert!(control.next::<FromAgent>().await.is_none());
    assert_eq!(agent.exit().await.code(), Some(0));
    assert!(!lives(workers[0]));
    let left =
        std::fs::read_dir(agent.folder.path()).unwrap().flatten().filter(|entry| entry.path().is_dir());
    assert_eq!(left.count(), 0, "the temporary folder is gone");
}

#[tokio::test]
async fn an_agent_without_an_api_ends_at_once_too() {
    let mut agent = crate::agent::Setup::new("ws://127.0.0.1:1").start();
    agent.logged("Could not connect to the API").await;
    agent.signal(Signal::SIGINT);
    assert_eq!(agent.exit().await.code(), Some(0));
}

#[tokio::test]
async fn a_busy_agent_finishes_what_runs_and_takes_nothing_new() {
    let peer = Peer::bind(b"").await;
    let mut agent = Agent::dialing(&peer).start();
    let (mut control, _) = peer.welcomed().await;
    control.say(&assign(1, "steps=1 step_ms=700")).await;
    started(&mut control, 1).await;
    agent.signal(Signal::SIGTERM);
    control
        .until("the places taken away", |said| {
            matches!(said, FromAgent::Slots { healthy: 0, draining: true, .. }).then_some(())
        })
        .await;
    control.say(&assign(2, "")).await;
    let declined = FromAgent::Declined { job: job(2), token: token(2), reason: DeclineReason::Draining };
    control.said(&declined).await;
    peer.bulk().await.take_file(&mut Vec::new(), None).await.unwrap();
    control.until("succeeded", |said| matches!(said, FromAgent::Succeeded { .. }).then_some(())).await;
    control.say(&ToAgent::Done { job: job(1), token: token(1) }).await;
    bye(&mut control).await;
    assert_eq!(agent.exit().await.code(), Some(0));
}

#[tokio::test]
async fn a_second_signal_gives_everything_back_at_once() {
    let peer = Peer::bind(b"").await;
    let mut agent = Agent::dialing(&peer).start();
    let (mut control, _) = peer.welcomed().await;
    control.say(&assign(1, "hang_at=1")).await;
    started(&mut control, 1).await;
    let workers = agent.workers();
    agent.signal(Signal::SIGTERM);
    agent.logged("Draining").await;
    agent.signal(Signal::SIGTERM);
    gives_back(&mut control).await;
    assert_eq!(agent.exit().await.code(), Some(0));
    assert!(!workers.into_iter().any(lives));
}

#[tokio::test]
async fn a_drain_that_takes_too_long_gives_back_too() {
    let peer = Peer::bind(b"").await;
    let mut agent = Agent::dialing(&peer).with("SPOOL_DRAIN_MS", "200").start();
    let (mut control, _) = peer.welcomed().await;
    control.say(&assign(1, "hang_at=1")).await;
    started(&mut control, 1).await;
    agent.signal(Signal::SIGTERM);
    gives_back(&mut control).await;
    assert_eq!(agent.exit().await.code(), Some(0));
}

async fn gives_back(control: &mut Socket) {
    let released = FromAgent::Released { job: job(1), token: token(1), reason: ReleaseReason::Drained };
    control.said(&released).await;
    bye(control).await;
}

#[tokio::test]
async fn an_agent_that_the_api_drains_stays_and_takes_nothing_new() {
    let peer = Peer::bind(b"").await;
    let _agent = Agent::dialing(&peer).start();
    let (mut control, _) = peer.welcomed().await;
    control.say(&ToAgent::Drain {}).await;
    control.say(&assign(1, "")).await;
    let declined = FromAgent::Declined { job: job(1), token: token(1), reason: DeclineReason::Draining };
    control.said(&declined).await;
    control.until("a heartbeat", |said| matches!(said, FromAgent::Heartbeat { .. }).then_some(())).await;
}

#[tokio::test]
async fn workers_die_with_an_agent_that_is_killed() {
    let peer = Peer::bind(b"").await;
    let mut agent = Agent::dialing(&peer).with("SPOOL_SLOTS", "2").start();
    let (mut control, _) = peer.welcomed().await;
    control.say(&assign(1, "hang_at=1")).await;
    started(&mut control, 1).await;
    let workers = agent.wait("two workers", || Some(agent.workers()).filter(|all| all.len() == 2)).await;
    agent.signal(Signal::SIGKILL);
    agent.exit().await;
    agent.wait("the end of the workers", || (!workers.iter().any(|pid| lives(*pid))).then_some(())).await;
}
