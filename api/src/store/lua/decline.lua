#!lua flags=allow-oom
-- decline (T6): the agent cannot run the job; it waits a little and avoids this agent.
-- Uses    events record lanes agents ending
-- Touches session counters events job output expiry leases delayed lane again order turns waiting heads unserved agent places offers free warm
-- Args    job token
-- Reply   ok | stale | canceled | wrong_state status | missing | session
-- Emits   bounced failed
local rec = load(job)
local refusal = not_holding(rec, token)
if refusal then
  return refusal
elseif rec.status ~= 'assigned' then
  return { 'wrong_state', rec.status }
end
bounce(rec)
return { 'ok' }
