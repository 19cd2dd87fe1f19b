#!lua flags=allow-oom
-- fail (T8, T9): the attempt failed: again at once after a crash, after a delay when reported, or for good.
-- Uses    events record lanes heads leaving agents quarantine ending
-- Touches session counters events job output finished leases delayed lane again order turns waiting heads unserved agent places memory offers free warm failures quarantine
-- Args    agent job token code kind blames delay_ms output
-- Reply   ok status quarantined | already | stale | foreign | canceled | wrong_state status | missing | session
-- Emits   retried failed
local rec = load(job)
if had_ended(rec, agent, token, 'failed') then
  return { 'already' }
end
local refusal = not_holding(rec, agent, token)
if refusal then
  return refusal
elseif rec.status ~= 'running' then
  return { 'wrong_state', rec.status }
end
-- Out of memory: another try makes sense only where there is more of it, with an agent that takes jobs.
local function more_memory()
  local own = redis.call('HGET', key_agent(agent), 'memory') or '0'
  for _, other in ipairs(redis.call('ZREVRANGEBYSCORE', key_memory, '+inf', '(' .. own, 'LIMIT', 0, LOOKS)) do
    local at = redis.call('HMGET', key_agent(other), 'profile', 'serves')
    if at[2] and redis.call('HEXISTS', key_offers(rec.class), at[1]) == 1 then
      return true
    end
  end
  return false
end
if kind == 'memory' then
  kind = more_memory() and 'reported' or 'permanent'
end
local failures = count(rec, 'failures') + 1
local fields = ended(rec, 'failed')
fields[#fields + 1] = 'failures'
fields[#fields + 1] = failures
redis.call('HINCRBY', key_agent(agent), 'failed', 1)
local quarantined = blames == '1' and blame(agent, job) and rec.agent_name or ''
if kind == 'permanent' or failures > RETRIES then
  redis.call('SET', key_output(job), output)
  fields[#fields + 1] = 'code'
  fields[#fields + 1] = code
  finish(rec, 'failed', fields)
  return { 'ok', 'failed', quarantined }
end
requeue(rec, 'retried', kind == 'reported' and now + tonumber(delay_ms) or nil, agent, fields)
return { 'ok', 'queued', quarantined }
