//! Result files on their way out: checked, hashed, uploaded.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::future::try_join_all;
use sha2::{Digest as _, Sha256};
use spool_shared::{
    backoff::Backoff,
    ids::{JobId, Token},
    job::FailureCode,
    protocol::{Output, Part, Poster, RefusedCode},
};
use tokio::{task::spawn_blocking, time::sleep};
use tracing::warn;

use crate::{
    event::{Event, Events, NotStored},
    link::{BulkHandle, FileToStore, Update},
    state::{Failure, StoreRun, WorkId},
    worker::protocol::OutputFile,
};

/// The largest file of a result, and the largest result, bytes.
const MAX_FILE: u64 = 200 << 20;
const MAX_RESULT: u64 = 400 << 20;
/// How long a file is offered to an API that cannot store it now.
const OFFERED: Duration = Duration::from_mins(10);
const FIRST_WINDOW: Duration = Duration::from_millis(500);
const LARGEST_WINDOW: Duration = Duration::from_secs(15);
/// How often a file is sent whose bytes arrive damaged.
const DAMAGED_TRIES: u32 = 3;

/// One run at storing a work's result.
#[derive(Debug)]
pub struct Storing {
    pub work: WorkId,
    pub run: StoreRun,
    pub job: JobId,
    pub token: Token,
    pub files: Vec<OutputFile>,
    /// The work's own folder; files elsewhere are not touched.
    pub folder: PathBuf,
    pub bulk: BulkHandle,
    pub events: Events,
}

/// A file that was checked and hashed.
struct Checked {
    file: Arc<File>,
    bytes: u64,
    sha256: String,
}

impl Storing {
    /// Stores the result and tells how that went.
    pub async fn run(self) {
        let (work, run) = (self.work, self.run);
        let event = match self.store().await {
            Ok((outputs, upload_ms)) => Event::Stored { work, run, outputs, upload_ms },
            Err(why) => Event::NotStored { work, run, why },
        };
        self.events.tell(event).await;
    }

    async fn store(&self) -> Result<(Vec<Output>, u64), NotStored> {
        let checked = self.check_all().await.map_err(NotStored::Failed)?;
        let total: u64 = checked.iter().map(|(_, _, file)| file.bytes).sum();
        let stored = AtomicU64::new(0);
        let started = Instant::now();
        try_join_all(
            checked.iter().map(|(index, part, file)| self.upload(*index, *part, file, &stored, total)),
        )
        .await?;
        let upload_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        Ok((self.outputs(&checked), upload_ms))
    }

    async fn check_all(&self) -> Result<Vec<(u32, Part, Checked)>, Failure> {
        let mut paths = Vec::new();
        for (index, file) in (0..).zip(&self.files) {
            paths.push((index, Part::Output, file.path.clone()));
            paths.extend(file.poster.as_ref().map(|poster| (index, Part::Poster, poster.path.clone())));
        }
        if paths.is_empty() {
            return Err(broken("The worker made no files."));
        }
        let folder = self.folder.clone();
        // Hashing a large file would keep heartbeats waiting.
        let checking = spawn_blocking(move || {
            let mut total = 0;
            let mut checked = Vec::new();
            for (index, part, path) in paths {
                let file = check(&folder, Path::new(&path), &mut total)?;
                checked.push((index, part, file));
            }
            Ok(checked)
        });
        checking.await.unwrap_or_else(|_| Err(broken("The result could not be read.")))
    }

