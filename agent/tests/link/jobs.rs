//! One job after another on a link that works.

use spool_shared::protocol::{
    BulkFromAgent, DeclineReason, FromAgent, Output, RefusedCode, ReleaseReason, ToAgent,
};

use crate::{
    agent::Agent,
    peer::{Peer, Socket, assign, assign_with_input, held, job, sha256, soon, token},
};

const PICTURE: &[u8] = b"not really a picture, but nobody looks";

async fn said(control: &mut Socket, message: FromAgent) {
    control.said(&message).await;
}

async fn succeeded(control: &mut Socket) -> Vec<Output> {
    control
        .until("succeeded", |message| match message {
            FromAgent::Succeeded { outputs, .. } => Some(outputs.clone()),
            _ => None,
        })
        .await
}

#[tokio::test]
async fn a_job_goes_from_its_hand_out_to_done_and_leaves_nothing_behind() {
    let peer = Peer::bind(PICTURE).await;
    let agent = Agent::dialing(&peer).with("SPOOL_AGENT_TOKEN", "canary-token").start();
    let (mut control, leases) = peer.welcomed().await;
    assert_eq!(leases, []);
    control.say(&assign_with_input(1, PICTURE)).await;
    said(&mut control, FromAgent::Accepted { job: job(1), token: token(1) }).await;
    let request = soon("the request", async { peer.requests.lock().await.recv().await.unwrap() }).await;
    let request = request.to_lowercase();
    assert!(
        request.starts_with(&format!("get /api/agents/jobs/{}/inputs/0 http/1.1\r\n", job(1))),
        "{request}"
    );
    assert!(request.contains(&format!("x-spool-lease: {}\r\n", token(1).reveal())), "{request}");
    assert!(request.contains("authorization: bearer canary-token\r\n"), "{request}");
    said(&mut control, FromAgent::Started { job: job(1), token: token(1), slot: 0 }).await;
    let mut bulk = peer.bulk().await;
    let mut file = Vec::new();
    let begin = bulk.take_file(&mut file, None).await.unwrap();
    let outputs = succeeded(&mut control).await;
    let BulkFromAgent::Begin { job: sent_for, token: sent_under, sha256: announced, .. } = begin else {
        unreachable!()
    };
    assert_eq!((sent_for, sent_under), (job(1), token(1)));
    assert_eq!((&announced, &outputs[0].sha256), (&sha256(&file), &sha256(&file)));
    assert_eq!((outputs[0].bytes, outputs[0].content_type.as_str()), (file.len() as u64, "image/png"));
    assert_eq!(agent.works(), 1, "the result is kept until it is recorded");
    control.say(&ToAgent::Done { job: job(1), token: token(1) }).await;
    agent.wait("the end of the job's folder", || (agent.works() == 0).then_some(())).await;
    for head in [&control.head, &bulk.head] {
        let head = head.to_lowercase();
        assert!(
            head.contains("authorization: bearer canary-token\r\n") && !head.contains("origin:"),
            "{head}"
        );
    }
    assert!(!agent.log().contains("canary-token"), "no token in the log");
    assert!(!agent.log().contains(&token(1).reveal()), "no lease token in the log");
}

#[tokio::test]
async fn a_proxy_of_the_environment_gets_neither_the_tokens_nor_the_pictures() {
    let peer = Peer::bind(PICTURE).await;
    let proxy = Peer::bind(b"what a proxy would answer").await;
    let mut setup = Agent::dialing(&peer);
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"] {
        setup = setup.with(name, format!("http://{}", proxy.address));
    }
    let _agent = setup.start();
    let (mut control, _) = peer.welcomed().await;
    control.say(&assign_with_input(1, PICTURE)).await;
    said(&mut control, FromAgent::Started { job: job(1), token: token(1), slot: 0 }).await;
    assert!(proxy.requests.lock().await.try_recv().is_err(), "nobody asked the proxy");
}

