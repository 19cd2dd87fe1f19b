#!lua flags=allow-oom
-- take_back (T6): a staged job goes to an idle agent instead; nothing counts. The agent hears of it.
-- Uses    events mail record lanes heads leaving agents ending
-- Touches session counters events job output finished leases delayed lane again order turns waiting heads unserved agent places offers free warm mail
-- Args    agent job token
-- Reply   ok | already | stale | foreign | canceled | wrong_state status | missing | session
-- Emits   taken_back
local rec = load(job)
if rec and rec.back == token then
  return { 'already' }
end
local refusal = not_holding(rec, agent, token)
if refusal then
  return refusal
elseif rec.status ~= 'assigned' then
  return { 'wrong_state', rec.status }
end
tell(agent, 'take_back', job, token)
requeue(rec, 'taken_back', nil, nil, { 'back', token })
return { 'ok' }
