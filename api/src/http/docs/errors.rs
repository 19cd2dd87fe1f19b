//! Every error code explained: what it means, what to do, and how it reads.

use spool_shared::workflow::{Violation, ViolationCode};

use super::super::problem::Code;

/// The entry of one code. The match below fails to compile when one is missing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Explained {
    /// What has happened.
    pub(super) meaning: &'static str,
    /// What to do about it.
    pub(super) remedy: &'static str,
    /// A detail as it may read.
    pub(super) example: &'static str,
    /// A field that its example names.
    field: Option<(&'static str, ViolationCode)>,
}

impl Explained {
    const fn new(meaning: &'static str, remedy: &'static str, example: &'static str) -> Self {
        Self { meaning, remedy, example, field: None }
    }

    const fn field(self, name: &'static str, code: ViolationCode) -> Self {
        Self { field: Some((name, code)), ..self }
    }

    /// The errors of the example.
    pub(super) fn errors(&self) -> Vec<Violation> {
        self.field.iter().map(|(name, code)| Violation::new(name, *code, self.example)).collect()
    }
}

#[expect(clippy::too_many_lines, reason = "a table with an entry for each code")]
pub(super) const fn explained(code: Code) -> Explained {
    match code {
        Code::BadRequest => Explained::new(
            "The request breaks a rule of HTTP, or a header has a value that cannot be used.",
            "Correct the request; the same one will fail again.",
            "Idempotency-Key must be 1 to 255 visible ASCII characters",
        ),
        Code::MalformedBody => Explained::new(
            "The body is not one JSON object or no readable multipart form.",
            "Check what is sent: the detail names line and column of the first mistake in JSON.",
            "the body is not valid JSON: EOF while parsing a value at line 1 column 0",
        ),
        Code::Unauthorized => Explained::new(
            "The server has keys, and the request shows none, or one that is not known or not known any more.",
            "Send the key as Authorization: Bearer, or log in with POST /api/session. `spool-api key new` makes keys.",
            "send an API key as Authorization: Bearer KEY, or log in",
        ),
        Code::Forbidden => Explained::new(
            "The key is known, but lacks the scope that this needs.",
            "Use a key with the scope that the detail names.",
            "this needs a key with the scope admin; the key alice has submit",
        ),
        Code::OriginRefused => Explained::new(
            "The request came from a web page that may not call this server.",
            "Open the studio from the server's own address. Programs send no Origin and are not concerned.",
            "without keys only pages of this machine may call the server",
        ),
        Code::NotFound => Explained::new(
            "There is nothing at this address, or nothing that this caller may see: another owner's job looks \
             just like one that never was.",
            "Check the address and the id; ids are complete and in lower case.",
            "there is no such job",
        ),
        Code::MethodNotAllowed => Explained::new(
            "The address exists, but takes other methods.",
            "Use a method that the Allow header names.",
            "this address takes GET, HEAD",
        ),
        Code::BodyTooSlow => Explained::new(
            "The body came more slowly than the slowest connection that is waited for.",
            "Send it again over a better connection, or send smaller pictures.",
            "a body must come at 32768 bytes a second or faster",
        ),
        Code::AlreadyFinished => Explained::new(
            "The job has succeeded or failed already, so there is nothing to cancel.",
            "Read the job: its outputs or its error are there.",
            "the job has succeeded already; there is nothing to cancel",
        ),
        Code::NotFinished => Explained::new(
            "The job still waits or runs, and only a finished one can be deleted or run again.",
            "Wait for its end or cancel it first.",
            "the job is running; cancel it or wait for its end first",
        ),
        Code::Gone => Explained::new(
            "The job or the file was there and was deleted, by its owner or when its time was over.",
            "Submit again if the result is still wanted.",
            "the job was deleted",
        ),
        Code::BodyTooLarge => Explained::new(
            "The body has more bytes than any valid request.",
            "Send smaller pictures; the limits stand in /api/config.",
            "the body may have at most 31522816 bytes",
        ),
        Code::ImageTooLarge => Explained::new(
            "A picture has too many bytes, or too many pixels.",
            "Make it smaller; the limits stand in /api/config.",
            "input_image may have at most 10485760 bytes, not 12000000",
        )
        .field("input_image", ViolationCode::TooLarge),
        Code::UnsupportedMediaType => Explained::new(
            "The body is of a type that the address does not read, does not say of which, or is compressed.",
            "Send JSON or multipart/form-data, say so in Content-Type, and leave Content-Encoding out.",
            "the body must be application/json or multipart/form-data, and say so in Content-Type",
        ),
        Code::RangeNotSatisfiable => Explained::new(
            "The part that Range asks for begins behind the end of the file.",
            "Content-Range tells how long the file is.",
            "the file has 482133 bytes",
        ),
        Code::HostRefused => Explained::new(
            "The server was reached by a name that it does not answer to. Without keys it answers to names of \
             its own machine only, so that no web page can reach it through a name that points there.",
            "Without keys, use localhost or 127.0.0.1. With keys, use a name of SPOOL_PUBLIC_URL or SPOOL_ALLOWED_HOSTS, \
             or have yours added there.",
            "without keys the server is reached by the names of this machine only, such as localhost",
        ),
        Code::ValidationFailed => Explained::new(
            "Fields are missing, unknown or beyond their limits. All of them are listed at once in errors, each \
             with a JSON pointer.",
            "Correct the fields that errors names. The limits stand in /api/config.",
            "fps must be from 4 to 60, not 61",
        )
        .field("fps", ViolationCode::OutOfRange),
        Code::ImageUnreadable => Explained::new(
            "A file is no PNG, JPEG or WebP picture, or is damaged. What counts is its content, not its name.",
            "Open it in a viewer and save it anew.",
            "input_image is not a PNG, JPEG or WebP picture; its content counts, not its name",
        )
        .field("input_image", ViolationCode::Unreadable),
        Code::IdempotencyKeyReused => Explained::new(
            "This Idempotency-Key came with another request before.",
            "Use a new key for each request; repeat one only to repeat the same request.",
            "this Idempotency-Key came with another request before; use a new one",
        ),
        Code::RateLimited => Explained::new(
            "More requests, logins, uploads at once or open connections than one caller may have.",
            "Try again after Retry-After seconds.",
            "at most 600 jobs and pictures a minute are taken from one caller",
        ),
        Code::QueueFull => Explained::new(
            "As many jobs wait as the server takes.",
            "Try again after Retry-After seconds.",
            "10000 jobs wait already; try again later",
        ),
        Code::Internal => Explained::new(
            "A fault of the server.",
            "Report it with the request_id, under which the cause stands in the server's log.",
            "the cause is in the server's log, under this request's id",
        ),
        Code::SessionReset => Explained::new(
            "The server's data was lost and a new session began. Earlier jobs are gone.",
            "Submit again what is still wanted.",
            "the data of the session is lost and a new session begins; earlier jobs are gone",
        ),
        Code::StorageFull => Explained::new(
            "There is no room for another picture or result. What runs goes on.",
            "Delete finished jobs, or wait until some expire.",
            "the storage of files is full; what runs goes on, try again later",
        ),
        Code::Unavailable => Explained::new(
            "The server cannot do it now: it is stopping, overloaded, or its store or storage does not answer.",
            "Try again after Retry-After seconds. With an Idempotency-Key no job is made twice.",
            "the store does not answer; try again",
        ),
    }
}
