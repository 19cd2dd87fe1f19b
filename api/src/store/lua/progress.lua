#!lua flags=allow-oom
-- progress (T5): the worker got further; the last report stands in the record, the others hear it by PUBLISH.
-- Uses    events record
-- Touches session counters events progress job leases
-- Args    agent job token seq phase step steps fraction
-- Reply   ok version | already | stale | foreign | canceled | wrong_state status | missing | session
local rec = load(job)
local refusal = not_holding(rec, agent, token)
if refusal then
  return refusal
elseif rec.status == 'assigned' and not rec.accepted then
  return { 'wrong_state', rec.status }
elseif rec.seq and tonumber(seq) <= tonumber(rec.seq) then
  return { 'already' }
end
-- Never back within an attempt.
if rec.fraction and tonumber(fraction) < tonumber(rec.fraction) then
  fraction = rec.fraction
end
redis.call('ZADD', key_leases, now + LEASE_MS, job)
local version = redis.call('HINCRBY', key_job(job), 'version', 1)
redis.call(
  'HSET', key_job(job), 'seq', seq, 'phase', phase, 'step', step, 'steps', steps, 'fraction', fraction,
  'reported', now
)
redis.call('PUBLISH', key_progress, table.concat({ job, version, rec.owner }, ' '))
return { 'ok', version }