#[tokio::test]
async fn progress_grows_from_the_first_step_through_the_upload() {
    let peer = Peer::bind(PICTURE).await;
    let _agent = Agent::dialing(&peer).start();
    let (mut control, _) = peer.welcomed().await;
    control.say(&assign(1, "steps=4 step_ms=150 output_bytes=300000")).await;
    let mut bulk = peer.bulk().await;
    bulk.take_file(&mut Vec::new(), None).await.unwrap();
    let (mut seen, mut phases) = (Vec::new(), Vec::new());
    control
        .until("succeeded", |message| {
            if let FromAgent::Progress { seq, phase, fraction, .. } = message {
                seen.push((*seq, *fraction));
                phases.push(phase.as_str());
            }
            matches!(message, FromAgent::Succeeded { .. }).then_some(())
        })
        .await;
    assert!(seen.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1), "{seen:?}");
    assert!(seen.len() >= 4, "{seen:?}");
    assert_eq!((phases.first(), phases.last()), (Some(&"denoise"), Some(&"upload")));
}

#[tokio::test]
async fn previews_go_over_the_bulk_socket() {
    let peer = Peer::bind(PICTURE).await;
    let _agent = Agent::dialing(&peer).start();
    let (mut control, _) = peer.welcomed().await;
    control.say(&assign(1, "steps=3 step_ms=100 preview_every=1")).await;
    let mut bulk = peer.bulk().await;
    let (content_type, bytes) = bulk
        .until("a preview", |message| match message {
            BulkFromAgent::Preview { content_type, bytes, .. } => Some((content_type.clone(), bytes.clone())),
            _ => None,
        })
        .await;
    assert_eq!((content_type.as_str(), &bytes[..4]), ("image/webp", b"RIFF".as_slice()));
}

#[tokio::test]
async fn a_repeated_hand_out_is_answered_again_and_run_once() {
    let peer = Peer::bind(PICTURE).await;
    let _agent = Agent::dialing(&peer).with("SPOOL_SLOTS", "2").start();
    let (mut control, _) = peer.welcomed().await;
    let accepted = FromAgent::Accepted { job: job(1), token: token(1) };
    let started = FromAgent::Started { job: job(1), token: token(1), slot: 0 };
    control.say(&assign(1, "hang_at=1")).await;
    said(&mut control, accepted.clone()).await;
    let ran_on = control
        .until("started", |message| match message {
            FromAgent::Started { slot, .. } => Some(*slot),
            _ => None,
        })
        .await;
    control.say(&assign(1, "hang_at=1")).await;
    said(&mut control, FromAgent::Started { job: job(1), token: token(1), slot: ran_on }).await;
    // The free slot would have begun it before this one.
    control.say(&assign(2, "hang_at=1")).await;
    let starts = control
        .until("the other job", |message| match message {
            FromAgent::Started { job: begun, slot, .. } => Some((*begun, *slot)),
            _ => None,
        })
        .await;
    assert_eq!(starts, (job(2), 1 - ran_on), "{started:?}");
}

#[tokio::test]
async fn a_hand_out_that_does_not_fit_is_declined_with_its_reason() {
    let peer = Peer::bind(b"").await;
    let _agent = Agent::dialing(&peer).start();
    let (mut control, _) = peer.welcomed().await;
    let declined = |number, reason| FromAgent::Declined { job: job(number), token: token(number), reason };
    let mut unfit = assign(1, "");
    if let ToAgent::Assign { class, workflow, .. } = &mut unfit {
        *class = "qwen.2511.lightning".parse().unwrap();
        *workflow = class.workflow();
    }
    control.say(&unfit).await;
    said(&mut control, declined(1, DeclineReason::Unfit)).await;
    control.say(&assign_with_input(2, PICTURE)).await;
    said(&mut control, declined(2, DeclineReason::Inputs)).await;
    control.say(&assign(3, "hang_at=1")).await;
    control.say(&assign(4, "")).await;
    said(&mut control, declined(4, DeclineReason::Busy)).await;
}

