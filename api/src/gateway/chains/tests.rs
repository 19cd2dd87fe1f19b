use std::{cell::RefCell, rc::Rc};

use spool_shared::{
    ids::Token,
    job::Phase,
    protocol::{FromAgent, HeldLease},
};

use super::*;

const HANDLING: Duration = Duration::from_millis(5);

/// What was handled, and when after the start.
type Log = Rc<RefCell<Vec<(String, u128)>>>;

/// Chains whose handling takes five milliseconds and is written down.
fn chains(log: &Log) -> Chains<impl Fn(JobId, FromAgent) -> LocalBoxFuture<'static, Handled>> {
    let (log, start) = (log.clone(), Instant::now());
    Chains::new(move |job, message| {
        let name = match message {
            FromAgent::Progress { seq, .. } => format!("progress {seq}"),
            FromAgent::Accepted { .. } => "accepted".to_owned(),
            _ => "other".to_owned(),
        };
        log.borrow_mut().push((name, start.elapsed().as_millis()));
        async move {
            tokio::time::sleep(HANDLING).await;
            (job, None)
        }
        .boxed_local()
    })
}

fn lease(number: u8) -> HeldLease {
    HeldLease { job: JobId::from_random([number; 16]), token: Token::from_random([number; 16]) }
}

fn report(seq: u64) -> FromAgent {
    let HeldLease { job, token } = lease(1);
    FromAgent::Progress { job, token, seq, phase: Phase::Denoise, step: 1, steps: 2, fraction: 0.5 }
}

fn accepted(number: u8) -> FromAgent {
    let HeldLease { job, token } = lease(number);
    FromAgent::Accepted { job, token }
}

fn names(log: &Log) -> Vec<String> {
    log.borrow().iter().map(|(name, _)| name.clone()).collect()
}

#[tokio::test(start_paused = true)]
async fn of_a_flood_of_reports_twenty_a_second_are_handled_and_the_last_one_is_among_them() {
    let log = Log::default();
    let mut chains = chains(&log);
    let start = Instant::now();
    for seq in 0..1_000 {
        chains.push(lease(1).job, report(seq)).unwrap();
        let next = tokio::time::timeout(Duration::from_millis(1), chains.next());
        next.await.ok();
    }
    let lasted = start.elapsed();
    chains.finish().await;
    let handled = log.borrow().len() as u128;
    assert!(handled <= lasted.as_millis() / 50 + 2, "{handled} in {lasted:?}");
    assert_eq!(names(&log).last().map(String::as_str), Some("progress 999"));
}

#[tokio::test(start_paused = true)]
async fn what_is_no_report_does_not_wait_for_the_pause_between_two_of_them() {
    let log = Log::default();
    let mut chains = chains(&log);
    let job = lease(1).job;
    chains.push(job, report(1)).unwrap();
    chains.next().await;
    assert!(!chains.is_busy(job), "it only rests");
    chains.push(job, report(2)).unwrap();
    chains.push(job, report(3)).unwrap();
    assert!(chains.is_busy(job));
    chains.push(job, accepted(1)).unwrap();
    chains.next().await;
    chains.next().await;
    let expected = [("progress 1", 0), ("progress 3", 5), ("accepted", 10)];
    assert_eq!(*log.borrow(), expected.map(|(name, at)| (name.to_owned(), at)));
    assert!(!chains.is_busy(job));
}

#[tokio::test(start_paused = true)]
async fn a_report_alone_is_handled_after_the_pause() {
    let log = Log::default();
    let mut chains = chains(&log);
    for seq in 1..=2 {
        chains.push(lease(1).job, report(seq)).unwrap();
        chains.next().await;
    }
    assert_eq!(log.borrow()[1], ("progress 2".to_owned(), 50));
}

#[tokio::test(start_paused = true)]
async fn more_than_can_wait_about_one_job_or_in_all_is_an_overflow() {
    let log = Log::default();
    let mut one = chains(&log);
    let pushed = (0..100).take_while(|_| one.push(lease(1).job, accepted(1)).is_ok()).count();
    assert_eq!(pushed, 1 + WAITING_PER_JOB);
    let mut all = chains(&log);
    let pushed = (0..100)
        .flat_map(|_| 0..=255)
        .take_while(|number| all.push(lease(*number).job, accepted(*number)).is_ok())
        .count();
    assert_eq!(pushed, 256 + WAITING);
}
