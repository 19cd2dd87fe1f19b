//! The pictures of a submit, however they came: as files, or by the id of an upload.

use std::slice;

use bytes::Bytes;
use spool_shared::workflow::{Field, Violation, ViolationCode};

use super::super::{
    caller::Caller,
    pictures::{SentFile, decoded, store, stored},
    problem::Problem,
};
use crate::{
    app::App,
    images::Picture,
    storage::{StorageError, input_path},
    store::{ImageId, StoredInput},
};

/// A picture that a request brings or names.
#[derive(Debug)]
pub(super) struct SentPicture {
    pub(super) field: &'static Field,
    /// JSON pointer to it.
    pub(super) pointer: String,
    pub(super) source: Source,
}

#[derive(Debug)]
pub(super) enum Source {
    /// A file that should be a picture.
    File(Bytes),
    /// One that was uploaded before.
    Image(ImageId),
}

/// The pictures of a request, each one checked.
pub(super) struct Pictures {
    /// In the order in which they were sent.
    pub(super) inputs: Vec<StoredInput>,
    /// Those that came as files, not stored yet.
    files: Vec<Picture>,
}

impl Pictures {
    /// Decodes the files and looks up the ids. A use of an id keeps its picture for longer than the request takes.
    pub(super) async fn of(app: &App, caller: &Caller, sent: &[SentPicture]) -> Result<Self, Problem> {
        let mut named = Vec::new();
        let mut unknown = Vec::new();
        for picture in sent {
            if let Source::Image(id) = &picture.source {
                match known(app, caller, id).await? {
                    Some(input) => named.push(input),
                    None => unknown.push(no_image(picture)),
                }
            }
        }
        let files: Vec<SentFile<'_>> = sent.iter().filter_map(SentPicture::file).collect();
        let files = decoded(app, &files).await;
        if !unknown.is_empty() {
            unknown.extend(files.err().map(|problem| problem.errors).unwrap_or_default());
            return Err(Problem::validation(unknown));
        }
        let files = files?;
        let (mut named, mut decoded) = (named.into_iter(), files.iter());
        let inputs = sent.iter().filter_map(|picture| match &picture.source {
            Source::File(_) => decoded.next().map(stored),
            Source::Image(_) => named.next(),
        });
        Ok(Self { inputs: inputs.collect(), files })
    }

    /// Stores what came as files.
    pub(super) async fn store(&self, app: &App) -> Result<(), Problem> {
        store(app, &self.files).await
    }
}

impl SentPicture {
    fn file(&self) -> Option<SentFile<'_>> {
        match &self.source {
            Source::File(bytes) => {
                Some(SentFile { name: self.field.name, pointer: &self.pointer, bytes: bytes.clone() })
            }
            Source::Image(_) => None,
        }
    }
}

async fn known(app: &App, caller: &Caller, id: &ImageId) -> Result<Option<StoredInput>, Problem> {
    let Some(kept) = app.store.use_image(caller.owner(), id).await? else { return Ok(None) };
    if is_stored(app, slice::from_ref(&kept.picture)).await? { Ok(Some(kept.picture)) } else { Ok(None) }
}

/// Whether the files of all these pictures are there.
pub(in crate::http) async fn is_stored(app: &App, pictures: &[StoredInput]) -> Result<bool, Problem> {
    for picture in pictures {
        match app.storage.size(&input_path(&picture.sha256).map_err(Problem::internal)?).await {
            Ok(_) => {}
            Err(StorageError::Missing) => return Ok(false),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(true)
}

fn no_image(picture: &SentPicture) -> Violation {
    let message = format!("{} names a picture that is not, or no longer, uploaded", picture.field.name);
    Violation { pointer: picture.pointer.clone(), code: ViolationCode::UnknownImage, message }
}
