//! A child process in a process group of its own, with every line of its output kept and awaitable. Dropping it kills
//! it.

use std::{
    fs::File,
    io::{BufRead, BufReader, Write, pipe},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::sync::watch;

use crate::deadline::{PATIENCE, look_until, within};

/// How long a process may take to end after SIGTERM.
const ENDING: Duration = Duration::from_secs(20);
/// How long the first word of a process is waited for before it is told to end.
const BORN: Duration = Duration::from_secs(2);

pub struct Process {
    name: String,
    pid: Pid,
    child: Mutex<Child>,
    log: Log,
    /// Set once the test itself ended the process by force, so that its exit code proves nothing.
    forced: Mutex<bool>,
}

impl Process {
    /// Starts `command`, with the world's folder as working directory: whatever it leaves behind is found by that.
    #[must_use]
    pub fn start(name: &str, mut command: Command, folder: &Path) -> Self {
        let (output, input) = pipe().expect("a pipe");
        command
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(input.try_clone().expect("a second end of the pipe"))
            .stderr(input)
            .process_group(0);
        let child = command.spawn().unwrap_or_else(|error| panic!("{name} cannot be started: {error}"));
        drop(command); // it holds the writing ends of the pipe
        let pid = Pid::from_raw(i32::try_from(child.id()).expect("a pid"));
        let log = Log::read(output, &folder.join(format!("{name}.log")));
        Self { name: name.to_owned(), pid, child: Mutex::new(child), log, forced: Mutex::new(false) }
    }

    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    #[must_use]
    pub fn pid(&self) -> Pid {
        self.pid
    }

    #[must_use]
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// From now on its exit code proves nothing.
    pub(crate) fn ends_by_force(&self) {
        *self.forced.lock().unwrap_or_else(PoisonError::into_inner) = true;
    }

    /// SIGKILL, to this process alone; returns when it is gone.
    pub fn kill(&self) {
        self.ends_by_force();
        self.signal(Signal::SIGKILL);
        self.exit_status(PATIENCE).expect("a killed process is gone");
    }

    /// Stops every thread of it, as a frozen machine would.
    pub fn freeze(&self) {
        self.signal(Signal::SIGSTOP);
    }

    pub fn thaw(&self) {
        self.signal(Signal::SIGCONT);
    }

    /// SIGTERM, once it can be heard: a program that has not said a word yet may die of it like any other.
    pub fn terminate(&self) {
        let _ = look_until(BORN, || (!self.log.is_empty()).then_some(()));
        self.signal(Signal::SIGTERM);
    }

    /// Awaits the end of the process and of its output: afterwards the log is whole. A child of it that lives on holds
    /// the output open.
    pub async fn ended(&self) -> ExitStatus {
        self.log.end().await;
        let what = format!("{} ends", self.name);
        within(PATIENCE, &what, async {
            loop {
                if let Some(status) = self.try_wait() {
                    return status;
                }
                // The output is closed shortly before the kernel has the exit code.
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await
    }

    /// Waits for a process that was asked to end, and insists after a while. Returns what was wrong with the way it
    /// ended, if anything.
    #[must_use]
    pub fn finish(&self) -> Option<String> {
        let Some(status) = self.exit_status(ENDING) else {
            self.kill();
            return Some(format!("{} did not end within {ENDING:?} of SIGTERM", self.name));
        };
        let forced = *self.forced.lock().unwrap_or_else(PoisonError::into_inner);
        (!forced && !status.success()).then(|| format!("{} ended with {status}", self.name))
    }

    /// SIGTERM, without waiting; also to a frozen process.
    pub fn ask_to_end(&self) {
        if !self.has_ended() {
            self.signal(Signal::SIGCONT);
            self.terminate();
        }
    }

    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.try_wait().is_some()
    }

    /// SIGKILL without further words, to whatever has not ended.
    pub fn abandon(&self) {
        if self.try_wait().is_none() {
            self.kill();
        }
    }

    fn exit_status(&self, limit: Duration) -> Option<ExitStatus> {
        look_until(limit, || self.try_wait())
    }

    fn try_wait(&self) -> Option<ExitStatus> {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        child.try_wait().expect("a child that can be waited for")
    }

    fn signal(&self, signal: Signal) {
        // A process that is gone but not yet waited for still takes signals.
        kill(self.pid, signal).unwrap_or_else(|error| panic!("{signal} to {}: {error}", self.name));
    }
}

/// Whatever becomes of the test, even while it is still starting others.
impl Drop for Process {
    fn drop(&mut self) {
        self.abandon();
    }
}

/// What a process printed, line by line.
#[derive(Clone)]
pub struct Log {
    lines: watch::Receiver<Vec<String>>,
    path: PathBuf,
}

impl Log {
    fn read(output: impl std::io::Read + Send + 'static, path: &Path) -> Self {
        let mut file = File::create(path).expect("a log file");
        let (sender, lines) = watch::channel(Vec::new());
        std::thread::spawn(move || {
            for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
                let line = String::from_utf8_lossy(&line).into_owned();
                let _ = writeln!(file, "{line}");
                sender.send_modify(|lines| lines.push(line));
            }
        });
        Self { lines, path: path.to_owned() }
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How many lines there are: a mark to search from later.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lines.borrow().len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many lines after the first `mark` have this word.
    #[must_use]
    pub fn count_after(&self, mark: usize, word: &str) -> u64 {
        self.lines.borrow().iter().skip(mark).filter(|line| line.contains(word)).count() as u64
    }

    /// The lines after the first `mark`.
    #[must_use]
    pub fn lines_after(&self, mark: usize) -> Vec<String> {
        self.lines.borrow().iter().skip(mark).cloned().collect()
    }

    /// Awaits a line that has all of `words`, among those after the first `mark`.
    pub async fn line_after(&self, mark: usize, words: &[&str]) -> String {
        let found = |lines: &Vec<String>| {
            lines.iter().skip(mark).find(|line| words.iter().all(|word| line.contains(word))).cloned()
        };
        let mut lines = self.lines.clone();
        let what = format!("a line with {words:?} in {}", self.path.display());
        within(PATIENCE, &what, async {
            let lines = lines.wait_for(|lines| found(lines).is_some()).await;
            lines.ok().and_then(|lines| found(&lines)).expect("the process goes on printing")
        })
        .await
    }

    /// Awaits a line that has all of `words`.
    pub async fn line(&self, words: &[&str]) -> String {
        self.line_after(0, words).await
    }

    /// Awaits the end of the output.
    async fn end(&self) {
        let mut lines = self.lines.clone();
        let what = format!("the end of {}", self.path.display());
        within(PATIENCE, &what, async { while lines.changed().await.is_ok() {} }).await;
    }
}

impl std::fmt::Display for Log {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.lines.borrow().join("\n"))
    }
}

/// The processes whose working directory is `folder` or below it, by the kernel's table; those that have ended and
/// were not waited for yet have none.
#[must_use]
pub fn living_in(folder: &Path) -> Vec<Pid> {
    let processes = std::fs::read_dir("/proc").expect("/proc");
    processes
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|pid| std::fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| cwd.starts_with(folder)))
        .map(Pid::from_raw)
        .collect()
}

