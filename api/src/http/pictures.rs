//! Files that should be pictures: checked all at once, held and stored.

use bytes::Bytes;
use futures_util::future::join_all;
use spool_shared::workflow::{Violation, ViolationCode};
use tracing::info;

use super::problem::{Code, Problem};
use crate::{
    app::App,
    images::{Picture, PictureError},
    measure,
    store::StoredInput,
};

/// A file with the name of its field, and a JSON pointer to where it stands in the request.
pub(super) struct SentFile<'a> {
    pub(super) name: &'a str,
    pub(super) pointer: &'a str,
    pub(super) bytes: Bytes,
}

/// Decodes every file; tells of every one that is no good.
pub(super) async fn decoded(app: &App, files: &[SentFile<'_>]) -> Result<Vec<Picture>, Problem> {
    let all = join_all(files.iter().map(|file| app.pictures.validate(file.bytes.clone()))).await;
    let mut pictures = Vec::with_capacity(files.len());
    let mut errors = Vec::new();
    let mut too_large = false;
    for (file, result) in files.iter().zip(all) {
        match result {
            Ok(picture) => pictures.push(picture),
            Err(PictureError::Closed) => {
                return Err(Problem::new(Code::Unavailable, "the server is stopping; try again"));
            }
            Err(error) => {
                if let Some(cause) = error.cause() {
                    info!(cause, field = file.name, "A picture is damaged: {cause}");
                }
                too_large |= error.is_too_large();
                let code =
                    if error.is_too_large() { ViolationCode::TooLarge } else { ViolationCode::Unreadable };
                let message = format!("{} {error}", file.name);
                errors.push(Violation { pointer: file.pointer.to_owned(), code, message });
            }
        }
    }
    let Some(first) = errors.first() else { return Ok(pictures) };
    let code = if too_large { Code::ImageTooLarge } else { Code::ImageUnreadable };
    let detail = first.message.clone();
    Err(Problem { errors, ..Problem::new(code, detail) })
}

/// Stores the pictures, held before so that no sweeper takes them away until something refers to them.
pub(super) async fn store(app: &App, pictures: &[Picture]) -> Result<(), Problem> {
    if pictures.is_empty() {
        return Ok(());
    }
    app.store.hold(pictures.iter().map(|picture| picture.sha256.as_str())).await?;
    for picture in pictures {
        measure::received("picture", picture.bytes.len());
        app.storage.put_input(&picture.sha256, picture.bytes.clone()).await?;
    }
    Ok(())
}

/// A picture as a job's record knows it.
pub(super) fn stored(picture: &Picture) -> StoredInput {
    StoredInput {
        content_type: picture.format.content_type().to_owned(),
        bytes: picture.bytes.len() as u64,
        sha256: picture.sha256.clone(),
        width: picture.size.width,
        height: picture.size.height,
        orientation: picture.orientation,
    }
}
