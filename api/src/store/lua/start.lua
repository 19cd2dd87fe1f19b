#!lua flags=allow-oom
-- start (T4): the worker began; from here on it is an attempt.
-- Uses    events record
-- Touches session counters events job leases
-- Args    agent job token slot
-- Reply   ok waited workflow | already | stale | foreign | canceled | missing | session
-- Emits   started
local rec = load(job)
local refusal = not_holding(rec, agent, token)
if refusal then
  return refusal
elseif rec.status == 'running' then
  return { 'already' }
end
redis.call('ZADD', key_leases, now + LEASE_MS, job)
redis.call('HDEL', key_job(job), 'accepted')
change(rec, 'running', 'started', {
  'attempts', count(rec, 'attempts') + 1, 'started', rec.started or now, 'began', now, 'slot', slot,
})
return { 'ok', rec.started and -1 or now - rec.created, rec.workflow }
