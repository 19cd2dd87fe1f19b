-- presence: who is connected.

-- The agent is not connected any more: nothing may be handed to it. Its places are the caller's.
local function withdraw(agent)
  local at = redis.call('HMGET', key_agent(agent), 'profile', 'classes', 'warm', 'serves')
  if not at[1] then
    return
  end
  redis.call('ZREM', key_free(at[1]), agent)
  for class in string.gmatch(at[3] or '', '%S+') do
    redis.call('ZREM', key_warm(class), agent)
  end
  if at[4] then
    stop_serving(agent, at[1], at[2])
  end
  redis.call('ZREM', key_agents, agent)
  redis.call('ZREM', key_memory, agent)
  redis.call('HDEL', key_agent(agent), 'profile', 'nonce', 'replica', 'warm')
end
