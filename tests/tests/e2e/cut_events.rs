//! Server-sent events that are cut at every moment of a job's life and resumed: nothing is told twice, and nothing is
//! missed.
//!
//! The job goes on only when everybody who follows it has heard of its last step. So what is told is known exactly, and
//! a server that forgets where a client was, or what happened, tells one version too many or too few.

use spool_shared::{
    job::{Phase, Status},
    protocol::FromAgent,
};
use spool_tests::{
    Client, Job, PATIENCE, World,
    bare_agent::{Assigned, BareAgent, tiny_png},
    client::JOB,
    events::Events,
    within,
};

/// What each version of the job shows: its status, its attempts, and the step of its progress. The first attempt ends
/// with the loss of its agent.
const LIFE: [(Status, u32, u32); 13] = [
    (Status::Queued, 0, 0),
    (Status::Assigned, 0, 0),
    // The agent took it.
    (Status::Assigned, 0, 0),
    (Status::Running, 1, 0),
    (Status::Running, 1, 1),
    (Status::Running, 1, 2),
    (Status::Running, 1, 3),
    (Status::Queued, 1, 0),
    (Status::Assigned, 1, 0),
    (Status::Assigned, 1, 0),
    (Status::Running, 2, 0),
    (Status::Running, 2, 1),
    (Status::Succeeded, 2, 1),
];
const LAST: usize = LIFE.len();
/// How many versions pass while the second half of the followers is away.
const AWAY: usize = 2;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_cut_at_any_moment_of_a_job_resume_on_the_other_replica_with_what_is_new_and_nothing_else() {
    let world = World::plan().patient().replicas(2).start().await;
    let client = world.client();
    let job = client.submit("held by the agent").await.id;
    let mut followers = Vec::new();
    for cut in 1..=LAST {
        followers.push(Follower::of(client, &job, cut, cut).await);
        if cut < LAST {
            followers.push(Follower::of(client, &job, cut, LAST.min(cut + AWAY)).await);
        }
    }

    let mut seat = Seat::Empty;
    for version in 1..=LAST {
        seat = seat.makes(&world, version).await;
        for follower in &mut followers {
            follower.hears_of(client, version).await;
        }
    }
    for mut follower in followers {
        assert!(follower.next().await.is_none(), "the stream ends with the job");
        let heard = (1..=LAST).filter(|version| *version <= follower.cut || *version >= follower.back);
        assert_eq!(follower.heard, heard.collect::<Vec<_>>(), "cut after {}", follower.cut);
        if follower.cut == LAST {
            let position = follower.position.expect("a position");
            let events = format!("/api/jobs/{job}/events");
            let again = client.get_with(&events, &[("Last-Event-ID", &position)]).await;
            assert_eq!(again.status(), 204, "whoever knows the end is told to stay away");
        }
    }
}

fn shows(version: usize) -> (Status, u32, u32) {
    *LIFE.get(version - 1).expect("such a version")
}

/// Follows the job on one replica, and from a cut on on the other one.
struct Follower {
    job: String,
    /// The last version before the cut, and the newest one when it comes back.
    cut: usize,
    back: usize,
    events: Option<Events>,
    position: Option<String>,
    heard: Vec<usize>,
}

impl Follower {
    async fn of(client: &Client, job: &str, cut: usize, back: usize) -> Self {
        let events = Some(client.at(0).events(job, None).await);
        Self { job: job.to_owned(), cut, back, events, position: None, heard: Vec::new() }
    }

    /// The job has just got this version.
    async fn hears_of(&mut self, client: &Client, version: usize) {
        let returns = version == self.back && self.back > self.cut;
        if returns {
            self.returns(client).await;
        }
        if self.events.is_some() {
            let told = self.next().await.unwrap_or_else(|| panic!("no version {version}"));
            let step = told.progress.as_ref().map_or(0, |progress| progress.step);
            let is = (told.version, told.status, told.attempts, step);
            let (status, attempts, wanted) = shows(version);
            assert_eq!(is, (version as u64, status, attempts, wanted), "cut after {}", self.cut);
            self.heard.push(version);
        }
        if version == self.cut {
            self.events = None;
            if self.back == self.cut {
                self.returns(client).await;
            }
        }
    }

    async fn returns(&mut self, client: &Client) {
        let position = self.position.as_deref();
        assert!(position.is_some(), "every event has a position");
        self.events = Some(client.at(1).events(&self.job, position).await);
    }

    /// The next state of the job that it is told; `None` at the end of the stream.
    async fn next(&mut self) -> Option<Job> {
        let events = self.events.as_mut().expect("an open stream");
        let what = format!("an event after {:?}, cut after {}", self.heard, self.cut);
        let event = within(PATIENCE, &what, events.next()).await?;
        assert_eq!(event.name, JOB);
        self.position.clone_from(&event.id);
        Some(event.job())
    }
}

/// Who has the job.
enum Seat {
    Empty,
    Taken(BareAgent, Assigned),
}

impl Seat {
    /// Does what leads to this version of the job.
    async fn makes(self, world: &World, version: usize) -> Self {
        let (status, _, step) = shows(version);
        match (self, status) {
            (Self::Empty, Status::Queued) => Self::Empty,
            (Self::Empty, _) => {
                let mut agent = BareAgent::dial("bare", world.replica(0).address(), 1).await;
                let assigned = agent.assigned().await;
                Self::Taken(agent, assigned)
            }
            // Its agent leaves, and there is no other.
            (Self::Taken(mut agent, _), Status::Queued) => {
                agent.says(FromAgent::Bye {});
                assert!(agent.is_cut_off().await);
                Self::Empty
            }
            (Self::Taken(agent, assigned), status) => {
                match status {
                    Status::Assigned => agent.accepts(assigned),
                    Status::Running if step == 0 => agent.starts(assigned),
                    Status::Running => reports(&agent, assigned, step),
                    _ => {
                        let output = agent.bulk().await.stores(assigned, &tiny_png()).await;
                        agent.succeeds(assigned, output);
                    }
                }
                Self::Taken(agent, assigned)
            }
        }
    }
}

fn reports(agent: &BareAgent, Assigned { job, token, .. }: Assigned, step: u32) {
    let (phase, steps, fraction) = (Phase::Denoise, 10, f64::from(step) / 10.0);
    agent.says(FromAgent::Progress { job, token, seq: step.into(), phase, step, steps, fraction });
}
