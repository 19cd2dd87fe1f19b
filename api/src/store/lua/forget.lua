#!lua flags=allow-oom
-- forget (T13): the record goes; the files went before. `asked`: by the owner (1) or by retention (0).
-- Uses    events record
-- Touches session counters events job input output gone index finished users
-- Args    job asked
-- Reply   ok | early | wrong_state status | gone | missing | session
-- Emits   forgotten
local rec = load(job)
if not rec or not rec.finished then
  redis.call('ZREM', key_finished, job)
end
if not rec and redis.call('EXISTS', key_gone(job)) == 1 then
  return { 'gone' }
elseif not rec then
  return { 'missing' }
elseif not rec.finished then
  return { 'wrong_state', rec.status }
elseif asked ~= '1' and tonumber(rec.finished) + RETENTION_MS > now then
  return { 'early' }
end
-- Pictures that no other job refers to are swept.
for _, picture in ipairs(cjson.decode(redis.call('GET', key_input(job)) or '{"inputs":[]}').inputs) do
  redis.call('SREM', key_users(picture.sha256), job)
end
redis.call('DEL', key_job(job), key_input(job), key_output(job))
redis.call('ZREM', key_index(rec.owner), job)
redis.call('ZREM', key_finished, job)
redis.call('SET', key_gone(job), rec.owner, 'PX', GONE_MS)
redis.call('HINCRBY', key_counters, rec.status, -1)
emit(job, rec.owner, 'forgotten', tonumber(rec.version) + 1, rec.status)
return { 'ok' }
