//! Why an attempt failed, and what that means for the job.

use crate::workflow::words;

words! {
    /// The code that users see in a job's `error`. One that a newer agent knows and this version does not is an
    /// `engine_error`: its message says more, and `retryable` travels beside it.
    FailureCode else EngineError {
        /// The engine cannot use the input.
        BadInput = "bad_input",
        /// The node lacks the model's files.
        MissingWeights = "missing_weights",
        /// The GPU's memory did not suffice, even for the worker's frugal plan.
        OutOfMemory = "out_of_memory",
        /// The result is over the size limit.
        ResultTooLarge = "result_too_large",
        /// The engine reported an error.
        EngineError = "engine_error",
        /// The worker process ended in the middle of the job.
        WorkerCrashed = "worker_crashed",
        /// The worker made no progress within its phase's limit.
        Stalled = "stalled",
        /// The node had no room for the result, or could not read it again.
        Storage = "storage",
        /// The server had no room for the result, or did not keep what it was sent.
        ServerStorage = "server_storage",
        /// The job outlived too many nodes.
        PoisonJob = "poison_job",
        /// No agent took the job.
        NoAgent = "no_agent",
        /// No connected agent could run it for too long.
        Expired = "expired",
    }
}

impl FailureCode {
    /// Whether such a failure says something of the agent, and not of the job or the server alone.
    #[must_use]
    pub const fn blames_the_agent(self) -> bool {
        !matches!(self, Self::BadInput | Self::ResultTooLarge | Self::ServerStorage)
    }
}

/// What a failure spends and whether another try makes sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// Another try would end the same way.
    Permanent,
    /// A reported error: tried again after a delay.
    Reported,
    /// The worker crashed or stalled: tried again at once.
    Crashed,
    /// Out of memory: tried again only if a connected agent offers more memory.
    Memory,
}

impl FailureKind {
    /// What the agent's report means.
    #[must_use]
    pub const fn of(code: FailureCode, retryable: bool) -> Self {
        match code {
            FailureCode::WorkerCrashed | FailureCode::Stalled => Self::Crashed,
            FailureCode::OutOfMemory => Self::Memory,
            FailureCode::BadInput | FailureCode::MissingWeights | FailureCode::ResultTooLarge => {
                Self::Permanent
            }
            _ if retryable => Self::Reported,
            _ => Self::Permanent,
        }
    }

    /// The word for it in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Permanent => "permanent",
            Self::Reported => "reported",
            Self::Crashed => "crashed",
            Self::Memory => "memory",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_that_the_server_cannot_take_blames_no_agent_and_is_tried_again() {
        let (code, nodes_own) = (FailureCode::ServerStorage, FailureCode::Storage);
        assert!(!code.blames_the_agent());
        assert_eq!(FailureKind::of(code, true), FailureKind::Reported);
        assert!(nodes_own.blames_the_agent(), "a disk of its own does");
    }
}
