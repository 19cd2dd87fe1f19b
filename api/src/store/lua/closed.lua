#!lua flags=allow-oom
-- closed: the connection ended. Nothing new is handed to the agent until it is back. If its socket broke, a grace
-- begins after which its jobs go on elsewhere; without one, silence is judged as always.
-- Uses    agents
-- Touches session unserved agents agent places offers free warm
-- Args    agent nonce grace_ms
-- Reply   ok | unknown | session
if redis.call('HGET', key_agent(agent), 'nonce') ~= nonce then
  return { 'unknown' }
end
redis.call('HSET', key_agent(agent), 'closed', 1)
refresh_free(agent)
if grace_ms ~= '' then
  redis.call('ZADD', key_agents, 'LT', now + tonumber(grace_ms), agent)
end
return { 'ok' }
