#!lua flags=allow-oom
-- lapse (T6, T8): the lease's deadline passed: a hand-out without `accepted` bounces, an attempt is lost.
-- Uses    judge events record lanes agents ending
-- Touches session counters events job output expiry leases delayed lane again order turns waiting heads unserved agent places offers free warm judge
-- Args    job
-- Reply   ok | early | mercy | wrong_state status | missing | session
-- Emits   bounced lost failed
local rec = load(job)
if not rec then
  return { 'missing' }
elseif rec.status ~= 'assigned' and rec.status ~= 'running' then
  return { 'wrong_state', rec.status }
elseif tonumber(redis.call('ZSCORE', key_leases, job)) > now then
  return { 'early' }
elseif not may_judge() then
  return { 'mercy' }
end
lose(rec)
return { 'ok' }
