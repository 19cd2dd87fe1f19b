//! Programs in the place of Python that are no worker.

use std::time::Duration;

use spool_agent::worker::{Exit, FromWorker};
use spool_shared::job::Phase;

use crate::slot::Slot;

/// Connects as a worker does, sends what `code` sends, and waits for the end of the socket.
fn stranger(code: &str) -> String {
    format!(
        "#!PYTHON\n\
         import os, socket, sys\n\
         from spool.worker.codec import frame\n\
         link = socket.socket(socket.AF_UNIX)\n\
         link.connect(sys.argv[sys.argv.index('--socket') + 1])\n\
         hello = {{'protocol': 1, 'pid': os.getpid(), 'version': '9', 'offers': [], 'mood': 'good'}}\n\
         job = '01010101-0101-8101-8101-010101010100'\n\
         {code}\n\
         link.recv(1 << 20)\n"
    )
}

#[tokio::test]
async fn a_program_that_ends_before_it_says_hello_is_told_with_its_last_words() {
    let mut slot = Slot::with_program("#!/bin/sh\necho 'no module named spool' >&2\nexit 1\n", "60000");
    let exit = slot.exit().await.0;
    assert_eq!(
        exit.to_string(),
        "The worker ended with exit status 1 before it was ready: no module named spool"
    );
    assert!(matches!(exit, Exit::Unready { code: Some(1), .. }), "{exit:?}");
}

#[tokio::test]
async fn a_program_that_never_says_hello_is_given_up() {
    let mut slot = Slot::with_program("#!/bin/sh\nexec sleep 1000\n", "start=300");
    let exit = slot.exit().await.0;
    assert!(matches!(&exit, Exit::Unready { how, .. } if how == "said nothing for 300 ms"), "{exit:?}");
}

#[tokio::test]
async fn a_worker_of_another_protocol_is_refused() {
    let mut slot =
        Slot::with_program(&stranger("link.sendall(frame({'hello': hello | {'protocol': 2}}))"), "60000");
    let sentence = slot.exit().await.0.to_string();
    assert!(sentence.contains("it speaks protocol 2, not 1"), "{sentence}");
}

#[tokio::test]
async fn a_worker_that_says_what_is_no_message_is_ended() {
    for junk in ["b'GET / HTTP/1.1'", "frame({'started': {'job': 7}})", "frame([1, 2])"] {
        let code = format!("link.sendall(frame({{'hello': hello}}) + {junk})");
        let mut slot = Slot::with_program(&stranger(&code), "60000");
        slot.ready().await;
        let exit = slot.exit().await.0;
        assert!(
            matches!(&exit, Exit::Crashed { how } if how.starts_with("said something that is no message")),
            "{exit:?}"
        );
    }
}

#[tokio::test]
async fn messages_and_fields_of_a_newer_worker_are_passed_over() {
    let code = "link.sendall(frame({'hello': hello}) + frame({'song': {}}) + frame({'started': {'job': job, 'key': 'D'}}))";
    let mut slot = Slot::with_program(&stranger(code), "load=2000");
    slot.ready().await;
    // Nothing is said of a job that the worker does not have.
    slot.run("");
    let (exit, said) = slot.exit().await;
    assert!(said.len() <= 1, "{said:?}");
    assert_eq!(exit, Exit::Crashed { how: "ended with exit status 0".into() });
}

#[tokio::test]
async fn what_a_worker_says_just_before_its_end_still_counts() {
    let code = "link.sendall(frame({'hello': hello}))\n\
                link.recv(1 << 20)\n\
                link.sendall(frame({'started': {'job': job}}) + frame({'canceled': {'job': job}}))\n\
                os._exit(7)";
    let mut slot = Slot::with_program(&stranger(code), "60000");
    slot.ready().await;
    slot.run("");
    let (exit, said) = slot.exit().await;
    assert!(matches!(said[..], [FromWorker::Started { .. }, FromWorker::Canceled { .. }]), "{said:?}");
    assert_eq!(exit, Exit::Crashed { how: "ended with exit status 7".into() });
}

#[tokio::test]
async fn a_worker_that_falls_silent_in_a_step_is_found_by_its_phase() {
    let progress = |step: u32| {
        format!(
            "frame({{'progress': {{'job': job, 'phase': 'denoise', 'step': {step}, 'steps': 9, 'fraction': 0.{step}}}}})"
        )
    };
    let code = format!(
        "link.sendall(frame({{'hello': hello}}))\n\
         link.recv(1 << 20)\n\
         link.sendall(frame({{'started': {{'job': job}}}}) + {} + {})",
        progress(1),
        progress(2)
    );
    let mut slot = Slot::with_program(&stranger(&code), "step=400");
    slot.ready().await;
    slot.run("");
    let limit = Duration::from_millis(400);
    assert_eq!(slot.exit().await.0, Exit::Stalled { phase: Phase::Denoise, limit });
}
