//! Bugs inside scripts, as changes of their text.

use crate::Bug;

/// A change of a script's text.
pub(crate) struct Patch {
    pub(crate) bug: Bug,
    /// The script's name, with `lib/` before it for a shared piece.
    pub(crate) file: &'static str,
    /// What must stand there exactly once.
    text: &'static str,
    instead: &'static str,
}

const fn patch(bug: Bug, file: &'static str, text: &'static str, instead: &'static str) -> Patch {
    Patch { bug, file, text, instead }
}

/// Whether what an agent says counts, in `record.lua`.
const HOLDING: &str = "\
  elseif rec.token == token then
    return rec.agent ~= agent and { 'foreign' } or nil
  elseif had_ended(rec, agent, token, 'canceled') then
    return { 'canceled' }
  end
  return { 'stale' }
";
/// Whether a hello keeps a lease, in `readopting.lua`.
const KEEPING: &str = "if rec and rec.token == token and rec.agent == agent then";
/// Whether a heartbeat renews a lease, in `beat.lua`.
const RENEWING: &str = "if at[1] ~= token or at[4] ~= agent then";

pub(crate) const PATCHES: &[Patch] = &[
    patch(Bug::NoFence, "lib/record", HOLDING, "  end\n  return nil\n"),
    patch(Bug::NoFence, "lib/readopting", KEEPING, "if rec and rec.token then"),
    patch(Bug::NoFence, "beat", RENEWING, "if not at[1] then"),
    patch(
        Bug::FenceByAgent,
        "lib/record",
        HOLDING,
        "  elseif rec.token and rec.agent == agent then\n    return nil\n  end\n  return { 'stale' }\n",
    ),
    patch(Bug::FenceByAgent, "lib/readopting", KEEPING, "if rec and rec.token and rec.agent == agent then"),
    patch(Bug::FenceByAgent, "beat", RENEWING, "if not at[1] or at[4] ~= agent then"),
    patch(
        Bug::FenceByStatus,
        "lib/record",
        HOLDING,
        "  elseif rec.status == 'assigned' or rec.status == 'running' then\n    return nil\n  end\n  return { 'stale' }\n",
    ),
    patch(
        Bug::FenceByStatus,
        "lib/readopting",
        KEEPING,
        "if rec and (rec.status == 'assigned' or rec.status == 'running') then",
    ),
    patch(Bug::FenceByStatus, "beat", RENEWING, "if at[2] ~= 'assigned' and at[2] ~= 'running' then"),
    // The first step: a job leaves its lane. The second one, which `store/schedule.rs` asks for: it gets a lease.
    patch(
        Bug::TwoStepClaim,
        "schedule",
        "local handed, next_token = 0, string.gmatch(tokens, '%S+')\n",
        "\
local job, seat, lease = string.match(tokens, '^give (%S+) (%S+) (%S+)$')
if job then
  local rec = load(job)
  local at = rec and reach(seat, rec.workflow)
  if at then
    hand_out(rec, seat, at, lease)
  end
  return { 'ok', BATCH, -1 }
end
local taken
local handed, next_token = 0, string.gmatch(tokens, '%S+')
",
    ),
    patch(
        Bug::TwoStepClaim,
        "schedule",
        "\
        hand_out(rec, agent, at, token)
        handed, token = handed + 1, next_token()
",
        "\
        leave_lane(rec, redis.call('HINCRBY', key_counters, 'served', 1))
        redis.call('HDEL', key_job(rec.id), 'place', 'entry')
        taken = { rec.id, agent }
        handed, token = handed + 1, nil
",
    ),
    patch(
        Bug::TwoStepClaim,
        "schedule",
        "return { 'ok', handed, due and math.max(0, due - now) or -1 }\n",
        "return { 'ok', handed, due and math.max(0, due - now) or -1, unpack(taken or {}) }\n",
    ),
    patch(
        Bug::TwoStepClaim,
        "lib/handing",
        "\
  leave_lane(rec, served)
  redis.call('HDEL', key_job(rec.id), 'place', 'entry')
",
        "",
    ),
    patch(
        Bug::TwoStepReap,
        "lapse",
        "\
elseif tonumber(redis.call('ZSCORE', key_leases, job) or 0) > now then
  return { 'early' }
",
        "",
    ),
    patch(
        Bug::TwoStepReap,
        "bury",
        "\
  if tonumber(redis.call('ZSCORE', key_agents, agent) or 0) > now then
    return { 'early' }
  elseif not may_judge() then
",
        "  if not may_judge() then\n",
    ),
    patch(
        Bug::BlindCancel,
        "cancel",
        "\
elseif rec.status == 'canceled' then
  return { 'already' }
elseif rec.status == 'succeeded' or rec.status == 'failed' then
  return { 'finished', rec.status }
",
        "",
    ),
    patch(
        Bug::UncountedLoss,
        "lib/losing",
        "local losses = count(rec, 'losses') + 1",
        "local losses = count(rec, 'losses')",
    ),
    patch(
        Bug::HostClock,
        "lib/clock",
        "\
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
",
        "local now = tonumber(KEYS[2])\n",
    ),
];

/// The script with the bug, or why it cannot have it.
pub(crate) fn apply(bug: Bug, file: &str, source: &str) -> Result<String, String> {
    let patches = PATCHES.iter().filter(|patch| patch.bug == bug && patch.file == file);
    patches.into_iter().try_fold(source.to_owned(), |source, patch| {
        let found = source.matches(patch.text).count();
        if found != 1 {
            return Err(format!(
                "{} of {file}: its text stands there {found} times: {}",
                bug.word(),
                patch.text
            ));
        }
        Ok(source.replace(patch.text, patch.instead))
    })
}

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, fs, path::Path};

    use super::*;

    #[test]
    fn every_patch_applies_to_the_script_as_it_is() {
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../api/src/store/lua");
        let patched: HashSet<(&str, &str)> =
            PATCHES.iter().map(|patch| (patch.bug.word(), patch.file)).collect();
        for (word, file) in patched {
            let path = scripts.join(file).with_extension("lua");
            let source =
                fs::read_to_string(&path).unwrap_or_else(|_| panic!("{} is no script", path.display()));
            let changed = apply(Bug::from_word(word).unwrap(), file, &source);
            assert_ne!(changed.unwrap(), source);
        }
    }

    #[test]
    fn a_patch_whose_text_is_gone_fails_and_says_which() {
        let why = apply(Bug::UncountedLoss, "lib/losing", "local losses = 1").unwrap_err();
        assert!(why.starts_with("uncounted_loss of lib/losing: its text stands there 0 times"), "{why}");
    }
}
