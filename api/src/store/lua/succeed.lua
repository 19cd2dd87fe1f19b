#!lua flags=allow-oom
-- succeed (T7): the result of this attempt is the job's. Its files were stored and checked before.
-- Uses    events record lanes agents ending
-- Touches session counters events job output expiry leases delayed lane again ordinals turns waiting heads unserved agent places offers free warm
-- Args    job token output
-- Reply   ok | already | stale | canceled | wrong_state status | missing | session
-- Emits   succeeded
local rec = load(job)
if rec and rec.result == token then
  return { 'already' }
end
local refusal = not_holding(rec, token)
if refusal then
  return refusal
elseif rec.status ~= 'running' then
  return { 'wrong_state', rec.status }
end
redis.call('SET', key_output(job), output)
redis.call('HINCRBY', key_agent(rec.agent), 'done', 1)
finish(rec, 'succeeded', { 'result', token })
return { 'ok' }
