//! Links that break, and what survives them.

use std::time::{Duration, Instant};

use spool_shared::protocol::{
    BulkFromAgent, BulkToAgent, DeclineReason, FromAgent, HeldLease, ReleaseReason, ToAgent,
};

use crate::{
    agent::Agent,
    peer::{Peer, assign, assign_with_input, held, job, sha256, token, welcome, welcome_for},
};

/// Longer than an agent with leases takes to be back, with room for a busy machine.
const BACK_WITHIN: Duration = Duration::from_secs(6);

async fn started(control: &mut crate::peer::Socket, number: u8) {
    let started = FromAgent::Started { job: job(number), token: token(number), slot: 0 };
    control.said(&started).await;
}

#[tokio::test]
async fn running_work_outlives_a_cut_and_goes_on_under_the_token_that_the_welcome_names() {
    let peer = Peer::bind(b"").await;
    let _agent = Agent::dialing(&peer).start();
    let (mut control, _) = peer.welcomed().await;
    control.say(&assign(1, "steps=4 step_ms=500")).await;
    started(&mut control, 1).await;
    drop(control);
    let cut = Instant::now();
    let mut control = peer.control().await;
    assert!(cut.elapsed() < BACK_WITHIN, "{:?}", cut.elapsed());
    assert_eq!(control.hello().await, [held(1)]);
    let renewed = HeldLease { job: job(1), token: token(7) };
    control.say(&welcome(vec![renewed], vec![])).await;
    let mut bulk = peer.bulk().await;
    let begin = bulk.take_file(&mut Vec::new(), None).await.unwrap();
    assert!(matches!(begin, BulkFromAgent::Begin { token: used, .. } if used == token(7)), "{begin:?}");
    let used = control
        .until("succeeded", |message| match message {
            FromAgent::Succeeded { token, .. } => Some(*token),
            _ => None,
        })
        .await;
    assert_eq!(used, token(7));
}

