#!lua flags=allow-oom
-- resume: an operator puts an agent back into service after `drain`, and lifts a quarantine.
-- Uses    mail agents quarantine
-- Touches session unserved agent places offers free warm mail failures quarantine
-- Args    agent
-- Reply   ok | already | missing | session
local at = redis.call('HMGET', key_agent(agent), 'name', 'drain', 'quarantined')
if not at[1] then
  return { 'missing' }
elseif not at[2] and not at[3] then
  return { 'already' }
end
if at[2] then
  -- It may have said that it drains because it was told to. Its mail has `resume` before the first new job.
  redis.call('HSET', key_agent(agent), 'draining', 0)
  redis.call('HDEL', key_agent(agent), 'drain')
end
lift(agent)
if at[2] then
  tell(agent, 'resume', '', '')
end
return { 'ok' }
