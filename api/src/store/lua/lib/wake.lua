-- wake: jobs whose time has come stand in their lanes again.

local function wake_due()
  for _, job in ipairs(redis.call('ZRANGEBYSCORE', key_delayed, '-inf', now, 'LIMIT', 0, BATCH)) do
    local rec = load(job)
    if not rec then
      redis.call('ZREM', key_delayed, job)
    else
      undelay(rec)
      redis.call('HSET', key_job(job), unpack(enter_lane(rec, 'again')))
    end
  end
end
