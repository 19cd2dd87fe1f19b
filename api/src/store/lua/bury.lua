#!lua flags=allow-oom
-- bury (T6, T8): an agent fell silent, or said goodbye under its connection's nonce; its jobs go on elsewhere.
-- Uses    judge events record lanes heads leaving agents ending losing presence
-- Touches session counters events job output finished leases delayed lane again order turns waiting heads unserved agents lost agent places card memory offers free warm judge
-- Args    agent nonce
-- Reply   ok requeued | early | mercy | missing | session
-- Emits   bounced lost failed
local at = redis.call('HGET', key_agent(agent), 'nonce')
if not at then
  redis.call('ZREM', key_agents, agent)
  return { 'missing' }
elseif at ~= nonce then
  if tonumber(redis.call('ZSCORE', key_agents, agent) or 0) > now then
    return { 'early' }
  elseif not may_judge() then
    return { 'mercy' }
  end
end
withdraw(agent)
redis.call('ZADD', key_lost, now, agent)
redis.call('PEXPIRE', key_agent(agent), LOST_KEPT_MS)
redis.call('PEXPIRE', key_card(agent), LOST_KEPT_MS)
redis.call('ZREMRANGEBYSCORE', key_lost, '-inf', now - LOST_KEPT_MS)
local requeued, taken = 0, redis.call('HGETALL', key_places(agent))
redis.call('DEL', key_places(agent))
for i = 1, #taken, 2 do
  local rec = load(taken[i])
  if rec and rec.token == taken[i + 1] then
    lose(rec)
    requeued = requeued + 1
  end
end
return { 'ok', requeued }