/// The processes that this one started and that have not been waited for.
#[must_use]
pub fn children_of(parent: Pid) -> Vec<Pid> {
    let tasks = std::fs::read_dir(format!("/proc/{parent}/task")).into_iter().flatten().flatten();
    let lists = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok());
    lists
        .flat_map(|list| list.split_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<i32>>())
        .map(Pid::from_raw)
        .collect()
}

/// The memory that a process has in RAM.
#[must_use]
pub fn resident_bytes(pid: Pid) -> u64 {
    bytes_of(pid, "VmRSS:")
}

/// The most memory that a process has had in RAM since [`forget_peak`].
#[must_use]
pub fn peak_bytes(pid: Pid) -> u64 {
    bytes_of(pid, "VmHWM:")
}

/// From now on the peak is counted anew.
pub fn forget_peak(pid: Pid) {
    std::fs::write(format!("/proc/{pid}/clear_refs"), "5").expect("the process is ours");
}

fn bytes_of(pid: Pid, what: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("the process is there");
    let kib = status.lines().find_map(|line| line.strip_prefix(what));
    let kib = kib.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kib.expect("the kernel says how much") * 1024
}

/// The time that a process has spent on processors.
#[must_use]
pub fn cpu_time(pid: Pid) -> Duration {
    const TICK_MS: u64 = 10;
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("the process is there");
    // After the name, which is in parentheses, user and system time are the 12th and 13th field.
    let fields = stat.rsplit_once(')').expect("a name").1.split_whitespace().skip(11).take(2);
    Duration::from_millis(fields.filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>() * TICK_MS)
}

/// The command line of a process, with spaces between its words; empty when it is gone.
#[must_use]
pub fn command_line(pid: Pid) -> String {
    let words = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&words).replace('\0', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_outlives_its_parent_is_found_by_its_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut shell = Command::new("sh");
        // It ends as soon as its child has become the program that it is to be.
        shell.args(["-c", "sleep 60 & until grep -q sleep /proc/$!/comm; do :; done"]);
        let parent = Process::start("shell", shell, folder.path());
        assert_eq!(parent.finish(), None);
        let orphans = living_in(folder.path());
        assert_eq!(orphans.len(), 1);
        assert_eq!(command_line(orphans[0]), "sleep 60 ");
        kill(orphans[0], Signal::SIGKILL).expect("it is there");
        assert!(look_until(PATIENCE, || living_in(folder.path()).is_empty().then_some(())).is_some());
    }

    #[test]
    fn a_process_that_nobody_holds_any_more_is_gone_even_when_it_is_frozen() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut sleep = Command::new("sleep");
        sleep.arg("60");
        let process = Process::start("sleep", sleep, folder.path());
        assert_eq!(living_in(folder.path()), [process.pid()]);
        process.freeze();
        drop(process);
        assert!(living_in(folder.path()).is_empty());
    }

    #[test]
    fn a_process_that_fails_or_must_be_killed_has_not_ended_well() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut shell = Command::new("sh");
        shell.args(["-c", "exit 3"]);
        let failed = Process::start("shell", shell, folder.path()).finish();
        assert_eq!(failed.as_deref(), Some("shell ended with exit status: 3"));
    }
}
