//! One slot, and what it tells.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    time::Duration,
};

use nix::unistd::Pid;
use spool_agent::{
    config::Stalls,
    event::{Event, Events, Inbox},
    tasks::Tasks,
    worker::{
        Exit, FromWorker, SlotHandle, WorkerEvent,
        process::Launch,
        protocol::{Hello, Run},
        supervisor::Supervisor,
    },
};
use spool_shared::{ids::JobId, workflow::Workflow};
use tempfile::TempDir;
use tokio::time::timeout;

/// For anything that should happen; far longer than it takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Slot {
    pub(crate) handle: SlotHandle,
    pub(crate) tasks: Tasks,
    folder: TempDir,
    inbox: Inbox,
}

/// The Python of the repository's own environment.
pub(crate) fn python() -> PathBuf {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.venv/bin/python");
    assert!(python.exists(), "the Python environment is set up by `make setup`");
    python
}

impl Slot {
    /// A slot whose workers are started with `python`; the first one starts at once.
    pub(crate) fn start(python: PathBuf, stalls: &str) -> Self {
        Self::in_folder(tempfile::tempdir().unwrap(), python, stalls)
    }

    /// The same with a program of the test's own in the place of Python.
    pub(crate) fn with_program(program: &str, stalls: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("program");
        fs::write(&path, program.replace("PYTHON", &python().to_string_lossy())).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
        Self::in_folder(folder, path, stalls)
    }

    fn in_folder(folder: TempDir, python: PathBuf, stalls: &str) -> Self {
        let launch = Launch {
            python,
            engines: "i2v=scripted".into(),
            slot: 0,
            gpu: None,
            folder: folder.path().join("slot-0"),
        };
        let (events, inbox) = Events::new();
        let tasks = Tasks::default();
        let stalls = Stalls::parse(stalls).unwrap();
        let (supervisor, handle) = Supervisor::new(launch, stalls, events, tasks.clone());
        tasks.spawn("slot", supervisor.run());
        handle.start(Duration::ZERO);
        Self { handle, tasks, folder, inbox }
    }

    pub(crate) async fn next(&mut self) -> WorkerEvent {
        let event = timeout(PATIENCE, self.inbox.next()).await.expect("something happens").unwrap();
        let Event::Worker { slot: 0, event } = event else { panic!("{event:?} is not of this slot") };
        event
    }

    pub(crate) async fn ready(&mut self) -> Hello {
        match self.next().await {
            WorkerEvent::Ready(hello) => hello,
            other => panic!("a worker gets ready, not {other:?}"),
        }
    }

    /// A ready worker that has begun a job.
    pub(crate) async fn running(&mut self, prompt: &str) -> Pid {
        let pid = self.ready().await.pid;
        self.run(prompt);
        self.until_said(|said| matches!(said, FromWorker::Progress { .. } | FromWorker::Started { .. }))
            .await;
        Pid::from_raw(i32::try_from(pid).unwrap())
    }

    pub(crate) fn run(&self, prompt: &str) {
        let params = serde_json::json!({ "prompt": prompt, "num_inference_steps": 1 });
        let serde_json::Value::Object(params) = params else { unreachable!() };
        let run = Run {
            job: job(),
            attempt: 1,
            workflow: Workflow::I2v,
            class: "i2v.480p.81.lightning".parse().unwrap(),
            params,
            inputs: vec![],
            output_dir: self.folder.path().join("out").to_string_lossy().into_owned(),
        };
        self.handle.run(Box::new(run), 0);
    }

    pub(crate) async fn until_said(&mut self, wanted: impl Fn(&FromWorker) -> bool) -> FromWorker {
        loop {
            match self.next().await {
                WorkerEvent::Said(message) if wanted(&message) => return message,
                WorkerEvent::Said(_) => {}
                other => panic!("something is said before {other:?}"),
            }
        }
    }

    /// Waits for the end of the worker; returns it with what was said before.
    pub(crate) async fn exit(&mut self) -> (Exit, Vec<FromWorker>) {
        let mut said = Vec::new();
        loop {
            match self.next().await {
                WorkerEvent::Exited(exit) => return (exit, said),
                WorkerEvent::Said(message) => said.push(message),
                WorkerEvent::Ready(_) => {}
            }
        }
    }
}

pub(crate) fn job() -> JobId {
    JobId::from_random([1; 16])
}

/// Waits until a group has no living process any more: one that has SIGKILL is there until it is next scheduled.
pub(crate) async fn gone(members: Pid) {
    let empty = async {
        while !group(members).is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    assert!(timeout(PATIENCE, empty).await.is_ok(), "{:?} live on", group(members));
}

/// The living processes of a group.
pub(crate) fn group(group: Pid) -> Vec<i32> {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|pid: &i32| {
        // pid (name) state parent group …; the name may hold anything.
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        let fields: Vec<_> = after_name.split_whitespace().collect();
        fields.get(2) == Some(&group.to_string().as_str()) && fields.first() != Some(&"Z")
    })
    .collect()
}