#[tokio::test]
async fn an_agent_whose_heartbeats_nobody_answers_dials_anew_though_it_is_pinged() {
    let peer = Peer::bind(b"").await;
    let agent = Agent::dialing(&peer).start();
    let mut control = peer.control().await;
    control.hello().await;
    control.say(&welcome_for(Duration::from_secs(3))).await;
    let since = Instant::now();
    let pinged = async {
        loop {
            control.ping().await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::select! {
        () = pinged => unreachable!(),
        mut again = peer.control() => assert_eq!(again.hello().await, []),
    }
    assert!(since.elapsed() >= Duration::from_millis(1_800), "{:?}", since.elapsed());
    agent.logged("no answer was heard for 1800 ms").await;
}

#[tokio::test]
async fn an_outcome_that_was_not_recorded_is_offered_again_after_a_cut() {
    let peer = Peer::bind(b"").await;
    let _agent = Agent::dialing(&peer).start();
    let (mut control, _) = peer.welcomed().await;
    control.say(&assign(1, "fail_at=1 fail=bad_input")).await;
    let failed = |message: &FromAgent| matches!(message, FromAgent::Failed { .. }).then(|| message.clone());
    let first = control.until("failed", failed).await;
    drop(control);
    let (mut control, leases) = peer.welcomed().await;
    assert_eq!(leases, [held(1)]);
    assert_eq!(control.until("failed", failed).await, first);
    control.say(&ToAgent::Done { job: job(1), token: token(1) }).await;
    drop(control);
    assert_eq!(peer.welcomed().await.1, []);
}

#[tokio::test]
async fn a_job_that_was_declined_on_a_broken_link_is_declined_again() {
    let peer = Peer::bind(b"").await;
    let _agent = Agent::dialing(&peer).start();
    let (mut control, _) = peer.welcomed().await;
    let declined = FromAgent::Declined { job: job(1), token: token(1), reason: DeclineReason::Inputs };
    control.say(&assign_with_input(1, b"a picture that the peer does not have")).await;
    control.said(&declined).await;
    drop(control);
    let (mut control, leases) = peer.welcomed().await;
    assert_eq!(leases, [held(1)]);
    control.said(&declined).await;
    control.say(&ToAgent::Beat { keep: vec![], drop: vec![held(1)] }).await;
    drop(control);
    assert_eq!(peer.welcomed().await.1, []);
}

#[tokio::test]
async fn work_that_the_welcome_drops_is_stopped() {
    let peer = Peer::bind(b"").await;
    let _agent = Agent::dialing(&peer).start();
    let (mut control, _) = peer.welcomed().await;
    control.say(&assign(1, "steps=100 step_ms=600000")).await;
    started(&mut control, 1).await;
    drop(control);
    let mut control = peer.control().await;
    let leases = control.hello().await;
    control.say(&welcome(vec![], leases)).await;
    let released = FromAgent::Released { job: job(1), token: token(1), reason: ReleaseReason::Dropped };
    control.said(&released).await;
}

#[tokio::test]
async fn nothing_new_starts_while_the_link_is_down() {
    let peer = Peer::bind(b"").await;
    let agent = Agent::dialing(&peer).start();
    let (mut control, _) = peer.welcomed().await;
    control.say(&assign(1, "steps=1 step_ms=1500")).await;
    started(&mut control, 1).await;
    let mut staged = assign(2, "steps=1");
    if let ToAgent::Assign { staged, .. } = &mut staged {
        *staged = true;
    }
    control.say(&staged).await;
    let accepted = FromAgent::Accepted { job: job(2), token: token(2) };
    control.said(&accepted).await;
    drop(control);
    let mut control = peer.control().await;
    assert_eq!(control.hello().await, [held(1), held(2)]);
    // The worker becomes free while the agent still waits for its welcome.
    agent.logged("The worker made a result").await;
    let begun = format!("A worker gets the job job.id={}", job(2));
    assert!(!agent.log().contains(&begun));
    control.say(&welcome(vec![held(1), held(2)], vec![])).await;
    control
        .until("the second job", |message| {
            matches!(message, FromAgent::Started { job: begun, .. } if *begun == job(2)).then_some(())
        })
        .await;
}

#[tokio::test]
async fn an_upload_that_was_cut_goes_on_at_the_offset_that_the_api_has() {
    let peer = Peer::bind(b"").await;
    let _agent = Agent::dialing(&peer).start();
    let (mut control, _) = peer.welcomed().await;
    control.say(&assign(1, "steps=1 output_bytes=1000000")).await;
    let mut bulk = peer.bulk().await;
    let mut file = Vec::new();
    assert!(bulk.take_file(&mut file, Some(300_000)).await.is_none());
    drop(bulk);
    let resumed_at = file.len();
    let begin = peer.bulk().await.take_file(&mut file, None).await.unwrap();
    let BulkFromAgent::Begin { bytes, sha256: announced, .. } = begin else { unreachable!() };
    assert!((300_000..400_000).contains(&resumed_at), "{resumed_at}");
    assert_eq!((file.len() as u64, sha256(&file)), (bytes, announced));
    control.until("succeeded", |said| matches!(said, FromAgent::Succeeded { .. }).then_some(())).await;
}

#[tokio::test]
async fn an_upload_without_acknowledgment_is_tried_on_a_new_socket() {
    let peer = Peer::bind(b"").await;
    let _agent = Agent::dialing(&peer).with("SPOOL_STALL_MS", "upload=300").start();
    let (mut control, _) = peer.welcomed().await;
    control.say(&assign(1, "steps=1")).await;
    let mut silent = peer.bulk().await;
    silent.until("begin", |said| matches!(said, BulkFromAgent::Begin { .. }).then_some(())).await;
    let mut bulk = peer.bulk().await;
    bulk.take_file(&mut Vec::new(), None).await.unwrap();
    control.until("succeeded", |said| matches!(said, FromAgent::Succeeded { .. }).then_some(())).await;
}

#[tokio::test]
async fn several_uploads_share_the_bulk_socket() {
    let peer = Peer::bind(b"").await;
    let _agent = Agent::dialing(&peer).with("SPOOL_SLOTS", "2").start();
    let (mut control, _) = peer.welcomed().await;
    control.say(&assign(1, "steps=1 output_bytes=200000")).await;
    control.say(&assign(2, "steps=1 output_bytes=200000")).await;
    let mut bulk = peer.bulk().await;
    let mut uploads = Vec::new();
    while uploads.len() < 2 {
        uploads.extend(
            bulk.until("begin", |said| match said {
                BulkFromAgent::Begin { upload, .. } => Some(Some(*upload)),
                _ => Some(None),
            })
            .await,
        );
    }
    for upload in &uploads {
        bulk.say(&BulkToAgent::Have { upload: *upload, offset: 0 }).await;
    }
    let mut chunks = Vec::new();
    while chunks.len() < 8 {
        chunks.push(
            bulk.until("a chunk", |said| match said {
                BulkFromAgent::Chunk { upload, .. } => Some(*upload),
                _ => None,
            })
            .await,
        );
    }
    let of_first = chunks.iter().filter(|upload| **upload == uploads[0]).count();
    assert_eq!(of_first, 4, "{chunks:?}");
    assert!(chunks[..6].windows(3).any(|three| three[0] != three[1]), "they take turns: {chunks:?}");
}

#[tokio::test]
async fn a_goodbye_says_when_to_dial_again() {
    let peer = Peer::bind(b"").await;
    let agent = Agent::dialing(&peer).start();
    let (mut control, _) = peer.welcomed().await;
    let goodbye = |retry_after_ms, code: &str| ToAgent::Goodbye {
        retry_after_ms,
        code: code.into(),
        message: "The API restarts.".into(),
    };
    control.say(&goodbye(700, "shutdown")).await;
    let since = Instant::now();
    let mut control = peer.control().await;
    assert!(since.elapsed() >= Duration::from_millis(700), "{:?}", since.elapsed());
    control.hello().await;
    control.say(&goodbye(0, "duplicate_agent")).await;
    agent.logged("Another agent with the same id is connected; give each its own SPOOL_AGENT_ID_FILE").await;
}
