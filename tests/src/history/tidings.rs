//! What Redis has to tell since the last time: one look at transitions, hand-outs and records, all of one moment.

use std::collections::BTreeMap;

use redis::{Connection, RedisError};

use crate::redis::PREFIX;

/// Names and values.
pub(super) type Fields = BTreeMap<String, String>;

/// What is new.
#[derive(Debug, Default)]
pub(super) struct Tidings {
    /// Empty while Redis holds none.
    pub(super) session: String,
    /// Each transition with its number.
    pub(super) told: Vec<(u64, Fields)>,
    /// Hand-outs and other letters to agents, in order.
    letters: Vec<Fields>,
    /// The records of the jobs that the transitions name.
    pub(super) records: BTreeMap<String, Fields>,
}

/// A lease that began: the version of its transition, its token and the name of its agent.
pub(super) type Lease = (u64, String, String);

/// How far was read.
#[derive(Debug, Default)]
pub(super) struct Place {
    pub(super) session: String,
    pub(super) number: u64,
    /// Stream of letters → the last one.
    letters: BTreeMap<String, String>,
}

type Reply = (String, Vec<(String, Fields)>, Vec<Fields>, Vec<Fields>);

impl Place {
    /// Reads on from here, and is there afterwards; the number of the last transition is the caller's.
    pub(super) fn read_on(&mut self, redis: &mut Connection) -> Result<Tidings, RedisError> {
        let mut eval = redis::cmd("EVAL");
        eval.arg(include_str!("tidings.lua")).arg(1).arg(PREFIX).arg(&self.session).arg(self.number);
        for (mail, last) in &self.letters {
            eval.arg(mail).arg(last);
        }
        let (session, told, letters, records): Reply = eval.query(redis)?;
        for letter in &letters {
            self.letters.insert(text(letter, "mail"), text(letter, "id"));
        }
        let number = |id: &str| id.split('-').next().and_then(|number| number.parse().ok());
        let told = told.into_iter().map(|(id, fields)| (number(&id).unwrap_or_default(), fields)).collect();
        let records = records.into_iter().map(|record| (text(&record, "id"), record)).collect();
        Ok(Tidings { session, told, letters, records })
    }
}

impl Tidings {
    /// The leases of a job that began, as far as they are known: a letter that was removed at once tells nothing.
    pub(super) fn leases(&self, job: &str) -> Vec<Lease> {
        let mut handed: Vec<&Fields> = self
            .letters
            .iter()
            .filter(|letter| text(letter, "what") == "assign" && text(letter, "job") == job)
            .collect();
        // Each replica has mail of its own; what two of them were sent is in order by its time alone.
        handed.sort_by_key(|letter| posted(letter));
        let own = self.told.iter().map(|(_, fields)| fields).filter(|fields| text(fields, "job") == job);
        let begun: Vec<(u64, bool)> = own
            .filter(|fields| matches!(text(fields, "what").as_str(), "assigned" | "readopted"))
            .map(|fields| (version(fields), text(fields, "what") == "assigned"))
            .collect();
        let assigned: Vec<u64> = begun.iter().filter(|begun| begun.1).map(|begun| begun.0).collect();
        let mut leases: Vec<Lease> = Vec::new();
        let in_order = handed.is_sorted_by(|one, next| {
            text(one, "mail") == text(next, "mail") || posted(one).0 < posted(next).0
        });
        if assigned.len() == handed.len() && in_order {
            let pairs = assigned.into_iter().zip(handed);
            leases.extend(
                pairs.map(|(version, letter)| (version, text(letter, "token"), text(letter, "name"))),
            );
        }
        // A record that has a token has that of the lease that began last.
        if let (Some((version, _)), Some(record)) = (begun.last(), self.records.get(job))
            && let Some(token) = record.get("token")
            && leases.iter().all(|lease| lease.0 != *version)
        {
            leases.push((*version, token.clone(), text(record, "agent_name")));
        }
        leases
    }
}

/// When a letter was sent, in milliseconds, and which of that time it was.
fn posted(letter: &Fields) -> (u64, u64) {
    let id = text(letter, "id");
    let (time, number) = id.split_once('-').unwrap_or_default();
    (time.parse().unwrap_or_default(), number.parse().unwrap_or_default())
}

pub(super) fn text(fields: &Fields, name: &str) -> String {
    fields.get(name).cloned().unwrap_or_default()
}

pub(super) fn version(fields: &Fields) -> u64 {
    text(fields, "version").parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn told(what: &str, version: &str) -> (u64, Fields) {
        (1, fields(&[("job", "j"), ("what", what), ("version", version)]))
    }

    fn letter(token: &str, mail: &str, id: &str) -> Fields {
        let ours = [("what", "assign"), ("job", "j"), ("token", token), ("name", "g")];
        fields(&[&ours[..], &[("mail", mail), ("id", id)]].concat())
    }

    fn lease(version: u64, token: &str) -> Lease {
        (version, token.to_owned(), "g".to_owned())
    }

    #[test]
    fn each_hand_out_has_the_token_of_its_letter_and_what_was_taken_up_again_that_of_its_record() {
        let record = fields(&[("token", "u"), ("agent_name", "g")]);
        let tidings = Tidings {
            told: vec![
                told("assigned", "2"),
                told("bounced", "3"),
                told("assigned", "4"),
                told("readopted", "6"),
            ],
            letters: vec![letter("s", "m", "5-0"), letter("t", "m", "5-1")],
            records: [("j".to_owned(), record)].into(),
            ..Tidings::default()
        };
        assert_eq!(tidings.leases("j"), [lease(2, "s"), lease(4, "t"), lease(6, "u")]);
    }

    #[test]
    fn letters_to_two_replicas_are_in_the_order_of_their_times_or_in_none() {
        let leases = |first: &str, second: &str| {
            let told = vec![told("assigned", "2"), told("returned", "3"), told("assigned", "4")];
            let letters = vec![letter("s", "m", first), letter("t", "n", second)];
            Tidings { told, letters, ..Tidings::default() }.leases("j")
        };
        assert_eq!(leases("5-0", "6-0"), [lease(2, "s"), lease(4, "t")]);
        assert_eq!(leases("6-0", "5-0"), [lease(2, "t"), lease(4, "s")]);
        assert_eq!(leases("5-0", "5-0"), []);
    }

    #[test]
    fn a_hand_out_whose_letter_is_gone_has_no_token_unless_the_record_still_has_it() {
        let tidings = Tidings { told: vec![told("assigned", "2"), told("lost", "3")], ..Tidings::default() };
        assert_eq!(tidings.leases("j"), []);
    }
}
