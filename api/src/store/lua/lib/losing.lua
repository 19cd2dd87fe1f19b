-- losing: leases that end without a word of the job's own. The table in words: shared/src/job/transition.rs.

-- T6: a hand-out that never became an execution.
local function bounce(rec, fields)
  local bounces = count(rec, 'bounces')
  fields[#fields + 1] = 'bounces'
  fields[#fields + 1] = bounces + 1
  if bounces + 1 >= BOUNCES then
    return fail_for_good(rec, 'no_agent', 'No agent took the job in ' .. BOUNCES .. ' tries.', fields)
  end
  return requeue(rec, 'bounced', now + 250 * 2 ^ bounces, rec.agent, fields)
end

-- T6: a hand-out that never reached the agent counts for nothing: its mail was for a connection that is gone.
local function give_back(rec)
  return requeue(rec, 'returned', nil, nil, { 'back', rec.token })
end

-- A hand-out of which the agent has said nothing.
local function unheard(rec)
  return rec.status == 'assigned' and not rec.accepted
end

-- T8, or T6 before the agent had accepted: the node is gone, or was silent for a lease's length.
local function lose(rec)
  if unheard(rec) then
    return bounce(rec, {})
  end
  local losses = count(rec, 'losses') + 1
  local fields = ended(rec, rec.status == 'running' and 'lost' or 'unstarted')
  fields[#fields + 1] = 'losses'
  fields[#fields + 1] = losses
  if losses > LOSSES then
    return fail_for_good(rec, 'poison_job', 'The job outlived ' .. losses .. ' nodes.', fields)
  end
  return requeue(rec, 'lost', nil, rec.agent, fields)
end
