#!lua flags=allow-oom
-- accept (T3): the agent has received the hand-out.
-- Uses    events record
-- Touches session counters events job leases
-- Args    agent job token
-- Reply   ok | already | stale | foreign | canceled | missing | session
-- Emits   accepted
local rec = load(job)
local refusal = not_holding(rec, agent, token)
if refusal then
  return refusal
elseif rec.accepted or rec.status == 'running' then
  return { 'already' }
end
redis.call('ZADD', key_leases, now + LEASE_MS, job)
change(rec, 'assigned', 'accepted', { 'accepted', 1 })
return { 'ok' }
