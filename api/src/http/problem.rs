//! Errors as people and programs read them: `application/problem+json` (RFC 9457). What went wrong inside goes to
//! the log, in another sentence.

use std::fmt;

use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
};
use serde::Serialize;
use spool_shared::workflow::Violation;
use tracing::error;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

use super::docs::ERRORS;
use crate::{storage::StorageError, store::StoreError};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $status:ident, $title:literal, $retryable:literal;)+) => {
        /// What kind of error it is, for programs. Each code has one status and one title.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Code { $($(#[$doc])* $name,)+ }

        impl Code {
            /// Every code there is.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }

            #[must_use]
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status),+ }
            }

            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title),+ }
            }

            /// Whether the same request may succeed later.
            #[must_use]
            pub const fn retryable(self) -> bool {
                match self { $(Self::$name => $retryable),+ }
            }
        }
    };
}

codes! {
    BadRequest = "bad_request", BAD_REQUEST, "The request is malformed", false;
    /// Not JSON, or not an object, or no readable multipart body.
    MalformedBody = "malformed_body", BAD_REQUEST, "The body cannot be read", false;
    /// No key, or one that is not known (any more).
    Unauthorized = "unauthorized", UNAUTHORIZED, "A key is needed", false;
    /// The key lacks a scope.
    Forbidden = "forbidden", FORBIDDEN, "The key does not permit this", false;
    OriginRefused = "origin_refused", FORBIDDEN, "Requests from this page are refused", false;
    NotFound = "not_found", NOT_FOUND, "There is no such thing", false;
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED, "The method does not apply here", false;
    /// The body came more slowly than the minimum rate.
    BodyTooSlow = "body_too_slow", REQUEST_TIMEOUT, "The body came too slowly", true;
    AlreadyFinished = "already_finished", CONFLICT, "The job has already finished", false;
    NotFinished = "not_finished", CONFLICT, "The job has not finished", false;
    Gone = "gone", GONE, "It has been deleted", false;
    BodyTooLarge = "body_too_large", PAYLOAD_TOO_LARGE, "The body is too large", false;
    ImageTooLarge = "image_too_large", PAYLOAD_TOO_LARGE, "A picture is too large", false;
    UnsupportedMediaType = "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE, "The body has the wrong type", false;
    RangeNotSatisfiable = "range_not_satisfiable", RANGE_NOT_SATISFIABLE, "The range lies outside", false;
    HostRefused = "host_refused", MISDIRECTED_REQUEST, "This server has another name", false;
    ValidationFailed = "validation_failed", UNPROCESSABLE_ENTITY, "The request breaks a rule", false;
    ImageUnreadable = "image_unreadable", UNPROCESSABLE_ENTITY, "A picture cannot be read", false;
    /// The same `Idempotency-Key` came with another body before.
    IdempotencyKeyReused = "idempotency_key_reused", UNPROCESSABLE_ENTITY, "The key belongs to another request", false;
    RateLimited = "rate_limited", TOO_MANY_REQUESTS, "Too much at once", true;
    QueueFull = "queue_full", TOO_MANY_REQUESTS, "The queue is full", true;
    Internal = "internal", INTERNAL_SERVER_ERROR, "Something broke inside", false;
    /// Redis lost its data: a new session began.
    SessionReset = "session_reset", SERVICE_UNAVAILABLE, "The session has ended", true;
    /// The disk of the pictures and results has no room.
    StorageFull = "storage_full", INSUFFICIENT_STORAGE, "The storage is full", true;
    Unavailable = "unavailable", SERVICE_UNAVAILABLE, "The service cannot answer now", true;
}

impl ToSchema for Code {}

impl PartialSchema for Code {
    fn schema() -> RefOr<Schema> {
        let words = Self::ALL.iter().map(|code| code.as_str());
        let code = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words));
        code.description(Some("What kind of error it is.")).into()
    }
}

/// An error on its way to the client. The request's id is added when it is sent.
#[derive(Debug, Clone)]
pub struct Problem {
    pub code: Code,
    /// What happened this time.
    pub detail: String,
    pub errors: Vec<Violation>,
    pub headers: Vec<(HeaderName, HeaderValue)>,
}

/// Any error (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(super) struct Body<'a> {
    /// Leads to the explanation of the code.
    r#type: String,
    title: &'a str,
    status: u16,
    /// What happened this time, for people.
    detail: &'a str,
    /// For programs.
    #[schema(value_type = Code)]
    code: &'a str,
    /// The fields that are not right.
    errors: &'a [Violation],
    request_id: &'a str,
    /// Whether the same request may succeed later.
    retryable: bool,
}

