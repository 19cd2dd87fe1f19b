#!lua
-- preview: a picture of work in progress, for a short while. Newer ones only; the job itself does not change.
-- Who shows it hears by PUBLISH that there is one.
-- Touches session previews job agent preview
-- Args    agent identity job token seq picture
-- Reply   ok | already | stale | foreign | session
local at = redis.call('HMGET', key_job(job), 'token', 'attempts', 'agent', 'owner')
local last = redis.call('HMGET', key_preview(job), 'seq', 'attempt')
local attempt = at[2] or '0'
if at[1] ~= token then
  return { 'stale' }
elseif at[3] ~= agent or redis.call('HGET', key_agent(agent), 'identity') ~= identity then
  return { 'foreign' }
elseif last[2] == attempt and tonumber(last[1]) >= tonumber(seq) then
  return { 'already' }
end
redis.call('HSET', key_preview(job), 'seq', seq, 'attempt', attempt, 'picture', picture)
redis.call('PEXPIRE', key_preview(job), PREVIEW_MS)
redis.call('PUBLISH', key_previews, table.concat({ job, seq, at[4] }, ' '))
return { 'ok' }
