#!lua flags=allow-oom
-- lapse (T6, T8): the lease's deadline passed: a hand-out without `accepted` bounces, an attempt is lost.
-- Uses    judge events record lanes heads leaving agents ending losing
-- Touches session counters events job output finished leases delayed lane again order turns waiting heads unserved agent places offers free warm judge replica
-- Args    job
-- Reply   ok | early | mercy | wrong_state status | missing | session
-- Emits   returned bounced lost failed
local rec = load(job)
if not rec then
  redis.call('ZREM', key_leases, job)
  return { 'missing' }
elseif rec.status ~= 'assigned' and rec.status ~= 'running' then
  redis.call('ZREM', key_leases, job)
  return { 'wrong_state', rec.status }
elseif tonumber(redis.call('ZSCORE', key_leases, job) or 0) > now then
  return { 'early' }
elseif not may_judge() then
  return { 'mercy' }
end
local replica = redis.call('HGET', key_agent(rec.agent), 'replica')
if unheard(rec) and not (replica and redis.call('EXISTS', key_replica(replica)) == 1) then
  -- Who had to deliver it died first.
  give_back(rec)
else
  lose(rec)
end
return { 'ok' }
