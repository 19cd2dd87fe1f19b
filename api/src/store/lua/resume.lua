#!lua flags=allow-oom
-- resume: an operator puts an agent back into service after `drain`, and lifts a quarantine.
-- Uses    mail agents quarantine
-- Touches session agent places free warm mail failures quarantine
-- Args    agent
-- Reply   ok | already | missing | session
local at = redis.call('HMGET', key_agent(agent), 'name', 'drain', 'quarantined')
if not at[1] then
  return { 'missing' }
elseif not at[2] and not at[3] then
  return { 'already' }
end
redis.call('HDEL', key_agent(agent), 'drain')
lift(agent)
if at[2] then
  tell(agent, 'resume', '', '')
end
return { 'ok' }