#[tokio::test]
async fn a_canceled_job_stops_within_a_step_and_a_foreign_one_is_answered_too() {
    let peer = Peer::bind(PICTURE).await;
    let _agent = Agent::dialing(&peer).start();
    let (mut control, _) = peer.welcomed().await;
    let released = |number| FromAgent::Released {
        job: job(number),
        token: token(number),
        reason: ReleaseReason::Canceled,
    };
    control.say(&ToAgent::Cancel { job: job(9), token: token(9) }).await;
    said(&mut control, released(9)).await;
    control.say(&assign(1, "steps=100 step_ms=600000")).await;
    said(&mut control, FromAgent::Started { job: job(1), token: token(1), slot: 0 }).await;
    control.say(&ToAgent::Cancel { job: job(1), token: token(1) }).await;
    said(&mut control, released(1)).await;
    control.say(&assign(2, "steps=1")).await;
    said(&mut control, FromAgent::Started { job: job(2), token: token(2), slot: 0 }).await;
}

#[tokio::test]
async fn work_that_the_api_drops_or_refuses_is_stopped_and_released() {
    let peer = Peer::bind(PICTURE).await;
    let agent = Agent::dialing(&peer).start();
    let (mut control, _) = peer.welcomed().await;
    let released = |number| FromAgent::Released {
        job: job(number),
        token: token(number),
        reason: ReleaseReason::Dropped,
    };
    let endings = [
        ToAgent::Beat { keep: vec![], drop: vec![held(1)] },
        ToAgent::Refused { job: job(2), token: token(2), code: RefusedCode::Stale },
    ];
    for (number, ending) in (1..).zip(&endings) {
        control.say(&assign(number, "steps=100 step_ms=600000")).await;
        said(&mut control, FromAgent::Started { job: job(number), token: token(number), slot: 0 }).await;
        control.say(ending).await;
        said(&mut control, released(number)).await;
    }
    control.say(&assign(3, "steps=1")).await;
    peer.bulk().await.take_file(&mut Vec::new(), None).await.unwrap();
    succeeded(&mut control).await;
    control.say(&ToAgent::Refused { job: job(3), token: token(3), code: RefusedCode::Stale }).await;
    said(&mut control, released(3)).await;
    agent.wait("the end of the folders", || (agent.works() == 0).then_some(())).await;
}

#[tokio::test]
async fn files_that_the_api_misses_are_uploaded_again() {
    let peer = Peer::bind(PICTURE).await;
    let _agent = Agent::dialing(&peer).start();
    let (mut control, _) = peer.welcomed().await;
    control.say(&assign(1, "steps=1")).await;
    let mut bulk = peer.bulk().await;
    bulk.take_file(&mut Vec::new(), None).await.unwrap();
    let first = succeeded(&mut control).await;
    control.say(&ToAgent::Refused { job: job(1), token: token(1), code: RefusedCode::FilesMissing }).await;
    bulk.take_file(&mut Vec::new(), None).await.unwrap();
    assert_eq!(succeeded(&mut control).await, first);
}

#[tokio::test]
async fn heartbeats_list_every_lease_and_every_slot() {
    let peer = Peer::bind(PICTURE).await;
    let _agent = Agent::dialing(&peer).start();
    let (mut control, _) = peer.welcomed().await;
    control.say(&assign(1, "hang_at=1")).await;
    said(&mut control, FromAgent::Started { job: job(1), token: token(1), slot: 0 }).await;
    let (leases, slots) = control
        .until("a heartbeat", |message| match message {
            FromAgent::Heartbeat { leases, slots } => Some((leases.clone(), slots.clone())),
            _ => None,
        })
        .await;
    assert_eq!(leases, [held(1)]);
    assert_eq!((slots[0].state.as_str(), slots[0].job), ("busy", Some(job(1))));
}
