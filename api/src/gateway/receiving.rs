//! One file of a result on its way in: what a begin, a chunk and the end of the socket do to it.

use bytes::Bytes;
use spool_faults::{Bug, Point, pass, seeded};
use spool_shared::{
    ids::AgentId,
    protocol::{BulkToAgent, HeldLease, RefusedCode},
};
use tracing::{info, warn};

use super::{
    Gateway,
    announced::Announcement,
    outcome::{MAX_FILE_BYTES, MAX_OUTPUTS, MAX_RESULT_BYTES},
};
use crate::{
    auth::Identity,
    storage::{ResultFile, StorageError, Upload, UploadError},
    store::Speaker,
};

/// The agent whose socket it is.
#[derive(Clone)]
pub(super) struct Sender {
    pub(super) agent: AgentId,
    pub(super) identity: Identity,
}

impl Sender {
    pub(super) fn speaker(&self) -> Speaker<'_> {
        Speaker { agent: self.agent, identity: self.identity.name() }
    }
}

/// A file that an agent sends.
pub(super) struct Receiving {
    gateway: Gateway,
    sender: Sender,
    number: u32,
    lease: HeldLease,
    upload: Upload,
    _announcement: Announcement,
}

/// What became of a message.
pub(super) enum Next {
    /// More is to come.
    Say(Receiving, BulkToAgent),
    /// Every byte is here.
    Whole(Receiving),
    Over(BulkToAgent),
}

impl Receiving {
    /// Begins a file, or goes on with what came of it before.
    pub(super) async fn begin(
        gateway: Gateway,
        sender: Sender,
        number: u32,
        lease: HeldLease,
        file: &ResultFile<'_>,
        bytes: u64,
    ) -> Next {
        match Self::try_begin(gateway, sender, number, lease, file, bytes).await {
            Ok(next) => next,
            Err(code) => Next::Over(refused(number, lease, code)),
        }
    }

    async fn try_begin(
        gateway: Gateway,
        sender: Sender,
        number: u32,
        lease: HeldLease,
        file: &ResultFile<'_>,
        bytes: u64,
    ) -> Result<Next, RefusedCode> {
        if bytes > MAX_FILE_BYTES || file.index as usize >= MAX_OUTPUTS {
            return Err(RefusedCode::TooLarge);
        }
        let path = file.path().map_err(|_| RefusedCode::Corrupt)?;
        // No type of file that is served can be empty.
        if bytes == 0 {
            return Err(RefusedCode::Corrupt);
        }
        holds(&gateway, &sender, &lease).await?;
        let storage = &gateway.inner.storage;
        // Stored before the connection broke: its name says that its hash was right.
        if storage.size(&path).await.is_ok_and(|size| size == bytes) {
            return Ok(Next::Over(BulkToAgent::Stored { upload: number }));
        }
        // Noted before it is added up: files that are announced at once count for one another.
        let announced = &gateway.inner.announced;
        let announcement = announced.note(lease, &path, bytes).ok_or(RefusedCode::Unavailable)?;
        if announced_bytes(&gateway, &lease, file).await? > MAX_RESULT_BYTES {
            return Err(RefusedCode::TooLarge);
        }
        let upload = storage.resume(file, bytes).await.map_err(|error| not_stored(&error))?;
        let have = upload.have();
        if have > 0 {
            info!(job.id = %lease.job, have, bytes, "A file of job {} goes on at {have} bytes of {bytes}", lease.job);
        }
        let receiving = Self { gateway, sender, number, lease, upload, _announcement: announcement };
        Ok(if have == bytes {
            Next::Whole(receiving)
        } else {
            Next::Say(receiving, BulkToAgent::Have { upload: number, offset: have })
        })
    }

