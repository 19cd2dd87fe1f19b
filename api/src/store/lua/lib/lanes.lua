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

local function first_entry(stream)
  return redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1]
end

local function entry_ms(entry)
  return tonumber(string.match(entry, '^%d+'))
end

-- Takes a job out of its lane and keeps turns and heads right. `served`: the lane's turn is used up by it.
local function leave_lane(rec, served)
  local lane, above = lane_of(rec), ABOVE[rec.priority]
  local again, usual = key_again(lane), key_lane(lane)
  local stream = rec.place == 'again' and again or usual
  redis.call('XDEL', stream, rec.entry)
  redis.call('ZREM', key_order(lane), rec.id)
  local head = first_entry(again)
  if not head and stream == again then
    redis.call('DEL', again)
  end
  if not head then
    head = first_entry(usual)
    if not head then
      redis.call('DEL', usual)
    end
  elseif stream == usual and not first_entry(usual) then
    redis.call('DEL', usual)
  end
  if not head then
    leave_turns(rec.class, rec.priority, lane)
    if above then
      leave_turns(rec.class, above, lane)
      redis.call('ZREM', key_heads, lane)
    end
    return
  end
  if above then
    leave_turns(rec.class, above, lane)
    redis.call('ZADD', key_heads, entry_ms(head[1]), lane)
  end
  if served then
    redis.call('ZADD', key_turns(rec.class .. ':' .. rec.priority), served, lane)
    redis.call('ZADD', key_waiting(rec.priority), served, rec.class)
  else
    join_turns(rec.class, rec.priority, lane, served_so_far())
  end
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

-- Takes a queued job out of wherever it waits.
local function leave_place(rec)
  if rec.place == 'delayed' then
    undelay(rec)
  else
    leave_lane(rec)
  end
end
