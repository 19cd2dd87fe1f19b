//! Result files on their way out: checked, hashed, uploaded.

use std::{
    fs::File,
    io,
    os::unix::fs::FileExt as _,
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
    media::{HEAD_BYTES, is_type},
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
const FIRST_WINDOW: Duration = Duration::from_millis(500);
const LARGEST_WINDOW: Duration = Duration::from_secs(15);
/// How often a file is sent whose bytes arrive damaged.
const DAMAGED_TRIES: u32 = 3;
/// How often a file is offered to a server whose storage is full: other results may be deleted meanwhile, but a slot
/// whose job waits for that does nothing.
const FULL_TRIES: u32 = 5;

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

/// How often the API refused a file.
#[derive(Default)]
struct Refusals {
    damaged: u32,
    full: u32,
}

impl Refusals {
    /// Counts one, and says whether the file is offered once more.
    const fn allow_another_try(&mut self, code: RefusedCode) -> bool {
        match code {
            // However long that lasts: a result is kept until the API has decided.
            RefusedCode::Unavailable => true,
            RefusedCode::StorageFull => {
                self.full += 1;
                self.full < FULL_TRIES
            }
            RefusedCode::Corrupt => {
                self.damaged += 1;
                self.damaged < DAMAGED_TRIES
            }
            _ => false,
        }
    }
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
        let mut named = Vec::new();
        for (index, file) in (0..).zip(&self.files) {
            named.push((index, Part::Output, file.path.clone(), file.content_type.clone()));
            let poster = file.poster.as_ref();
            named.extend(
                poster.map(|poster| (index, Part::Poster, poster.path.clone(), poster.content_type.clone())),
            );
        }
        if named.is_empty() {
            return Err(unusable("The worker made no files."));
        }
        let folder = self.folder.clone();
        // Hashing a large file would keep heartbeats waiting.
        let checking = spawn_blocking(move || {
            let mut total = 0;
            let mut checked = Vec::new();
            for (index, part, path, content_type) in named {
                let file = check(&folder, Path::new(&path), &content_type, &mut total)?;
                checked.push((index, part, file));
            }
            Ok(checked)
        });
        checking.await.unwrap_or_else(|_| Err(unreadable()))
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
        let mut refusals = Refusals::default();
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
                    Some(Update::Unreadable) => return Err(NotStored::Failed(unreadable())),
                    None => break RefusedCode::Unavailable,
                }
            };
            if !refusals.allow_another_try(code) {
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

fn check(folder: &Path, path: &Path, content_type: &str, total: &mut u64) -> Result<Checked, Failure> {
    let file = open(folder, path)?;
    let bytes = file.metadata().map_err(|_| unreadable())?.len();
    if bytes == 0 {
        return Err(unusable("The worker made an empty file."));
    }
    *total += bytes;
    if bytes > MAX_FILE || *total > MAX_RESULT {
        return Err(Failure::too_large());
    }
    let mut head = [0; HEAD_BYTES];
    let length = file.read_at(&mut head, 0).map_err(|_| unreadable())?;
    if !is_type(content_type, head.get(..length).unwrap_or_default()) {
        return Err(unusable("The worker made a file that is not of the type that it named."));
    }
    let mut hash = Sha256::new();
    let read = io::copy(&mut &file, &mut HashWriter(&mut hash));
    match read {
        Ok(read) if read == bytes => {
            Ok(Checked { file: Arc::new(file), bytes, sha256: hex::encode(hash.finalize()) })
        }
        _ => Err(unreadable()),
    }
}

/// Opens a plain file below `folder`.
fn open(folder: &Path, path: &Path) -> Result<File, Failure> {
    let missing = |error: io::Error| {
        warn!(path = %path.display(), %error, "The worker named a file that cannot be opened");
        unusable("The worker named a file that is not there.")
    };
    let real = path.canonicalize().map_err(missing)?;
    if !real.starts_with(folder.canonicalize().map_err(missing)?) {
        warn!(path = %path.display(), "The worker named a file outside the job's folder");
        return Err(unusable("The worker named a file outside the job's folder."));
    }
    let file = File::open(real).map_err(missing)?;
    if file.metadata().map_err(missing)?.is_file() {
        Ok(file)
    } else {
        Err(unusable("The worker named something that is no plain file."))
    }
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

/// The engine does something that it would do again.
fn unusable(message: &str) -> Failure {
    Failure { code: FailureCode::EngineError, message: message.into(), hint: None, retryable: false }
}

/// The node's disk failed; another node's may not.
fn unreadable() -> Failure {
    let message = "The result could not be read.".into();
    Failure { code: FailureCode::Storage, message, hint: None, retryable: true }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// The shortest beginning of a PNG that its type is told by.
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

    fn checked(folder: &Path, path: &Path, total: u64) -> Result<Checked, Failure> {
        check(folder, path, "image/png", &mut total.clone())
    }

    #[test]
    fn a_file_is_measured_and_hashed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("picture.png");
        fs::write(&path, PNG).unwrap();
        let checked = checked(folder.path(), &path, 0).ok().unwrap();
        // printf '\x89PNG\r\n\x1a\n' | sha256sum
        assert_eq!(checked.sha256, "4c4b6a3be1314ab86138bef4314dde022e600960d8689a2c8f8631802d20dab6");
        assert_eq!(checked.bytes, 8);
    }

    #[test]
    fn files_that_cannot_be_a_result_fail_the_job_for_good_and_say_why() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("job");
        fs::create_dir(&inside).unwrap();
        let secret = folder.path().join("secret");
        fs::write(&secret, PNG).unwrap();
        let (link, empty, page) = (inside.join("link"), inside.join("empty"), inside.join("page.png"));
        std::os::unix::fs::symlink(&secret, &link).unwrap();
        fs::write(&empty, "").unwrap();
        fs::write(&page, "<html>").unwrap();
        for (path, why) in [
            (&secret, "The worker named a file outside the job's folder."),
            (&inside.join("../secret"), "The worker named a file outside the job's folder."),
            (&link, "The worker named a file outside the job's folder."),
            (&empty, "The worker made an empty file."),
            (&inside, "The worker named something that is no plain file."),
            (&inside.join("nothing"), "The worker named a file that is not there."),
            (&page, "The worker made a file that is not of the type that it named."),
        ] {
            assert_eq!(checked(&inside, path, 0).err().unwrap(), unusable(why), "{}", path.display());
        }
    }

    #[test]
    fn a_file_is_offered_for_as_long_as_the_api_is_unavailable_and_not_for_ever_to_a_full_or_a_broken_one() {
        let tries = |code| {
            let mut refusals = Refusals::default();
            (0..1000).take_while(|_| refusals.allow_another_try(code)).count()
        };
        assert_eq!(tries(RefusedCode::Unavailable), 1000);
        assert_eq!((tries(RefusedCode::StorageFull), tries(RefusedCode::Corrupt)), (4, 2));
        assert_eq!(tries(RefusedCode::Stale), 0);
    }

    #[test]
    fn a_result_over_the_limits_is_too_large_and_one_at_the_limit_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("picture.png");
        let file = File::create(&path).unwrap();
        file.set_len(MAX_FILE + 1).unwrap();
        assert_eq!(checked(folder.path(), &path, 0).err().unwrap().code, FailureCode::ResultTooLarge);
        fs::write(&path, PNG).unwrap();
        let size = PNG.len() as u64;
        assert!(checked(folder.path(), &path, MAX_RESULT - size).is_ok());
        assert!(checked(folder.path(), &path, MAX_RESULT - size + 1).is_err());
    }
}
