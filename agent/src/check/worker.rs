//! Python, a worker of it, and what that offers.

use std::{env, time::Duration};

use tokio::time::timeout;

use super::Line;
use crate::{
    config::Config,
    event::{Event, Events},
    gpu::Inventory,
    scratch::Scratch,
    tasks::Tasks,
    worker::{
        WorkerEvent,
        process::{self, Launch},
        protocol::Hello,
        supervisor::Supervisor,
    },
};

const STEPS: [&str; 2] = ["python", "worker"];
/// The oldest Python that the package runs on.
const OLDEST: (u32, u32) = (3, 11);
/// Prints the version of Python, and of the package if it is there.
const QUESTION: &str =
    "import sys; print('%d.%d' % sys.version_info[:2]); import spool; print(spool.__version__)";
const HINT: &str = "SPOOL_PYTHON names the Python that has the package `spool`.";
/// For Python to answer.
const ANSWERS_WITHIN: Duration = Duration::from_secs(30);
/// For the worker that was looked at to end.
const ENDS_WITHIN: Duration = Duration::from_secs(10);

pub(super) async fn check(config: &Config, gpus: &Inventory) -> Vec<Line> {
    let engines = config.engines.pairs();
    let mut lines = vec![python(config).await];
    let ready = if lines.iter().all(|line| line.verdict == super::Verdict::Ok) {
        let (line, hello) = start(config, gpus).await;
        lines.push(line);
        hello
    } else {
        None
    };
    for step in STEPS.iter().skip(lines.len()) {
        lines.push(Line::skipped(step, "it needs the step before".into()));
    }
    lines.extend(engines.map(|(workflow, engine)| match &ready {
        Some(hello) => offered(workflow, engine, hello),
        None => Line::skipped(workflow, format!("{engine} needs a worker")),
    }));
    lines
}

async fn python(config: &Config) -> Line {
    const NAME: &str = "python";
    let shown = config.python.display();
    let answer = match timeout(ANSWERS_WITHIN, process::ask(&config.python, QUESTION)).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => {
            return Line::fails(NAME, format!("{shown} cannot be started: {error}"), HINT);
        }
        Err(_) => return Line::fails(NAME, format!("{shown} does not answer"), HINT),
    };
    let printed = String::from_utf8_lossy(&answer.stdout);
    let mut words = printed.split_whitespace();
    let (python, package) = (words.next(), words.next());
    let last = String::from_utf8_lossy(&answer.stderr).lines().last().unwrap_or_default().to_owned();
    match (python, package) {
        (Some(python), _) if older(python) => {
            let (major, minor) = OLDEST;
            Line::fails(NAME, format!("{shown} is Python {python}, older than {major}.{minor}"), HINT)
        }
        (Some(python), Some(package)) => {
            Line::ok(NAME, format!("{shown} is Python {python} with spool {package}"))
        }
        (Some(python), None) => {
            Line::fails(NAME, format!("{shown} is Python {python} without the package spool: {last}"), HINT)
        }
        (None, _) => Line::fails(NAME, format!("{shown} is no Python: {last}"), HINT),
    }
}

fn older(version: &str) -> bool {
    let mut numbers = version.split('.').map(|number| number.parse().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) < OLDEST
}

/// Starts a worker as an agent would, waits for its hello, and ends it.
async fn start(config: &Config, gpus: &Inventory) -> (Line, Option<Hello>) {
    const NAME: &str = "worker";
    let scratch = match Scratch::create(&env::temp_dir()) {
        Ok(scratch) => scratch,
        Err(error) => return (Line::fails(NAME, format!("it has no folder: {error}"), ""), None),
    };
    let launch = Launch {
        python: config.python.clone(),
        engines: config.engines.as_str().to_owned(),
        slot: 0,
        gpu: gpus.of_slot(0).map(|device| device.uuid.clone()),
        folder: scratch.slot(0),
    };
    let (events, mut inbox) = Events::new();
    let tasks = Tasks::default();
    let (supervisor, handle) = Supervisor::new(launch, config.stalls, events, tasks.clone());
    tasks.spawn("slot", supervisor.run());
    handle.start(Duration::ZERO);
    let found = loop {
        match inbox.next().await {
            Some(Event::Worker { event: WorkerEvent::Ready(hello), .. }) => {
                let detail = format!("it is ready, version {}", hello.version);
                break (Line::ok(NAME, detail), Some(hello));
            }
            Some(Event::Worker { event: WorkerEvent::Exited(exit), .. }) => {
                let hint = "SPOOL_PYTHON and SPOOL_ENGINES say how workers are started.";
                break (Line::fails(NAME, exit.to_string(), hint), None);
            }
            Some(_) => {}
            None => break (Line::fails(NAME, "it could not be watched".into(), ""), None),
        }
    };
    handle.leave();
    tasks.finish(ENDS_WITHIN).await;
    found
}

fn offered(workflow: &str, engine: &str, hello: &Hello) -> Line {
    if let Some(offer) = hello.offers.iter().find(|offer| offer.workflow.as_str() == workflow) {
        let classes = offer.classes.len();
        let noun = if classes == 1 { "class" } else { "classes" };
        return Line::ok(workflow, format!("{engine} offers {classes} {noun}"));
    }
    let missing = hello.missing.iter().find(|absent| absent.workflow.as_str() == workflow);
    match missing {
        Some(absent) => Line::fails(workflow, absent.why.clone(), ""),
        None => Line::fails(workflow, format!("{engine} does not offer it"), ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_python_is_told_from_a_new_one() {
        let wanted = [("3.10", true), ("3.11", false), ("3.14", false), ("2.7", true), ("4.0", false)];
        for (version, is_older) in wanted {
            assert_eq!(older(version), is_older, "{version}");
        }
    }
}
