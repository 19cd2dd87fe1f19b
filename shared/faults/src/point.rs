//! The list of crash points.

macro_rules! points {
    ($($(#[$doc:meta])+ $point:ident = $word:literal,)+) => {
        /// A place in API or agent where the process can be told to kill itself.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Point {
            $($(#[$doc])+ $point,)+
        }

        impl Point {
            pub const ALL: &[Self] = &[$(Self::$point),+];

            /// What the environment calls it.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$point => $word,)+
                }
            }
        }
    };
}

points! {
    /// The body of a submission was read; nothing is stored.
    ApiBodyRead = "api_body_read",
    /// The job was recorded; the client has no answer.
    ApiSubmitted = "api_submitted",
    /// Jobs were handed out; the mail stands in Redis.
    ApiScheduled = "api_scheduled",
    /// A hand-out was read from the mail; the agent has not heard of it.
    ApiMailRead = "api_mail_read",
    /// A chunk of a result was taken, and another one is to come.
    ApiChunkTaken = "api_chunk_taken",
    /// A result file's last byte came; the file has no name.
    ApiFileWhole = "api_file_whole",
    /// A result file has its name; the agent has not heard of it.
    ApiFileStored = "api_file_stored",
    /// The result's files were checked; the job is still running.
    ApiSucceeding = "api_succeeding",
    /// The result was recorded; the agent has no `done`.
    ApiSucceeded = "api_succeeded",
    /// The agent is known to the store; it has no `welcome`.
    ApiGreeted = "api_greeted",
    /// The reaper has judged an agent or a lease; others may be due.
    ApiReaped = "api_reaped",
    /// `assign` came; `accepted` is not said.
    AgentAssigned = "agent_assigned",
    /// `accepted` was sent.
    AgentAccepted = "agent_accepted",
    /// The inputs are there; the worker was not asked.
    AgentFetched = "agent_fetched",
    /// `started` was sent.
    AgentStarted = "agent_started",
    /// A chunk of a result was sent, and others of the file are to follow.
    AgentChunkSent = "agent_chunk_sent",
    /// Every file is stored; `succeeded` is not said.
    AgentStored = "agent_stored",
    /// `succeeded` was sent; whether it arrives is not known.
    AgentSucceeded = "agent_succeeded",
    /// `done` came; nothing was made of it.
    AgentDone = "agent_done",
}

impl Point {
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|point| point.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    #[test]
    fn every_point_stands_in_the_code_of_its_program() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
        for point in Point::ALL {
            let program = point.word().split('_').next().unwrap();
            let code = code_below(&root.join(program).join("src"));
            let passed = code.matches(&format!("pass(Point::{point:?})")).count();
            let named = code.matches(&format!("Point::{point:?}")).count();
            assert!(passed > 0 && passed == named, "{point:?} is passed at {passed} places of {named}");
        }
    }

    fn code_below(folder: &Path) -> String {
        let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        paths
            .map(|path| match path.extension() {
                None => code_below(&path),
                Some(end) if end == "rs" => fs::read_to_string(path).unwrap(),
                Some(_) => String::new(),
            })
            .collect()
    }
}
