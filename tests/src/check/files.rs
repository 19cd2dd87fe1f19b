//! What a run leaves on disks.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    time::Duration,
};

use super::Stored;

/// What a writer that was killed leaves half written: the storage names it so, and removes it within ten minutes.
fn is_half_written(file: &Path) -> bool {
    name(file).contains('#')
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// All files below a folder, at any depth. Folders come and go meanwhile.
fn below(folder: &Path) -> Vec<PathBuf> {
    let entries: Vec<PathBuf> = entries(folder);
    let (folders, mut files): (Vec<_>, Vec<_>) = entries.into_iter().partition(|path| path.is_dir());
    files.extend(folders.iter().flat_map(|folder| below(folder)));
    files
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

/// The result files below a replica's data folder, with their parts and thumbnails.
#[must_use]
pub fn stored(data: &Path) -> Vec<Stored> {
    let results = data.join("results");
    let stored = below(&results).into_iter().filter(|file| !is_half_written(file)).map(|file| {
        let words: Vec<String> = file
            .strip_prefix(&results)
            .into_iter()
            .flatten()
            .map(|word| word.to_string_lossy().into_owned())
            .collect();
        let word = |index: usize| words.get(index).cloned().unwrap_or_default();
        Stored { job: word(0), attempt: word(1), name: words.get(2..).unwrap_or_default().join("/") }
    });
    stored.collect()
}

/// The hashes of the input pictures below a replica's data folder.
#[must_use]
pub fn inputs(data: &Path) -> Vec<String> {
    below(&data.join("inputs")).iter().filter(|file| !is_half_written(file)).map(|file| name(file)).collect()
}

/// What is half written below a replica's data folder, and is so a moment later: sweepers sign in all the time.
#[must_use]
pub fn half_written(data: &Path) -> Vec<String> {
    let look = || below(data).into_iter().filter(|file| is_half_written(file));
    let before: BTreeSet<_> = look().collect();
    if before.is_empty() {
        return Vec::new();
    }
    std::thread::sleep(MOMENT);
    look().filter(|file| before.contains(file)).map(|file| file.display().to_string()).collect()
}

/// Longer than an empty file takes, and no multiple of the time between two sweeps.
const MOMENT: Duration = Duration::from_millis(110);

/// The folders of agents, in the folder of their world, in which there still is work of a job.
#[must_use]
pub fn scratch(world: &Path) -> Vec<String> {
    let agents = entries(world).into_iter().filter(|path| name(path).starts_with("spool-agent-"));
    // An agent that tests itself writes a file there.
    let is_work = |path: &PathBuf| name(path) != "test";
    let busy = agents.filter(|agent| entries(&agent.join("jobs")).iter().any(is_work));
    busy.map(|agent| name(&agent)).collect()
}

/// The folders of agents in the folder of their world.
#[must_use]
pub fn scratch_folders(world: &Path) -> usize {
    entries(world).iter().filter(|path| path.is_dir() && name(path).starts_with("spool-agent-")).count()
}

/// How many replicas were started again, by their logs.
#[must_use]
pub fn restarts(world: &Path) -> usize {
    let ends = |path: &PathBuf| path.extension().is_some_and(|end| end == "log");
    let logs = entries(world).into_iter().filter(ends).map(|path| name(&path));
    logs.filter(|log| log.starts_with("api-") && log.matches('-').count() == 2).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_at_any_depth_half_written_ones_and_work_of_agents_are_seen() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        for file in
            ["data/results/j/t/0-aa", "data/results/j/t/parts/0-aa/1", "data/inputs/ee", "data/inputs/ff#1"]
        {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(path, "").expect("a file");
        }
        for busy in ["spool-agent-a/jobs/7", "spool-agent-b/jobs"] {
            std::fs::create_dir_all(folder.path().join(busy)).expect("a folder");
        }
        for log in ["api-1.log", "api-1-2.log", "agent-2-2.log", "redis.log"] {
            std::fs::write(folder.path().join(log), "").expect("a file");
        }
        let mut names: Vec<String> = stored(&data).into_iter().map(|file| file.name).collect();
        names.sort();
        assert_eq!(names, ["0-aa", "parts/0-aa/1"]);
        assert_eq!((inputs(&data), half_written(&data).len()), (vec!["ee".to_owned()], 1));
        assert_eq!(
            (scratch(folder.path()), scratch_folders(folder.path())),
            (vec!["spool-agent-a".to_owned()], 2)
        );
        assert_eq!(restarts(folder.path()), 1);
    }
}
