#!lua flags=allow-oom
-- cancel (T10): final at once; the token is cleared, which fences the agent, and the agent is told to stop.
-- Uses    events mail record lanes heads leaving agents ending
-- Touches session counters events job output gone finished leases delayed lane again order turns waiting heads unserved agent places offers free warm mail
-- Args    job
-- Reply   ok | already | finished status | gone | missing | session
-- Emits   canceled
local rec = load(job)
if not rec and redis.call('EXISTS', key_gone(job)) == 1 then
  return { 'gone' }
elseif not rec then
  return { 'missing' }
elseif rec.status == 'canceled' then
  return { 'already' }
elseif rec.status == 'succeeded' or rec.status == 'failed' then
  return { 'finished', rec.status }
end
local fields = {}
if rec.token then
  tell(rec.agent, 'cancel', job, rec.token)
  fields = ended(rec, 'canceled')
end
finish(rec, 'canceled', fields)
return { 'ok' }
