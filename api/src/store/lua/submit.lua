#!lua
-- submit (T1): a new job waits in its lane.
-- Uses    events lanes
-- Touches session counters events job input index idem users delayed lane again order turns waiting heads unserved offers
-- Args    job workflow class priority owner input parent idem_key idem_body hashes
-- Reply   ok created position offered | already created | replayed job | key_reused | full | owner_full | session
-- Emits   queued
local created = redis.call('HGET', key_job(job), 'created')
if created then
  return { 'already', created }
end
local idem = idem_key ~= '' and key_idem(owner .. ':' .. idem_key)
if idem then
  local first = redis.call('HMGET', idem, 'job', 'body')
  if first[1] then
    return first[2] == idem_body and { 'replayed', first[1] } or { 'key_reused' }
  end
end
if tonumber(redis.call('HGET', key_counters, 'queued') or 0) >= QUEUE_LIMIT then
  return { 'full' }
elseif tonumber(redis.call('HGET', key_counters, 'queued:' .. owner) or 0) >= OWNER_LIMIT then
  return { 'owner_full' }
end
local rec = { id = job, class = class, priority = priority, owner = owner }
local place = enter_lane(rec, 'lane')
redis.call('SET', key_input(job), input)
redis.call(
  'HSET', key_job(job), 'status', 'queued', 'version', 1, 'workflow', workflow, 'class', class,
  'priority', priority, 'owner', owner, 'created', now, unpack(place)
)
if parent ~= '' then
  redis.call('HSET', key_job(job), 'parent', parent)
end
redis.call('ZADD', key_index(owner), redis.call('HINCRBY', key_counters, 'submitted', 1), job)
for hash in string.gmatch(hashes, '%S+') do
  redis.call('SADD', key_users(hash), job)
end
if idem then
  redis.call('HSET', idem, 'job', job, 'body', idem_body)
  redis.call('PEXPIRE', idem, IDEMPOTENCY_MS)
end
redis.call('HINCRBY', key_counters, 'queued', 1)
redis.call('HINCRBY', key_counters, 'queued:' .. owner, 1)
emit(job, owner, 'queued', 1, 'queued')
-- A new job is the last one of its lane.
return { 'ok', now, redis.call('ZCARD', key_order(lane_of(rec))), redis.call('EXISTS', key_offers(class)) }
