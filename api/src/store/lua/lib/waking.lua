-- waking: jobs whose time has come, and lanes that have waited long.

local function wake_due()
  for _, job in ipairs(redis.call('ZRANGEBYSCORE', key_delayed, '-inf', now, 'LIMIT', 0, BATCH)) do
    local rec = load(job)
    if not rec or rec.place ~= 'delayed' then
      redis.call('ZREM', key_delayed, job)
    else
      undelay(rec)
      redis.call('HSET', key_job(job), unpack(enter_lane(rec, 'again')))
    end
  end
end

local function raise_old()
  for _, lane in ipairs(redis.call('ZRANGEBYSCORE', key_heads, '-inf', now - AGING_MS, 'LIMIT', 0, LOOKS)) do
    local class, level = string.match(lane, '^([^/]+)/([^/]+)/')
    if oldest_ms(lane) then
      local turn = redis.call('ZSCORE', key_turns(class .. ':' .. level), lane)
      join_turns(class, ABOVE[level], lane, turn or served_so_far())
      leave_turns(class, level, lane)
      redis.call('ZREM', key_heads, lane)
    else
      end_lane(class, level, lane)
    end
  end
end
