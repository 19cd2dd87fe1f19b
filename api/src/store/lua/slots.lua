#!lua flags=allow-oom
-- slots: how many slots of an agent can run jobs, what they have loaded, and whether it drains or paused itself.
-- Uses    agents
-- Touches session unserved agent places offers free warm
-- Args    agent nonce healthy warm draining pause
-- Reply   ok | unknown | session
local at = redis.call('HMGET', key_agent(agent), 'nonce', 'warm', 'classes')
if at[1] ~= nonce then
  return { 'unknown' }
end
for class in string.gmatch(at[2] or '', '%S+') do
  redis.call('ZREM', key_warm(class), agent)
end
-- What is loaded but not offered must never be handed out.
local offered, usable = {}, {}
for class in string.gmatch(at[3], '%S+') do
  offered[class] = true
end
for class in string.gmatch(warm, '%S+') do
  if offered[class] then
    usable[#usable + 1] = class
  end
end
redis.call('HSET', key_agent(agent), 'warm', table.concat(usable, ' '), 'draining', draining, 'pause', pause)
if healthy ~= '' then
  redis.call('HSET', key_agent(agent), 'healthy', healthy)
end
refresh_free(agent)
return { 'ok' }