    /// Uploads one file, again if the API could not take it.
    async fn upload(
        &self,
        index: u32,
        part: Part,
        checked: &Checked,
        stored: &AtomicU64,
        total: u64,
    ) -> Result<(), NotStored> {
        let (Checked { file, bytes, sha256 }, mut counted) = (checked, 0);
        let mut backoff = Backoff::new(FIRST_WINDOW, LARGEST_WINDOW);
        let (started, mut damaged) = (Instant::now(), 0);
        loop {
            let mut upload = self.bulk.upload(FileToStore {
                job: self.job,
                token: self.token,
                index,
                part,
                bytes: *bytes,
                sha256: sha256.clone(),
                file: file.clone(),
            });
            let code = loop {
                match upload.next().await {
                    Some(Update::Have(offset)) if offset > counted => {
                        let now = stored.fetch_add(offset - counted, Ordering::Relaxed) + (offset - counted);
                        counted = offset;
                        self.tell_progress(now, total).await;
                    }
                    Some(Update::Have(_)) => {}
                    Some(Update::Stored) => return Ok(()),
                    Some(Update::Refused(code)) => break code,
                    None => break RefusedCode::Unavailable,
                }
            };
            damaged += u32::from(code == RefusedCode::Corrupt);
            let again = match code {
                RefusedCode::Unavailable => started.elapsed() < OFFERED,
                RefusedCode::Corrupt => damaged < DAMAGED_TRIES,
                _ => false,
            };
            if !again {
                return Err(NotStored::Refused(code));
            }
            warn!(job.id = %self.job, %code, "A result file has to be uploaded again");
            sleep(backoff.next_delay(rand::random())).await;
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a fraction for people")]
    async fn tell_progress(&self, stored: u64, total: u64) {
        let fraction = stored as f64 / total.max(1) as f64;
        self.events.tell(Event::Storing { work: self.work, run: self.run, fraction }).await;
    }

    fn outputs(&self, checked: &[(u32, Part, Checked)]) -> Vec<Output> {
        let find =
            |index, part| checked.iter().find(|(i, p, _)| *i == index && *p == part).map(|(_, _, c)| c);
        let outputs = (0..).zip(&self.files).filter_map(|(index, file)| {
            let stored = find(index, Part::Output)?;
            let poster = file.poster.as_ref().zip(find(index, Part::Poster)).map(|(poster, stored)| Poster {
                content_type: poster.content_type.clone(),
                bytes: stored.bytes,
                sha256: stored.sha256.clone(),
            });
            Some(Output {
                index,
                content_type: file.content_type.clone(),
                bytes: stored.bytes,
                sha256: stored.sha256.clone(),
                width: file.width,
                height: file.height,
                frames: file.frames,
                fps: file.fps,
                poster,
            })
        });
        outputs.collect()
    }
}

fn check(folder: &Path, path: &Path, total: &mut u64) -> Result<Checked, Failure> {
    let (file, bytes) = open(folder, path).map_err(|error| {
        warn!(path = %path.display(), %error, "The worker named a file that cannot be used");
        broken("The worker named a file that is not there.")
    })?;
    if bytes == 0 {
        return Err(broken("The worker made an empty file."));
    }
    *total += bytes;
    if bytes > MAX_FILE || *total > MAX_RESULT {
        return Err(Failure::too_large());
    }
    let mut hash = Sha256::new();
    let read = io::copy(&mut &file, &mut HashWriter(&mut hash));
    match read {
        Ok(read) if read == bytes => {
            Ok(Checked { file: Arc::new(file), bytes, sha256: hex::encode(hash.finalize()) })
        }
        _ => Err(broken("The result could not be read.")),
    }
}

/// Opens a plain file below `folder`.
fn open(folder: &Path, path: &Path) -> io::Result<(File, u64)> {
    let real = path.canonicalize()?;
    if !real.starts_with(folder.canonicalize()?) {
        return Err(io::Error::other("it is not in the job's folder"));
    }
    let file = File::open(real)?;
    let facts = file.metadata()?;
    if !facts.is_file() {
        return Err(io::Error::other("it is no plain file"));
    }
    Ok((file, facts.len()))
}

struct HashWriter<'a>(&'a mut Sha256);

impl io::Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn broken(message: &str) -> Failure {
    Failure { code: FailureCode::EngineError, message: message.into(), hint: None, retryable: true }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_file_is_measured_and_hashed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clip.mp4");
        fs::write(&path, "abc").unwrap();
        let checked = check(folder.path(), &path, &mut 0).ok().unwrap();
        // FIPS 180-2, appendix B.1
        assert_eq!(checked.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(checked.bytes, 3);
    }

    #[test]
    fn files_outside_the_jobs_folder_or_without_content_are_not_taken() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("job");
        fs::create_dir(&inside).unwrap();
        let secret = folder.path().join("secret");
        fs::write(&secret, "x").unwrap();
        let link = inside.join("link");
        std::os::unix::fs::symlink(&secret, &link).unwrap();
        let empty = inside.join("empty");
        fs::write(&empty, "").unwrap();
        for path in [&secret, &link, &empty, &inside, &inside.join("nothing")] {
            let failure = check(&inside, path, &mut 0).err().unwrap();
            assert_eq!(failure.code, FailureCode::EngineError, "{}", path.display());
        }
    }

    #[test]
    fn a_result_over_the_limits_is_too_large_and_one_at_the_limit_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clip.mp4");
        let file = File::create(&path).unwrap();
        file.set_len(MAX_FILE + 1).unwrap();
        assert_eq!(check(folder.path(), &path, &mut 0).err().unwrap().code, FailureCode::ResultTooLarge);
        file.set_len(1).unwrap();
        assert!(check(folder.path(), &path, &mut (MAX_RESULT - 1)).is_ok());
        assert!(check(folder.path(), &path, &mut MAX_RESULT.clone()).is_err());
    }
}
