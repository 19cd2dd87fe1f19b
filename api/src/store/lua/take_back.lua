#!lua flags=allow-oom
-- take_back (T6): a staged job goes to an idle agent instead; nothing counts. The agent hears of it.
-- Uses    events mail record lanes agents ending
-- Touches session counters events job output expiry leases delayed lane again order turns waiting heads unserved agent places offers free warm mail
-- Args    job token
-- Reply   ok | stale | canceled | wrong_state status | missing | session
-- Emits   taken_back
local rec = load(job)
local refusal = not_holding(rec, token)
if refusal then
  return refusal
elseif rec.status ~= 'assigned' then
  return { 'wrong_state', rec.status }
end
tell(rec.agent, 'take_back', job, token)
requeue(rec, 'taken_back', nil, nil, {})
return { 'ok' }
