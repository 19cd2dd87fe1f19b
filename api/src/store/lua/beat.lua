#!lua flags=allow-oom
-- beat (T5): a heartbeat; renews presence and every lease that it lists as `job:token`. `report`: its slots, JSON.
-- Uses    agents
-- Touches session job leases unserved agents agent places offers free warm
-- Args    agent nonce held report
-- Reply   ok job:token… | unknown | session
local own = redis.call('HMGET', key_agent(agent), 'nonce', 'closed')
if own[1] ~= nonce then
  return { 'unknown' }
elseif own[2] then
  -- It was passed over because its replica seemed dead.
  redis.call('HDEL', key_agent(agent), 'closed')
  refresh_free(agent)
end
redis.call('ZADD', key_agents, now + DEAD_MS, agent)
redis.call('HSET', key_agent(agent), 'seen', now)
if report ~= '' then
  redis.call('HSET', key_agent(agent), 'report', report)
end
local reply, listed = { 'ok' }, {}
for job, token in string.gmatch(held, '(%S+):(%S+)') do
  listed[job] = true
  local at = redis.call('HMGET', key_job(job), 'token', 'status', 'accepted', 'agent')
  if at[1] ~= token or at[4] ~= agent then
    reply[#reply + 1] = job .. ':' .. token
  elseif at[2] == 'running' or at[3] then
    redis.call('ZADD', key_leases, now + LEASE_MS, job)
  end
end
-- A place whose lease ended and which the agent does not list is free: `released` was lost on the way.
local taken = redis.call('HGETALL', key_places(agent))
for i = 1, #taken, 2 do
  if not listed[taken[i]] and redis.call('HGET', key_job(taken[i]), 'token') ~= taken[i + 1] then
    free_place(agent, taken[i], taken[i + 1])
  end
end
return reply
