-- judge: whether silence may be held against anybody now.

-- Not while the reaper was blind, nor in the time after it in which everyone may come back.
local function may_judge()
  local at = redis.call('HMGET', key_judge, 'passed_at', 'mercy_until')
  return at[1] and tonumber(at[1]) + BLIND_MS >= now and tonumber(at[2] or 0) <= now
end
