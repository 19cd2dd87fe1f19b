#!lua
-- preview: a picture of work in progress, for a short while. Newer ones only; the job itself does not change.
-- Who shows it hears by PUBLISH that there is one.
-- Touches session previews job preview
-- Args    job token seq picture
-- Reply   ok | already | stale | session
local at = redis.call('HMGET', key_job(job), 'token', 'attempts', 'owner')
local last = redis.call('HMGET', key_preview(job), 'seq', 'attempt')
local attempt = at[2] or '0'
if at[1] ~= token then
  return { 'stale' }
elseif last[2] == attempt and tonumber(last[1]) >= tonumber(seq) then
  return { 'already' }
end
redis.call('HSET', key_preview(job), 'seq', seq, 'attempt', attempt, 'picture', picture)
redis.call('PEXPIRE', key_preview(job), PREVIEW_MS)
redis.call('PUBLISH', key_previews, table.concat({ job, seq, at[3] }, ' '))
return { 'ok' }
