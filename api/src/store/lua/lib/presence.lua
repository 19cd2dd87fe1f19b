-- presence: who is connected, and what could be run with them.

-- The agent is not connected any more: nothing may be handed to it. Its places are the caller's.
local function withdraw(agent)
  local at = redis.call('HMGET', key_agent(agent), 'profile', 'classes', 'warm')
  if not at[1] then
    return
  end
  redis.call('ZREM', key_free(at[1]), agent)
  for class in string.gmatch(at[3] or '', '%S+') do
    redis.call('ZREM', key_warm(class), agent)
  end
  for class in string.gmatch(at[2], '%S+') do
    if redis.call('HINCRBY', key_offers(class), at[1], -1) <= 0 then
      redis.call('HDEL', key_offers(class), at[1])
    end
    if redis.call('EXISTS', key_offers(class)) == 0 then
      redis.call('HSET', key_unserved, class, now)
    end
  end
  redis.call('ZREM', key_agents, agent)
  redis.call('ZREM', key_memory, agent)
  redis.call('HDEL', key_agent(agent), 'profile', 'nonce', 'replica', 'warm')
end
