//! A script that ran although its answer was lost is called again: the second call must change nothing, and say the
//! same, or that it was done already.

use spool_shared::{
    ids::{SessionId, Token},
    protocol::HeldLease,
    workflow::Priority::Normal,
};

use super::{
    dump::Dump,
    fleet::{Agent, Fleet, fresh_token, new_job},
    plant::REPLICA,
};
use crate::store::{
    StoreError,
    keys::{Keys, SCHEMA},
    script::{Contract, Reply, Script},
    scripts::CONTRACTS,
};

/// What a second call may say beside the same and `already`: that there is nothing to do any more.
const NOTHING_LEFT: &[(&str, &str)] =
    &[("bury", "missing"), ("expire", "wrong_state"), ("forget", "gone"), ("lapse", "wrong_state")];

const CLASS: &str = "i2v.480p.81.lightning";

/// An agent with a job that it was handed, and further a job that it runs.
struct Scene {
    agent: Agent,
    handed: HeldLease,
    running: HeldLease,
}

impl Scene {
    async fn set(fleet: &mut Fleet) -> Self {
        let agent = fleet.connect(1, 3).await;
        for _ in 0..2 {
            fleet.submit("ada", Normal).await;
        }
        let leases = fleet.schedule().await;
        let ((_, handed), (_, running)) = (leases[0], leases[1]);
        fleet.start(&running).await;
        Self { agent, handed, running }
    }
}

