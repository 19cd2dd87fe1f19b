#!lua flags=allow-oom
-- readopt (T3, T11): what becomes of a lease that an agent lists in its hello. A lost attempt whose job still
-- waits goes on under a new token.
-- Uses    events record lanes heads leaving agents
-- Touches session counters events job leases delayed lane again order turns waiting heads unserved agent places offers free warm
-- Args    agent job token new_token
-- Reply   keep | renewed | drop | session
-- Emits   accepted readopted
local rec = load(job)
if rec and rec.token == token and rec.agent == agent then
  redis.call('ZADD', key_leases, now + LEASE_MS, job)
  if rec.status == 'assigned' and not rec.accepted then
    change(rec, 'assigned', 'accepted', { 'accepted', 1 })
  end
  return { 'keep' }
elseif rec and rec.token == new_token and rec.agent == agent then
  return { 'renewed' }
elseif not had_ended(rec, agent, token, 'lost') or rec.status ~= 'queued' then
  return { 'drop' }
end
local at = redis.call('HMGET', key_agent(agent), 'name', 'engine.' .. rec.workflow, 'nonce')
if not at[3] then
  return { 'drop' }
end
leave_place(rec)
redis.call(
  'HDEL', key_job(job), 'place', 'entry', 'last_token', 'last_agent', 'last_end', 'avoid_agent', 'avoid_until'
)
redis.call('ZADD', key_leases, now + LEASE_MS, job)
redis.call('HSET', key_places(agent), job, new_token)
refresh_free(agent)
change(rec, 'running', 'readopted', {
  'token', new_token, 'agent', agent, 'agent_name', at[1], 'engine', at[2] or '',
})
return { 'renewed' }
