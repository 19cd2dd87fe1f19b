#!lua flags=allow-oom
-- release (T8): an agent that is stopping gives the job back; no budget is spent.
-- Uses    events record lanes heads leaving agents ending
-- Touches session counters events job output finished leases delayed lane again order turns waiting heads unserved agent places offers free warm
-- Args    agent job token
-- Reply   ok | already | stale | foreign | canceled | missing | session
-- Emits   drained
local rec = load(job)
if had_ended(rec, agent, token, 'drained') then
  return { 'already' }
end
local refusal = not_holding(rec, agent, token)
if refusal then
  return refusal
end
local fields = ended(rec, 'drained')
fields[#fields + 1] = 'drains'
fields[#fields + 1] = count(rec, 'drains') + 1
requeue(rec, 'drained', nil, agent, fields)
return { 'ok' }
