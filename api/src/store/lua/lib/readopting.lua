-- readopting (T3, T11): leases that an agent still has. The table in words: shared/src/job/transition.rs.

-- What becomes of one: `keep`; `renewed` under the new token, where the attempt had been lost and its job still waits;
-- or `drop`. The caller refreshes what is free.
local function readopt(agent, job, token, new_token)
  local rec = load(job)
  if rec and rec.token == token and rec.agent == agent then
    redis.call('ZADD', key_leases, now + LEASE_MS, job)
    if rec.status == 'assigned' and not rec.accepted then
      change(rec, 'assigned', 'accepted', { 'accepted', 1 })
    end
    return 'keep'
  elseif rec and rec.token == new_token and rec.agent == agent then
    return 'renewed'
  elseif not had_ended(rec, agent, token, 'lost') or rec.status ~= 'queued' then
    return 'drop'
  end
  leave_place(rec)
  redis.call(
    'HDEL', key_job(job), 'place', 'entry', 'last_token', 'last_agent', 'last_end', 'avoid_agent', 'avoid_until'
  )
  redis.call('ZADD', key_leases, now + LEASE_MS, job)
  redis.call('HSET', key_places(agent), job, new_token)
  local at = redis.call('HMGET', key_agent(agent), 'name', 'engine.' .. rec.workflow)
  change(rec, 'running', 'readopted', {
    'token', new_token, 'agent', agent, 'agent_name', at[1], 'engine', at[2] or '',
  })
  return 'renewed'
end

-- All of them, listed as `job:token:new_token`; what becomes of each, in order.
local function readopt_all(agent, held)
  local verdicts = {}
  for job, token, new_token in string.gmatch(held, '([^:%s]+):([^:%s]+):([^:%s]+)') do
    verdicts[#verdicts + 1] = readopt(agent, job, token, new_token)
  end
  refresh_free(agent)
  return verdicts
end
