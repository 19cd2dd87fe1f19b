#!lua flags=allow-oom
-- drain: an operator takes an agent out of service, until `resume`; a reconnect changes nothing. What runs goes on.
-- Uses    mail agents
-- Touches session unserved agent places offers free warm mail
-- Args    agent
-- Reply   ok | already | missing | session
local at = redis.call('HMGET', key_agent(agent), 'name', 'drain')
if not at[1] then
  return { 'missing' }
elseif at[2] then
  return { 'already' }
end
redis.call('HSET', key_agent(agent), 'drain', 1)
refresh_free(agent)
tell(agent, 'drain', '', '')
return { 'ok' }
