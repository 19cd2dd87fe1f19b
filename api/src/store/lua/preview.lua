#!lua
-- preview: a picture of work in progress, for a short while. Newer ones only; the job itself does not change.
-- Touches session job preview
-- Args    job token seq picture
-- Reply   ok | already | stale | session
if redis.call('HGET', key_job(job), 'token') ~= token then
  return { 'stale' }
elseif tonumber(redis.call('HGET', key_preview(job), 'seq') or 0) >= tonumber(seq) then
  return { 'already' }
end
redis.call('HSET', key_preview(job), 'seq', seq, 'picture', picture)
redis.call('PEXPIRE', key_preview(job), PREVIEW_MS)
return { 'ok' }
