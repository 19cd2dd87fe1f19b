-- agents: what is free, what each place is taken by, and which classes can be run with the agents that take jobs.

-- A class that nobody serves begins to expire. Whoever is only busy serves, and whoever may be back in a moment.
local function begin_serving(agent, profile, classes)
  redis.call('HSET', key_agent(agent), 'serves', 1)
  for class in string.gmatch(classes, '%S+') do
    redis.call('HINCRBY', key_offers(class), profile, 1)
    redis.call('HDEL', key_unserved, class)
  end
end

local function stop_serving(agent, profile, classes)
  redis.call('HDEL', key_agent(agent), 'serves')
  for class in string.gmatch(classes, '%S+') do
    if redis.call('HINCRBY', key_offers(class), profile, -1) <= 0 then
      redis.call('HDEL', key_offers(class), profile)
    end
    if redis.call('EXISTS', key_offers(class)) == 0 then
      redis.call('HSET', key_unserved, class, now)
    end
  end
end

-- Puts the agent where the scheduler looks for free places, or takes it away from there.
local function refresh_free(agent)
  local at = redis.call(
    'HMGET', key_agent(agent), 'profile', 'healthy', 'draining', 'served', 'warm', 'closed', 'drain', 'quarantined',
    'serves', 'classes'
  )
  if not at[1] then
    return
  end
  local serves = at[3] ~= '1' and not (at[7] or at[8]) and tonumber(at[2]) > 0
  if serves and not at[9] then
    begin_serving(agent, at[1], at[10])
  elseif at[9] and not serves then
    stop_serving(agent, at[1], at[10])
  end
  local open = serves and not at[6] and tonumber(at[2]) > redis.call('HLEN', key_places(agent))
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
