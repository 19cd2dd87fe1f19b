-- leaving: how a waiting job leaves its place.

-- Takes an entry out of its lane and keeps turns and heads right. `served`: the lane's turn is used up by it.
local function take_out(lane, stream, entry, job, served)
  if redis.call('XDEL', stream, entry) == 0 then
    return
  end
  redis.call('ZREM', key_order(lane), job)
  local class, level = string.match(lane, '^([^/]+)/([^/]+)/')
  local above, oldest = ABOVE[level], oldest_ms(lane, stream)
  if not oldest then
    return end_lane(class, level, lane)
  end
  if above and oldest + AGING_MS <= now then
    -- It stays one level higher while its oldest job waits that long.
    leave_turns(class, level, lane)
    redis.call('ZREM', key_heads, lane)
    level = above
  elseif above then
    leave_turns(class, above, lane)
    redis.call('ZADD', key_heads, oldest, lane)
  end
  if served then
    redis.call('ZADD', key_turns(class .. ':' .. level), served, lane)
    redis.call('ZADD', key_waiting(level), served, class)
  else
    join_turns(class, level, lane, served_so_far())
  end
end

local function leave_lane(rec, served)
  local lane = lane_of(rec)
  take_out(lane, rec.place == 'again' and key_again(lane) or key_lane(lane), rec.entry, rec.id, served)
end

-- Takes a queued job out of wherever it waits.
local function leave_place(rec)
  if rec.place == 'delayed' then
    undelay(rec)
  else
    leave_lane(rec)
  end
end
