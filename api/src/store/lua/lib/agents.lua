-- agents: what is free, and what each place is taken by.

-- Puts the agent where the scheduler looks for free places, or takes it away from there.
local function refresh_free(agent)
  local at = redis.call(
    'HMGET', key_agent(agent), 'profile', 'healthy', 'draining', 'served', 'warm', 'closed', 'drain', 'quarantined'
  )
  if not at[1] then
    return
  end
  local open = at[3] ~= '1' and not (at[6] or at[7] or at[8])
    and tonumber(at[2]) > redis.call('HLEN', key_places(agent))
  local sets = { key_free(at[1]) }
  for class in string.gmatch(at[5] or '', '%S+') do
    sets[#sets + 1] = key_warm(class)
  end
  for _, set in ipairs(sets) do
    if open then
      redis.call('ZADD', set, at[4], agent)
    else
      redis.call('ZREM', set, agent)
    end
  end
end

-- The place is free again, if it is still taken by this lease.
local function free_place(agent, job, token)
  if agent and redis.call('HGET', key_places(agent), job) == token then
    redis.call('HDEL', key_places(agent), job)
    refresh_free(agent)
  end
end
