-- pick: which waiting job goes next. Bounded: LOOKS entries a class.

-- Looks through one stream of a lane; the first job that some free agent may have, and how many looks are left.
local function look_through(lane, stream, anyone, looks)
  local from = '-'
  while looks > 0 do
    local entry = redis.call('XRANGE', stream, from, '+', 'COUNT', 1)[1]
    if not entry then
      break
    end
    local rec = load(entry[2][2])
    if not rec or rec.entry ~= entry[1] then
      -- Nothing waits here: the record is gone, or stands elsewhere.
      take_out(lane, stream, entry[1], entry[2][2])
    else
      local unwanted, waited = avoided(rec), now - entry_ms(entry[1])
      local plain = not unwanted and waited < WARM_MS
      local agent = plain and anyone or pick_agent(rec.class, unwanted, waited)
      if agent then
        return looks, rec, agent
      end
    end
    from, looks = '(' .. entry[1], looks - 1
  end
  return looks
end

-- The next job of one class at one level, with its agent: lanes in turn, requeued jobs of a lane first.
local function next_pair(class, level)
  local anyone = pick_agent(class, nil, 0)
  if not anyone then
    return nil
  end
  local looks = LOOKS
  for _, lane in ipairs(redis.call('ZRANGE', key_turns(class .. ':' .. level), 0, LOOKS - 1)) do
    for _, stream in ipairs({ key_again(lane), key_lane(lane) }) do
      local rec, agent
      looks, rec, agent = look_through(lane, stream, anyone, looks)
      if rec then
        return rec, agent
      elseif looks == 0 then
        return nil
      end
    end
    if not oldest_ms(lane) then
      end_lane(class, string.match(lane, '^[^/]+/([^/]+)/'), lane)
    end
  end
  if redis.call('EXISTS', key_turns(class .. ':' .. level)) == 0 then
    redis.call('ZREM', key_waiting(level), class)
  end
  return nil
end
