#!lua flags=allow-oom
-- succeed (T7): the result of this attempt is the job's. Its files were stored and checked before.
-- Uses    events record lanes heads leaving agents ending
-- Touches session counters events job output finished leases delayed lane again order turns waiting heads unserved durations agent places offers free warm
-- Args    agent job token output
-- Reply   ok took workflow | already | stale | foreign | canceled | wrong_state status | missing | session
-- Emits   succeeded
local rec = load(job)
if rec and rec.result == token and rec.agent == agent then
  return { 'already' }
end
local refusal = not_holding(rec, agent, token)
if refusal then
  return refusal
elseif rec.status ~= 'running' then
  return { 'wrong_state', rec.status }
end
redis.call('SET', key_output(job), output)
redis.call('HINCRBY', key_agent(agent), 'done', 1)
-- An attempt that was taken up again after an outage has no known beginning.
local took = rec.began and now - rec.began
if took then
  redis.call('LPUSH', key_durations(rec.class), took)
  redis.call('LTRIM', key_durations(rec.class), 0, DURATIONS_KEPT - 1)
  local pace = redis.call('HGET', key_agent(agent), 'pace') or took
  redis.call('HSET', key_agent(agent), 'pace', math.floor(0.8 * pace + 0.2 * took + 0.5))
end
finish(rec, 'succeeded', { 'result', token })
return { 'ok', took or -1, rec.workflow }
