#!lua flags=allow-oom
-- slots: how many slots of an agent can run jobs, which classes they have loaded, and whether it is draining.
-- Uses    agents
-- Touches session agent places free warm
-- Args    agent nonce healthy warm draining
-- Reply   ok | unknown | session
local at = redis.call('HMGET', key_agent(agent), 'nonce', 'warm')
if at[1] ~= nonce then
  return { 'unknown' }
end
for class in string.gmatch(at[2] or '', '%S+') do
  redis.call('ZREM', key_warm(class), agent)
end
redis.call('HSET', key_agent(agent), 'warm', warm, 'draining', draining)
if healthy ~= '' then
  redis.call('HSET', key_agent(agent), 'healthy', healthy)
end
refresh_free(agent)
return { 'ok' }
