//! The pictures of an export as data URLs. They are read and encoded while the answer is sent: however large it is and
//! however slowly it is taken, no more than a piece of one picture is in memory.

use std::{io, pin::pin};

use actix_web::body::SizedStream;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::{Bytes, BytesMut};
use futures_util::{Stream, TryStreamExt as _};
use serde_json::Value;
use spool_shared::workflow::PICTURE;

use super::{
    super::problem::{Code, Problem},
    config::no_picture,
};
use crate::{
    app::App,
    images::{Format, HEAD_BYTES, Oriented, added, oriented},
    storage::{ObjectPath, Storage, StorageError, input_path},
    store::{Record, StoredInput},
};

/// The pictures of a job, with the words that stand for them until they are sent.
pub(super) struct Inline {
    pictures: Vec<Marked>,
}

struct Marked {
    /// Drawn for this answer, so that no prompt can have it in it.
    mark: String,
    picture: Inlined,
}

/// A picture whose file is there.
struct Inlined {
    path: ObjectPath,
    /// Of the stored file.
    size: u64,
    format: Format,
    orientation: u8,
}

impl Inline {
    /// Makes sure that every picture is there and fits.
    pub(super) async fn of(app: &App, record: &Record) -> Result<Self, Problem> {
        let mut pictures = Vec::with_capacity(record.inputs.len());
        for input in &record.inputs {
            let mark = hex::encode(rand::random::<[u8; 16]>());
            pictures.push(Marked { mark, picture: Inlined::of(app, input).await? });
        }
        Ok(Self { pictures })
    }

    /// What stands in the body in their place.
    pub(super) fn values(&self) -> Vec<Value> {
        let value = |Marked { mark, picture }: &Marked| {
            Value::from(format!("data:{};base64,{mark}", picture.format.content_type()))
        };
        self.pictures.iter().map(value).collect()
    }

    /// The body with the pictures in it.
    pub(super) fn filled(
        mut self,
        app: &App,
        body: &str,
    ) -> SizedStream<impl Stream<Item = io::Result<Bytes>> + use<>> {
        self.pictures.sort_by_key(|marked| body.find(&marked.mark));
        let mut pieces = Vec::new();
        let mut rest = body;
        for Marked { mark, picture } in self.pictures {
            let (before, behind) = rest.split_once(&mark).unwrap_or((rest, ""));
            pieces.extend([Piece::Text(before.to_owned()), Piece::Picture(picture)]);
            rest = behind;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        let length = pieces.iter().map(Piece::length).sum();
        SizedStream::new(length, sent(app.storage.clone(), pieces))
    }
}

impl Inlined {
    async fn of(app: &App, input: &StoredInput) -> Result<Self, Problem> {
        let path = input_path(&input.sha256).map_err(Problem::internal)?;
        let size = app.storage.size(&path).await.map_err(|error| match error {
            StorageError::Missing => no_picture(),
            other => other.into(),
        })?;
        let format = Format::named(&input.content_type)
            .ok_or_else(|| Problem::internal("a stored input is no picture"))?;
        let inlined = Self { path, size, format, orientation: input.orientation };
        if inlined.length() > PICTURE.max_bytes as u64 {
            let detail = format!(
                "a picture of the job has {size} bytes, more than JSON may carry; ask without inline, or send the file",
            );
            return Err(Problem::new(Code::ImageTooLarge, detail));
        }
        Ok(inlined)
    }

