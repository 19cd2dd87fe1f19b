#!lua flags=allow-oom
-- release (T8): an agent that is stopping gives the job back; no budget is spent.
-- Uses    events record lanes agents ending
-- Touches session counters events job output expiry leases delayed lane again order turns waiting heads unserved agent places offers free warm
-- Args    job token
-- Reply   ok | already | stale | canceled | missing | session
-- Emits   drained
local rec = load(job)
if rec and rec.last_token == token and rec.last_end == 'drained' then
  return { 'already' }
end
local refusal = not_holding(rec, token)
if refusal then
  return refusal
end
requeue(rec, 'drained', nil, rec.agent, {
  'drains', count(rec, 'drains') + 1, 'last_token', token, 'last_end', 'drained',
})
return { 'ok' }