impl Problem {
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        let problem = Self { code, detail: detail.into(), errors: Vec::new(), headers: Vec::new() };
        match code.status() {
            StatusCode::TOO_MANY_REQUESTS => problem.retry_after(5),
            StatusCode::SERVICE_UNAVAILABLE => problem.retry_after(2),
            StatusCode::UNAUTHORIZED => {
                let challenge = HeaderValue::from_static("Bearer realm=\"spool\"");
                problem.header(header::WWW_AUTHENTICATE, challenge)
            }
            _ => problem,
        }
    }

    /// The rules that a request breaks, all at once.
    #[must_use]
    pub fn validation(errors: Vec<Violation>) -> Self {
        let detail = match errors.as_slice() {
            [only] => only.message.clone(),
            all => format!("{} fields are not right", all.len()),
        };
        Self { errors, ..Self::new(Code::ValidationFailed, detail) }
    }

    /// Nothing under this id, or nothing that the caller may see.
    #[must_use]
    pub fn no_job() -> Self {
        Self::new(Code::NotFound, "there is no such job")
    }

    #[must_use]
    pub fn gone_job() -> Self {
        Self::new(Code::Gone, "the job was deleted")
    }

    /// Nothing shows who asks.
    #[must_use]
    pub fn no_key() -> Self {
        Self::new(Code::Unauthorized, "send an API key as Authorization: Bearer KEY, or log in")
    }

    /// What the request shows is no key of this server.
    #[must_use]
    pub fn wrong_key() -> Self {
        let challenge = HeaderValue::from_static("Bearer realm=\"spool\", error=\"invalid_token\"");
        Self::new(Code::Unauthorized, "this API key is not known; it may have been revoked")
            .header(header::WWW_AUTHENTICATE, challenge)
    }

    /// An agent without a token that is known.
    #[must_use]
    pub fn no_token() -> Self {
        Self::new(
            Code::Unauthorized,
            "agents send a token that this server knows as Authorization: Bearer TOKEN",
        )
    }

    /// An error that is nobody's fault but ours: the cause goes to the log only.
    pub fn internal(cause: impl fmt::Display) -> Self {
        error!("A request failed inside: {cause}");
        Self::new(Code::Internal, "the cause is in the server's log, under this request's id")
    }

    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.retain(|(other, _)| *other != name);
        self.headers.push((name, value));
        self
    }

    #[must_use]
    pub fn retry_after(self, seconds: u32) -> Self {
        self.header(header::RETRY_AFTER, HeaderValue::from(seconds))
    }

    /// The body to send.
    pub(super) fn body(&self, request_id: &str) -> String {
        let body = Body {
            r#type: format!("{ERRORS}#{}", self.code.as_str()),
            title: self.code.title(),
            status: self.code.status().as_u16(),
            detail: &self.detail,
            code: self.code.as_str(),
            errors: &self.errors,
            request_id,
            retryable: self.code.retryable(),
        };
        serde_json::to_string(&body).unwrap_or_default()
    }

    /// What an error of the framework means here.
    pub(super) fn of_status(status: StatusCode) -> Self {
        let (code, detail) = match status {
            StatusCode::UNAUTHORIZED => return Self::no_token(),
            StatusCode::FORBIDDEN => (Code::OriginRefused, "pages of browsers may not do this"),
            StatusCode::NOT_FOUND => (Code::NotFound, "there is nothing at this address"),
            StatusCode::METHOD_NOT_ALLOWED => (Code::MethodNotAllowed, "this address has other methods"),
            StatusCode::PAYLOAD_TOO_LARGE => (Code::BodyTooLarge, "the body is too large"),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => (Code::UnsupportedMediaType, "the body has the wrong type"),
            StatusCode::REQUEST_TIMEOUT => (Code::BodyTooSlow, "the request came too slowly"),
            StatusCode::TOO_MANY_REQUESTS => (Code::RateLimited, "this is too much at once; try again later"),
            StatusCode::SERVICE_UNAVAILABLE => (Code::Unavailable, "the service cannot answer now"),
            status if status.is_client_error() => (Code::BadRequest, "the request is malformed"),
            _ => (Code::Internal, "the cause is in the server's log, under this request's id"),
        };
        Self::new(code, detail)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.detail)
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.code.status()
    }

    /// Carries the problem to the outermost layer, which knows the request's id.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::new(self.code.status());
        response.extensions_mut().insert(self.clone());
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => {
                error!("{error}");
                Self::new(Code::Unavailable, "the store does not answer; try again")
            }
            StoreError::Full => {
                error!("{error}");
                Self::new(Code::Unavailable, "the store has no room for new jobs; what runs goes on")
            }
            StoreError::Session => Self::new(
                Code::SessionReset,
                "the data of the session is lost and a new session begins; earlier jobs are gone",
            ),
            StoreError::Inconsistent { .. } | StoreError::Refused(_) => Self::internal(error),
        }
    }
}

impl From<StorageError> for Problem {
    fn from(error: StorageError) -> Self {
        error!("{error}");
        if let StorageError::Full = error {
            return Self::new(
                Code::StorageFull,
                "the storage of files is full; what runs goes on, try again later",
            );
        }
        Self::new(Code::Unavailable, "the storage of files does not work now; try again")
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use spool_shared::workflow::ViolationCode;

    use super::*;

    #[test]
    fn a_problem_says_what_where_and_whether_to_try_again() {
        let violation = Violation::new("fps", ViolationCode::OutOfRange, "fps must be from 4 to 60, not 61");
        let problem = Problem::validation(vec![violation]);
        assert_snapshot!(problem.body("abc"), @r#"{"type":"/api/docs/errors#validation_failed","title":"The request breaks a rule","status":422,"detail":"fps must be from 4 to 60, not 61","code":"validation_failed","errors":[{"pointer":"/fps","code":"out_of_range","message":"fps must be from 4 to 60, not 61"}],"request_id":"abc","retryable":false}"#);
        let problem = Problem::new(Code::QueueFull, "10000 jobs wait already");
        assert_snapshot!(problem.body("abc"), @r#"{"type":"/api/docs/errors#queue_full","title":"The queue is full","status":429,"detail":"10000 jobs wait already","code":"queue_full","errors":[],"request_id":"abc","retryable":true}"#);
    }

    #[test]
    fn every_429_and_503_says_when_to_come_back() {
        for code in Code::ALL {
            let busy =
                [StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE].contains(&code.status());
            let problem = Problem::new(*code, "");
            assert_eq!(
                problem.headers.iter().any(|(name, _)| name == header::RETRY_AFTER),
                busy,
                "{problem}"
            );
            assert!(!busy || code.retryable(), "{problem}");
        }
    }

    #[test]
    fn what_broke_inside_is_not_told() {
        let error = StoreError::Inconsistent { place: "spool:{0}:job:x".into(), what: "odd".into() };
        assert!(!Problem::from(error).body("abc").contains("spool:"));
    }
}