    /// Characters of its base64 text.
    fn length(&self) -> u64 {
        (self.size + added(self.format, self.orientation)).div_ceil(3) * 4
    }
}

enum Piece {
    Text(String),
    Picture(Inlined),
}

impl Piece {
    fn length(&self) -> u64 {
        match self {
            Self::Text(text) => text.len() as u64,
            Self::Picture(picture) => picture.length(),
        }
    }
}

fn sent(storage: Storage, pieces: Vec<Piece>) -> impl Stream<Item = io::Result<Bytes>> {
    async_stream::try_stream! {
        for piece in pieces {
            match piece {
                Piece::Text(text) => yield Bytes::from(text),
                Piece::Picture(picture) => {
                    let reading = storage.read(&picture.path, None).await.map_err(io::Error::other)?;
                    let mut text = pin!(encoded(reading.bytes.map_err(io::Error::other), &picture));
                    while let Some(text) = text.try_next().await? {
                        yield text;
                    }
                }
            }
        }
    }
}

/// The file as base64 text, with its orientation in it: it is all that another server will know.
fn encoded(
    file: impl Stream<Item = io::Result<Bytes>>,
    picture: &Inlined,
) -> impl Stream<Item = io::Result<Bytes>> {
    async_stream::try_stream! {
        let mut file = pin!(file);
        let mut read = BytesMut::new();
        while read.len() < HEAD_BYTES {
            let Some(more) = file.try_next().await? else { break };
            read.extend_from_slice(&more);
        }
        let rest = read.split_off(HEAD_BYTES.min(read.len()));
        let Oriented { head, tail } = oriented(&read, picture.size, picture.format, picture.orientation);
        let mut read = BytesMut::from(head.as_slice());
        read.unsplit(rest);
        loop {
            // Three bytes make four characters; what is over waits for its fellows.
            yield text(&read.split_to(read.len() / 3 * 3));
            match file.try_next().await? {
                Some(more) => read.extend_from_slice(&more),
                None => break,
            }
        }
        read.extend_from_slice(&tail);
        yield text(&read);
    }
}

fn text(bytes: &[u8]) -> Bytes {
    BASE64_STANDARD.encode(bytes).into()
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, io::Cursor};

    use futures_util::{StreamExt as _, stream};
    use image::{ImageFormat, RgbImage};

    use super::*;

    fn picture(format: Format, orientation: u8, size: usize) -> Inlined {
        Inlined { path: ObjectPath::default(), size: size as u64, format, orientation }
    }

    #[tokio::test]
    async fn a_text_is_the_same_however_its_file_is_cut() {
        let formats = [
            (Format::Png, ImageFormat::Png),
            (Format::Jpeg, ImageFormat::Jpeg),
            (Format::Webp, ImageFormat::WebP),
        ];
        for ((format, encoder), orientation) in formats.into_iter().flat_map(|one| [(one, 1), (one, 6)]) {
            let mut file = Cursor::new(Vec::new());
            RgbImage::new(19, 7).write_to(&mut file, encoder).unwrap();
            let file = file.into_inner();
            let whole = picture(format, orientation, file.len());
            let Oriented { head, tail } = oriented(&file[..HEAD_BYTES], whole.size, format, orientation);
            let wanted = BASE64_STANDARD.encode([&head, &file[HEAD_BYTES..], &tail].concat());
            assert_eq!(whole.length(), wanted.len() as u64);
            for cut in [1, 2, 3, 7, 32, 33, 34, file.len()] {
                let pieces = file.chunks(cut).map(|piece| Ok(Bytes::copy_from_slice(piece)));
                let text = encoded(stream::iter(pieces), &whole);
                let text: Vec<Bytes> = text.try_collect().await.unwrap();
                assert_eq!(text.concat(), wanted.as_bytes(), "{format:?} {orientation} {cut}");
            }
        }
    }

    #[tokio::test]
    async fn a_file_is_read_no_further_than_its_text_is_taken() {
        let read = Cell::new(0);
        let file = stream::iter(0..1_000).map(|_| {
            read.set(read.get() + 1);
            Ok(Bytes::from(vec![0; 8 * 1024]))
        });
        let picture = picture(Format::Jpeg, 6, 8 * 1024 * 1_000);
        let mut text = pin!(encoded(file, &picture));
        for taken in 1..=10 {
            assert!(text.try_next().await.unwrap().unwrap().len() < 12 * 1024);
            assert_eq!(read.get(), taken);
        }
    }
}
