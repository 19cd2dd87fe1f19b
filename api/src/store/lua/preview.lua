#!lua
-- preview: a picture of work in progress, for a short while. Newer ones only; the job itself does not change.
-- Who shows it hears by PUBLISH that there is one. It has the lease's token: once that is over, nobody is shown it.
-- Touches session previews job agent preview
-- Args    agent identity job token seq picture
-- Reply   ok | already | stale | foreign | session
local at = redis.call('HMGET', key_job(job), 'token', 'agent', 'owner')
local last = redis.call('HMGET', key_preview(job), 'seq', 'token')
if at[1] ~= token then
  return { 'stale' }
elseif at[2] ~= agent or redis.call('HGET', key_agent(agent), 'identity') ~= identity then
  return { 'foreign' }
elseif last[2] == token and tonumber(last[1]) >= tonumber(seq) then
  return { 'already' }
end
redis.call('HSET', key_preview(job), 'seq', seq, 'token', token, 'picture', picture)
redis.call('PEXPIRE', key_preview(job), PREVIEW_MS)
redis.call('PUBLISH', key_previews, table.concat({ job, seq, at[3] }, ' '))
return { 'ok' }
