#!lua flags=allow-oom
-- expire (T12): a job that no agent could take for too long. `entry` is where it was found in its lane.
-- Uses    events record lanes heads leaving agents ending
-- Touches session counters events job output finished leases delayed lane again order turns waiting heads unserved agent places offers free warm
-- Args    job lane place entry
-- Reply   ok | early | wrong_state status | missing | session
-- Emits   failed
local rec = load(job)
if not rec or rec.status ~= 'queued' then
  take_out(lane, place == 'again' and key_again(lane) or key_lane(lane), entry, job)
end
if not rec then
  return { 'missing' }
elseif rec.status ~= 'queued' then
  return { 'wrong_state', rec.status }
end
local since = tonumber(redis.call('HGET', key_unserved, rec.class) or nil)
if not since or math.max(since, tonumber(rec.created)) + QUEUE_TTL_MS > now then
  return { 'early' }
end
fail_for_good(rec, 'expired', 'No agent could take the job in time.', {})
return { 'ok' }