pub(super) type Arguments = Vec<(&'static str, String)>;

fn of_lease(agent: Agent, lease: HeldLease, more: &[(&'static str, &str)]) -> Arguments {
    let mut arguments = vec![
        ("agent", agent.id.to_string()),
        ("job", lease.job.to_string()),
        ("token", lease.token.reveal()),
    ];
    arguments.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
    arguments
}

fn listed(lease: HeldLease) -> String {
    format!("{}:{}", lease.job, lease.token.reveal())
}

/// Makes a world in which the script has something to do; with what to call it.
async fn arranged(name: &str, fleet: &mut Fleet) -> Arguments {
    let Scene { agent, handed, running } = Scene::set(fleet).await;
    let (agent_id, nonce) = (("agent", agent.id.to_string()), ("nonce", agent.nonce.to_string()));
    let job = ("job", running.job.to_string());
    match name {
        "beat" => vec![agent_id, nonce, ("held", listed(running)), ("report", String::new())],
        "bury" => vec![agent_id, nonce],
        "closed" => vec![agent_id, nonce, ("grace_ms", "9000".into())],
        "slots" => {
            let usable = [("healthy", "2"), ("warm", CLASS), ("draining", "0"), ("pause", "")];
            let said = usable.map(|(name, value)| (name, value.to_owned()));
            [agent_id, nonce].into_iter().chain(said).collect()
        }
        "drain" => vec![agent_id],
        "resume" => {
            fleet.store.drain(agent.id).await.unwrap();
            vec![agent_id]
        }
        "hello" => {
            // Lost, and its job still waits.
            fleet.command("ZADD", "leases", &["1", &job.1]).await;
            assert!(fleet.store.lapse(running.job).await.unwrap());
            of_hello(agent.again(), running, fresh_token())
        }
        "cancel" => vec![job],
        "lapse" => {
            fleet.command("ZADD", "leases", &["1", &job.1]).await;
            vec![job]
        }
        "forget" => {
            fleet.store.cancel(running.job).await.unwrap();
            vec![job, ("asked", "1".into())]
        }
        "expire" => {
            fleet.store.bury(agent.id, Some(agent.nonce)).await.unwrap();
            fleet.command("HSET", &format!("job:{}", running.job), &["created", "1"]).await;
            fleet.command("HSET", "unserved", &[CLASS, "1"]).await;
            let waiting = fleet.store.unserved().await.unwrap().remove(0);
            assert_eq!(waiting.job, running.job);
            waiting.arguments().to_vec()
        }
        "submit" => of_submit(),
        "schedule" => {
            fleet.submit("ada", Normal).await;
            vec![("tokens", fresh_token().reveal())]
        }
        "session" => vec![("id", "another".into()), ("schema", SCHEMA.to_string())],
        "judge" => vec![("limit", "10".into())],
        "hold" | "condemn" => vec![("hashes", "a b".into())],
        "keep_image" => of_image(&[("picture", "{}")]),
        "use_image" => {
            fleet.command("SET", "image:ada:i", &["{}"]).await;
            of_image(&[])
        }
        "alive" => vec![("replica", REPLICA.into())],
        _ => about_a_lease(name, fleet, agent, handed, running).await,
    }
}

/// As [`arranged`], for what an agent says of its leases.
async fn about_a_lease(
    name: &str,
    fleet: &mut Fleet,
    agent: Agent,
    handed: HeldLease,
    running: HeldLease,
) -> Arguments {
    match name {
        "accept" | "decline" | "take_back" => of_lease(agent, handed, &[]),
        "start" => of_lease(agent, handed, &[("slot", "0")]),
        "progress" => {
            let report =
                [("seq", "1"), ("phase", "load"), ("step", "0"), ("steps", "0"), ("fraction", "0.5")];
            of_lease(agent, running, &report)
        }
        "succeed" => of_lease(agent, running, &[("output", "{}")]),
        "release" => of_lease(agent, running, &[]),
        "fail" => {
            let failure = [
                ("code", "engine_error"),
                ("kind", "reported"),
                ("blames", "1"),
                ("delay_ms", "9000"),
                ("output", "{}"),
            ];
            of_lease(agent, running, &failure)
        }
        "preview" => {
            let mut arguments = of_lease(agent, running, &[("seq", "1"), ("picture", "p")]);
            arguments.insert(1, ("identity", String::new()));
            arguments
        }
        "freed" => {
            fleet.store.cancel(running.job).await.unwrap();
            of_lease(agent, running, &[])
        }
        other => panic!("say here what {other} is called with"),
    }
}

/// A hello that lists one lease.
pub(super) fn of_hello(agent: Agent, held: HeldLease, new_token: Token) -> Arguments {
    vec![
        ("agent", agent.id.to_string()),
        ("nonce", agent.nonce.to_string()),
        ("boot", spool_shared::ids::BootId::from_random([1; 16]).to_string()),
        ("replica", REPLICA.into()),
        ("identity", String::new()),
        ("name", "node".into()),
        ("version", "0.1.0".into()),
        ("slots", "3".into()),
        ("memory", "1000".into()),
        ("profile", "p".into()),
        ("classes", CLASS.into()),
        ("engines", "i2v=scripted".into()),
        ("card", "{}".into()),
        ("held", format!("{}:{}", listed(held), new_token.reveal())),
    ]
}

fn of_image(more: &[(&'static str, &str)]) -> Arguments {
    let named = [("owner", "ada"), ("id", "i"), ("hash", "h")];
    named.iter().chain(more).map(|(name, value)| (*name, (*value).to_owned())).collect()
}

fn of_submit() -> Arguments {
    let job = new_job("ada", Normal, CLASS);
    vec![
        ("job", job.id.to_string()),
        ("workflow", "i2v".into()),
        ("class", CLASS.into()),
        ("priority", "normal".into()),
        ("owner", "ada".into()),
        ("input", "{}".into()),
        ("parent", String::new()),
        ("idem_key", String::new()),
        ("idem_body", String::new()),
        ("hashes", String::new()),
    ]
}

/// A script with something to do, and everything as it stands before.
struct Ready {
    fleet: Fleet,
    script: Script,
    arguments: Arguments,
    start: u64,
    before: Dump,
}

impl Ready {
    async fn of(contract: &Contract) -> Self {
        let mut fleet = Fleet::new().await;
        let arguments = arranged(contract.name, &mut fleet).await;
        let script = Script::new(*contract, fleet.store.limits());
        let start = fleet.now().await;
        let before = fleet.dump_since(start).await;
        Self { fleet, script, arguments, start, before }
    }

    async fn call_for(&self, session: SessionId) -> Result<Reply, StoreError> {
        let begun = self.script.call(&Keys::new("fleet").fixed("session"), session);
        let call = self.arguments.iter().fold(begun, |call, (name, value)| call.arg(name, value));
        self.fleet.store.run(call).await
    }

    async fn call(&self) -> Reply {
        self.call_for(self.fleet.store.session()).await.unwrap()
    }

    async fn dump(&self) -> Dump {
        self.fleet.dump_since(self.start).await
    }
}

#[tokio::test]
async fn every_script_that_is_called_twice_says_the_same_or_already_and_changes_nothing_more() {
    for contract in CONTRACTS {
        let (name, ready) = (contract.name, Ready::of(contract).await);

        let first = ready.call().await;
        let once = ready.dump().await;
        let second = ready.call().await;

        assert_eq!(ready.dump().await, once, "{name}: {first:?}, then {second:?}");
        let renews = ["alive", "beat", "condemn", "hold", "judge", "session", "use_image"].contains(&name);
        assert!(renews || once != ready.before, "{name} had nothing to do: {first:?}");
        let (first, second) = (words(&first), words(&second));
        let nothing_left = NOTHING_LEFT.contains(&(name, second[0].as_str()));
        // A round that finds every place taken hands nothing out.
        let same = first == second || name == "schedule" && second[1] == "0";
        assert!(same || second[0] == "already" || nothing_left, "{name}: {first:?}, then {second:?}");
    }
}

#[tokio::test]
async fn every_script_that_touches_jobs_refuses_to_speak_for_another_session() {
    let is_guarded = |contract: &&Contract| contract.words("Guard").next() != Some("none");
    let names = CONTRACTS.iter().filter(|contract| !is_guarded(contract)).map(|contract| contract.name);
    assert_eq!(names.collect::<Vec<_>>(), ["alive", "session"]);
    for contract in CONTRACTS.iter().filter(is_guarded) {
        let (name, ready) = (contract.name, Ready::of(contract).await);
        let refused = ready.call_for(SessionId::from_random([9; 16])).await;
        assert!(matches!(refused, Err(StoreError::Session)), "{name}: {refused:?}");
        assert_eq!(ready.dump().await, ready.before, "{name}");
    }
}

/// What it says, times left out.
fn words(reply: &Reply) -> Vec<String> {
    let word = reply.word().unwrap().to_owned();
    let rest: Vec<String> = reply.rest().unwrap_or_default();
    let is_time = |word: &str| word.len() == 13 && word.parse::<u64>().is_ok();
    std::iter::once(word).chain(rest.into_iter().filter(|word| !is_time(word))).collect()
}
