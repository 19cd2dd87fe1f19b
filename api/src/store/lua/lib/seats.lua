-- seats: which agent a waiting job goes to.

-- The agent that should not get the job now. Avoiding needs another connected agent that offers the class.
local function avoided(rec)
  if not rec.avoid_agent or tonumber(rec.avoid_until) <= now then
    return nil
  end
  local agents = 0
  for _, number in ipairs(redis.call('HVALS', key_offers(rec.class))) do
    agents = agents + number
  end
  return agents > 1 and rec.avoid_agent or nil
end

local function first_but(set, unwanted)
  local found = redis.call('ZRANGE', set, 0, 1, 'WITHSCORES')
  local at = found[1] == unwanted and 3 or 1
  return found[at], tonumber(found[at + 1])
end

local profiles = {}

-- The sets of agents that offer the class; the same ones through a whole run.
local function profiles_of(class)
  if not profiles[class] then
    profiles[class] = redis.call('HKEYS', key_offers(class))
  end
  return profiles[class]
end

-- A free agent that has the class loaded, for jobs that have not waited long; else the one served longest ago.
local function pick_agent(class, unwanted, waited)
  if waited < WARM_MS then
    local agent = first_but(key_warm(class), unwanted)
    if agent then
      return agent
    end
  end
  local best, longest_ago
  for _, profile in ipairs(profiles_of(class)) do
    local agent, served = first_but(key_free(profile), unwanted)
    if agent and (not best or served < longest_ago) then
      best, longest_ago = agent, served
    end
  end
  return best
end
