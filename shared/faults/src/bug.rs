//! The list of bugs that can be seeded: each is what a careless implementation might have been.

macro_rules! bugs {
    ($($(#[$doc:meta])+ $bug:ident = $word:literal,)+) => {
        /// A bug that the tests must notice.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Bug {
            $($(#[$doc])+ $bug,)+
        }

        impl Bug {
            pub const ALL: &[Self] = &[$(Self::$bug),+];

            /// What the environment calls it.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$bug => $word,)+
                }
            }
        }
    };
}

bugs! {
    /// What an agent says of a job counts, whatever its token.
    NoFence = "no_fence",
    /// It counts if the job is this agent's now, whatever the token.
    FenceByAgent = "fence_by_agent",
    /// It counts while the job is at some agent, whichever.
    FenceByStatus = "fence_by_status",
    /// A job leaves its lane in one step and gets its lease in another.
    TwoStepClaim = "two_step_claim",
    /// What the reaper found due is requeued without another look.
    TwoStepReap = "two_step_reap",
    /// `done` is said before the result is recorded.
    AckFirst = "ack_first",
    /// A cancel does not ask whether the job has ended.
    BlindCancel = "blind_cancel",
    /// A loss spends no budget.
    UncountedLoss = "uncounted_loss",
    /// A bell that rings while nobody listens is not heard, and no fallback pass heals that.
    LostDoorbell = "lost_doorbell",
    /// An upload that resumes skips the byte that it should begin with, and the API takes a chunk wherever it begins.
    WrongOffset = "wrong_offset",
    /// Deadlines are made and judged by the clock of the replica's host; a value says by how many milliseconds it is
    /// ahead.
    HostClock = "host_clock",
}

impl Bug {
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|bug| bug.word() == word)
    }
}
