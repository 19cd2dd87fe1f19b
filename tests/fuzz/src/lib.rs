//! What the targets have in common: a limit of memory, an executor, and what must hold of every message and submit.

use std::{cell::OnceCell, future::Future};

use bytes::Bytes;
use peak_alloc::PeakAlloc;
use spool_api::http::{Problem, submission};
use spool_shared::{
    protocol::{DecodeError, Wire, decode, encode},
    workflow::{Request, Size, Workflow},
};
use tokio::runtime::{Builder, Runtime};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Runs `attempt`, which must not allocate more than `limit` bytes beyond what there is.
pub fn within_memory<T>(limit: usize, attempt: impl FnOnce() -> T) -> T {
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    let done = attempt();
    let taken = MEMORY.peak_usage().saturating_sub(before);
    assert!(taken <= limit, "{taken} bytes were taken where {limit} are enough");
    done
}

thread_local! {
    static RUNTIME: OnceCell<Runtime> = const { OnceCell::new() };
}

/// Awaits on an executor of this thread.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    RUNTIME.with(|runtime| {
        let made = || Builder::new_current_thread().enable_time().build().expect("an executor");
        runtime.get_or_init(made).block_on(future)
    })
}

/// What one byte on the wire may take in memory: a list of empty texts is the worst.
const BYTES_A_BYTE: usize = 128;
/// What is set aside for lists that promise much: a mebibyte for each, and few are open at once.
const PROMISED: usize = 8 * 1024 * 1024;

/// Reads `bytes` as a message: it is refused with a reason, or means the same after it was written and read again.
pub fn reads_as<T: Wire>(bytes: &[u8]) {
    let limit = PROMISED + bytes.len() * BYTES_A_BYTE;
    let message = match within_memory(limit, || decode::<T>(bytes)) {
        Ok(message) => message,
        Err(DecodeError::Unknown(name)) => {
            assert!(!T::NAMES.contains(&name.as_str()), "{name} is known");
            assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_?".contains(&byte)));
            return;
        }
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    let written = encode(&message).expect("what was read can be written");
    if written.len() > T::MAX_BYTES {
        return;
    }
    let again = decode::<T>(&written).expect("what was written can be read");
    // By its bytes: a number that is none is not equal to itself.
    assert_eq!(encode(&again).expect("it can be written again"), written);
}

/// What became of a submit, to compare: the request in its one form, or the code of the refusal.
pub type Verdict = Result<String, &'static str>;

/// Reads a submit as the API does; a refusal must be the client's fault and say what is wrong.
pub fn submitted(workflow: Workflow, content_type: &str, chunks: Vec<Bytes>) -> Result<Request, Problem> {
    let read = block_on(submission(workflow, content_type, chunks));
    if let Err(problem) = &read {
        assert!(problem.code.status().is_client_error(), "{problem:?}");
        assert!(!problem.detail.is_empty() && problem.detail.len() < 4_096, "{problem:?}");
        assert!(problem.errors.len() < 200, "{} errors are told", problem.errors.len());
        for error in &problem.errors {
            assert!(error.pointer.starts_with('/') && error.message.len() < 4_096, "{error:?}");
        }
    }
    read
}

/// As [`submitted`], to compare.
pub fn verdict(workflow: Workflow, content_type: &str, chunks: Vec<Bytes>) -> Verdict {
    submitted(workflow, content_type, chunks)
        .map(|request| request.canonical())
        .map_err(|it| it.code.as_str())
}

/// The parameters of a job, posted back, make the same job.
pub fn comes_back(workflow: Workflow, request: Request) {
    let sizes = [Size::new(640, 480)];
    let Ok(params) = request.resolve(&sizes, 7) else { return };
    let mut again = workflow.request_of(&params.to_map(), Vec::new());
    again.retain(|name, _| workflow.pictures().iter().all(|field| field.name != name));
    let read = workflow.read(&again).unwrap_or_else(|refused| panic!("{again:?}: {refused:?}"));
    assert_eq!(read.resolve(&sizes, 8).as_ref(), Ok(&params));
}

/// The first byte chooses the workflow.
#[must_use]
pub fn workflow(data: &[u8]) -> Option<(Workflow, &[u8])> {
    let (first, rest) = data.split_first()?;
    Some((Workflow::ALL[usize::from(*first) % Workflow::ALL.len()], rest))
}
