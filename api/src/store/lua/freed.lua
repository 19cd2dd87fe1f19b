#!lua flags=allow-oom
-- freed: the agent stopped the work of an ended lease; its place can be taken again.
-- Uses    agents
-- Touches session job agent places free warm
-- Args    agent job token
-- Reply   ok | held | session
if redis.call('HGET', key_job(job), 'token') == token then
  return { 'held' }
end
free_place(agent, job, token)
return { 'ok' }
