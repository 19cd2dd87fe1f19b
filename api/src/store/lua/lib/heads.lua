-- heads: since when lanes wait, and the end of one in which nobody does.

local function first_entry(stream)
  return redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1]
end

local function entry_ms(entry)
  return tonumber(string.match(entry, '^%d+'))
end

-- Nobody waits in the lane any more.
local function end_lane(class, level, lane)
  leave_turns(class, level, lane)
  if ABOVE[level] then
    leave_turns(class, ABOVE[level], lane)
    redis.call('ZREM', key_heads, lane)
  end
  redis.call('DEL', key_order(lane))
end

-- The time since which the lane's oldest entry waits, or nil. `left`: the stream that an entry just left.
local function oldest_ms(lane, left)
  local oldest
  for _, stream in ipairs({ key_again(lane), key_lane(lane) }) do
    local head = first_entry(stream)
    if not head and stream == left then
      redis.call('DEL', stream)
    elseif head and (not oldest or entry_ms(head[1]) < oldest) then
      oldest = entry_ms(head[1])
    end
  end
  return oldest
end
