-- lanes: where jobs wait, and whose turn it is.

local ABOVE = { normal = 'high', low = 'normal' }
-- Added to the rank of a job in its lane: requeued jobs of the lane go first.
local AFTER_AGAIN = 4e15

local function lane_of(rec)
  return rec.class .. '/' .. rec.priority .. '/' .. rec.owner
end

local function served_so_far()
  return tonumber(redis.call('HGET', key_counters, 'served') or 0)
end

-- A lane that begins to wait joins at the end of the round: its turn counts as just taken.
local function join_turns(class, level, lane, score)
  redis.call('ZADD', key_turns(class .. ':' .. level), 'NX', score, lane)
  redis.call('ZADD', key_waiting(level), 'NX', score, class)
end

local function leave_turns(class, level, lane)
  local turns = key_turns(class .. ':' .. level)
  if redis.call('ZREM', turns, lane) == 1 and redis.call('EXISTS', turns) == 0 then
    redis.call('ZREM', key_waiting(level), class)
  end
end

-- Appends the job and returns the record's fields for the place.
local function enter_lane(rec, place)
  local lane = lane_of(rec)
  local stream = place == 'again' and key_again(lane) or key_lane(lane)
  local entry = redis.call('XADD', stream, '*', 'job', rec.id)
  local ms, seq = string.match(entry, '^(%d+)-(%d+)$')
  local rank = ms * 1000 + math.min(seq, 999)
  redis.call('ZADD', key_order(lane), place == 'again' and rank or rank + AFTER_AGAIN, rec.id)
  -- A lane whose head waited long already stands one level higher; joining its own level too is harmless.
  join_turns(rec.class, rec.priority, lane, served_so_far())
  if rec.priority ~= 'high' then
    redis.call('ZADD', key_heads, 'NX', now, lane)
  end
  if redis.call('EXISTS', key_offers(rec.class)) == 0 then
    redis.call('HSETNX', key_unserved, rec.class, now)
  end
  return { 'place', place, 'entry', entry }
end

-- A job that must wait for a time stands in no lane.
local function delay(rec, due)
  redis.call('ZADD', key_delayed, due, rec.id)
  redis.call('HINCRBY', key_counters, 'delayed:' .. rec.class, 1)
  return { 'place', 'delayed' }
end

local function undelay(rec)
  redis.call('ZREM', key_delayed, rec.id)
  redis.call('HINCRBY', key_counters, 'delayed:' .. rec.class, -1)
end
