#!lua flags=allow-oom
-- decline (T6): the agent cannot run the job; it waits a little and avoids this agent.
-- Uses    events record lanes heads leaving agents ending losing
-- Touches session counters events job output finished leases delayed lane again order turns waiting heads unserved agent places offers free warm
-- Args    agent job token
-- Reply   ok | already | stale | foreign | canceled | wrong_state status | missing | session
-- Emits   bounced failed
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
bounce(rec, { 'back', token })
return { 'ok' }
