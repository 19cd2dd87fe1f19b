//! The whole way, as `make demo` goes it: command line, API, agent, preview engine, and a clip that decodes.

use spool_tests::{World, programs, world::python_command};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_line_turns_the_sample_picture_into_a_clip_of_the_frames_asked_for() {
    let world = World::plan().agents(1).engines("i2v=preview,qwen=preview").start().await;
    let server = format!("http://{}", world.replica(0).address());
    let picture = programs::root().join("tests/fixtures/samples/rocket.jpg");

    let mut spool = python_command("spool", &world);
    spool.args(["--server", &server, "i2v"]).arg(picture);
    spool.args(["--prompt", "slow zoom in", "--frames", "9", "--size", "256x144"]);
    spool.args(["--output", "clip.mp4"]);
    runs(spool);

    let mut check = python_command("python", &world);
    check.arg(programs::root().join("infra/setup/check_clip.py")).args(["clip.mp4", "9"]);
    assert_eq!(runs(check).trim(), "clip.mp4 decodes to 9 frames of 256x144");
}

/// Runs a command to its successful end; returns what it printed.
fn runs(mut command: std::process::Command) -> String {
    let output = tokio::task::block_in_place(|| command.output()).expect("the command starts");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} ended with {}: {said}{complained}", output.status);
    said
}