    /// Takes a chunk.
    pub(super) async fn take(mut self, offset: u64, bytes: &Bytes) -> Next {
        let have = self.upload.have();
        if offset != have && !seeded(Bug::WrongOffset) {
            // An overlap or a gap: the agent goes on where the file ends here.
            return self.say_have();
        }
        if bytes.is_empty() || have + bytes.len() as u64 > self.upload.bytes() {
            return self.give_up(RefusedCode::Corrupt).await;
        }
        self.upload.push(bytes);
        let whole = self.upload.have() == self.upload.bytes();
        if (whole || self.upload.is_full())
            && let Err(code) = holds(&self.gateway, &self.sender, &self.lease).await
        {
            return self.give_up(code).await;
        }
        if whole {
            return Next::Whole(self);
        }
        if self.upload.is_full()
            && let Err(error) = self.upload.keep().await
        {
            return self.give_up(not_stored(&error)).await;
        }
        pass(Point::ApiChunkTaken);
        self.say_have()
    }

    /// Makes the file visible, if it is what was announced.
    pub(super) async fn finish(self) -> BulkToAgent {
        let Self { number, lease, upload, .. } = self;
        pass(Point::ApiFileWhole);
        match upload.finish().await {
            Ok(()) => {
                pass(Point::ApiFileStored);
                BulkToAgent::Stored { upload: number }
            }
            Err(UploadError::Storage(error)) => refused(number, lease, not_stored(&error)),
            Err(UploadError::Hash) => refused(number, lease, RefusedCode::Corrupt),
            Err(UploadError::Incomplete { have }) => {
                warn!(job.id = %lease.job, have, "Parts of a file of job {} went away", lease.job);
                refused(number, lease, RefusedCode::Unavailable)
            }
        }
    }

    /// The socket is gone: what came is kept for the next one.
    pub(super) async fn keep(mut self) {
        if holds(&self.gateway, &self.sender, &self.lease).await.is_ok()
            && let Err(error) = self.upload.keep().await
        {
            not_stored(&error);
        }
    }

    fn say_have(self) -> Next {
        let have = BulkToAgent::Have { upload: self.number, offset: self.upload.have() };
        Next::Say(self, have)
    }

    /// Nothing is left of a file that is not wanted, or for which there is no room.
    async fn give_up(self, code: RefusedCode) -> Next {
        if code != RefusedCode::Unavailable
            && let Err(error) = self.upload.discard().await
        {
            // It goes with the attempt.
            warn!(job.id = %self.lease.job, %error, "Parts of a file could not be deleted: {error}");
        }
        Next::Over(refused(self.number, self.lease, code))
    }
}

/// A token that is not valid any more, or another agent's, writes nothing.
async fn holds(gateway: &Gateway, sender: &Sender, lease: &HeldLease) -> Result<(), RefusedCode> {
    match gateway.inner.store.holds(sender.speaker(), lease).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(RefusedCode::Stale),
        Err(error) => {
            warn!(%error, "A lease could not be checked: {error}");
            Err(RefusedCode::Unavailable)
        }
    }
}

/// How large the result of a lease becomes: what is announced here, and of other files what is stored.
async fn announced_bytes(
    gateway: &Gateway,
    lease: &HeldLease,
    file: &ResultFile<'_>,
) -> Result<u64, RefusedCode> {
    let stored = gateway.inner.storage.attempt(file).await.map_err(|error| not_stored(&error))?;
    let announced = gateway.inner.announced.of(lease);
    let others = stored.iter().filter(|(path, _)| !announced.contains_key(*path));
    Ok(others.chain(&announced).map(|(_, bytes)| *bytes).fold(0, u64::saturating_add))
}

fn not_stored(error: &StorageError) -> RefusedCode {
    warn!(%error, "A result could not be stored: {error}");
    match error {
        StorageError::Full => RefusedCode::StorageFull,
        _ => RefusedCode::Unavailable,
    }
}

pub(super) fn refused(upload: u32, lease: HeldLease, code: RefusedCode) -> BulkToAgent {
    info!(job.id = %lease.job, refused.code = %code, "Refused a file of job {}: {code}", lease.job);
    BulkToAgent::Refused { upload, code }
}
