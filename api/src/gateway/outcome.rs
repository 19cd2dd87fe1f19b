//! What an agent declares at the end, checked before it counts.

use futures_util::TryStreamExt as _;
use spool_shared::{
    media::{HEAD_BYTES, is_type},
    protocol::{HeldLease, Output, Part, RefusedCode},
};

use crate::{
    storage::{ResultFile, Storage, StorageError},
    store::Failure,
};

/// The largest file of a result, bytes.
pub(super) const MAX_FILE_BYTES: u64 = 200 * 1024 * 1024;
/// The largest result, bytes.
pub(super) const MAX_RESULT_BYTES: u64 = 400 * 1024 * 1024;
pub(super) const MAX_OUTPUTS: usize = 16;
const MAX_MESSAGE_CHARS: usize = 2_000;
const MAX_HINT_CHARS: usize = 500;

/// Whether every declared file is stored under the lease and is what its content type says. Its hash was checked
/// when it was stored, and is part of its name.
pub(super) async fn check(
    storage: &Storage,
    lease: &HeldLease,
    outputs: &[Output],
) -> Result<(), RefusedCode> {
    let posters = outputs.iter().filter_map(|output| output.poster.as_ref()).map(|poster| poster.bytes);
    let total = outputs.iter().map(|output| output.bytes).chain(posters).fold(0, u64::saturating_add);
    if outputs.len() > MAX_OUTPUTS || total > MAX_RESULT_BYTES {
        return Err(RefusedCode::TooLarge);
    }
    if outputs.is_empty() {
        return Err(RefusedCode::FilesMissing);
    }
    for output in outputs {
        let file = |part, sha256| ResultFile {
            job: lease.job,
            token: &lease.token,
            index: output.index,
            part,
            sha256,
        };
        look(storage, file(Part::Output, &output.sha256), output.bytes, &output.content_type).await?;
        if let Some(poster) = &output.poster {
            look(storage, file(Part::Poster, &poster.sha256), poster.bytes, &poster.content_type).await?;
        }
    }
    Ok(())
}

async fn look(
    storage: &Storage,
    file: ResultFile<'_>,
    bytes: u64,
    content_type: &str,
) -> Result<(), RefusedCode> {
    let path = file.path().map_err(|_| RefusedCode::FilesMissing)?;
    let head = async {
        let reading = storage.read(&path, Some(0..bytes.min(HEAD_BYTES as u64))).await?;
        let head = reading.bytes.try_fold(Vec::new(), |mut head, chunk| async move {
            head.extend_from_slice(&chunk);
            Ok(head)
        });
        Ok::<_, StorageError>((reading.size, head.await?))
    };
    match head.await {
        Ok((size, head)) if size == bytes && is_type(content_type, &head) => Ok(()),
        Ok((size, _)) if size == bytes => Err(RefusedCode::Corrupt),
        Ok(_) | Err(StorageError::Missing) => Err(RefusedCode::FilesMissing),
        Err(_) => Err(RefusedCode::Unavailable),
    }
}

/// Texts of an agent end in a record that people read.
pub(super) fn bounded(failure: Failure) -> Failure {
    let cut = |text: String, limit| text.chars().take(limit).collect::<String>();
    Failure {
        message: cut(failure.message, MAX_MESSAGE_CHARS),
        hint: failure.hint.map(|hint| cut(hint, MAX_HINT_CHARS)),
        ..failure
    }
}
