#!lua flags=allow-oom
-- closed: a replica saw the connection close. The agent has a short grace to come back before its jobs go on elsewhere.
-- Uses    agents
-- Touches session agents agent places free warm
-- Args    agent nonce grace_ms
-- Reply   ok | unknown | session
if redis.call('HGET', key_agent(agent), 'nonce') ~= nonce then
  return { 'unknown' }
end
redis.call('HSET', key_agent(agent), 'closed', 1)
-- Nothing new is handed to it meanwhile.
refresh_free(agent)
redis.call('ZADD', key_agents, 'LT', now + tonumber(grace_ms), agent)
return { 'ok' }
