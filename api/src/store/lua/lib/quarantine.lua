-- quarantine: an agent on which several jobs failed in a short time gets nothing new for a while.

-- A failed attempt of a job counts against the agent. Whether that was one too many.
local function blame(agent, job)
  local failures = key_failures(agent)
  redis.call('ZADD', failures, now, job)
  redis.call('ZREMRANGEBYSCORE', failures, '-inf', now - QUARANTINE_WINDOW_MS)
  redis.call('PEXPIRE', failures, QUARANTINE_WINDOW_MS)
  if QUARANTINE_FAILURES == 0 or redis.call('ZCARD', failures) < QUARANTINE_FAILURES then
    return false
  end
  redis.call('HSET', key_agent(agent), 'quarantined', now + QUARANTINE_MS)
  redis.call('DEL', failures)
  refresh_free(agent)
  -- One that is there already failed in a job that it had before.
  return redis.call('ZADD', key_quarantine, now + QUARANTINE_MS, agent) == 1
end

local function lift(agent)
  redis.call('ZREM', key_quarantine, agent)
  redis.call('HDEL', key_agent(agent), 'quarantined')
  redis.call('DEL', key_failures(agent))
  refresh_free(agent)
end

local function lift_due()
  for _, agent in ipairs(redis.call('ZRANGEBYSCORE', key_quarantine, '-inf', now, 'LIMIT', 0, BATCH)) do
    lift(agent)
  end
end
