#!lua flags=allow-oom
-- freed: the agent stopped the work of an ended lease; its place can be taken again.
-- Uses    agents
-- Touches session job unserved agent places offers free warm
-- Args    agent job token
-- Reply   ok | held | foreign | session
local at = redis.call('HMGET', key_job(job), 'token', 'agent')
if at[1] == token and at[2] == agent then
  return { 'held' }
elseif at[1] == token then
  return { 'foreign' }
end
free_place(agent, job, token)
return { 'ok' }
