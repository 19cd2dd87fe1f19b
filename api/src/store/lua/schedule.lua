#!lua
-- schedule (T2): hands waiting jobs to free places, one for each token given, under a deadline for `accepted`.
-- Uses    events mail record lanes wake agents quarantine pick
-- Touches session counters events job leases delayed lane again order turns waiting heads unserved agent places offers free warm failures quarantine mail
-- Args    tokens
-- Reply   ok handed due | session
-- Emits   assigned
local function raise_old()
  for _, lane in ipairs(redis.call('ZRANGEBYSCORE', key_heads, '-inf', now - AGING_MS, 'LIMIT', 0, LOOKS)) do
    local class, level = string.match(lane, '^([^/]+)/([^/]+)/')
    join_turns(class, ABOVE[level], lane, redis.call('ZSCORE', key_turns(class .. ':' .. level), lane))
    leave_turns(class, level, lane)
    redis.call('ZREM', key_heads, lane)
  end
end

local function hand_out(rec, agent, token)
  local served = redis.call('HINCRBY', key_counters, 'served', 1)
  leave_lane(rec, served)
  local at = redis.call('HMGET', key_agent(agent), 'name', 'engine.' .. rec.workflow)
  redis.call('HDEL', key_job(rec.id), 'place', 'entry')
  change(rec, 'assigned', 'assigned', { 'token', token, 'agent', agent, 'agent_name', at[1], 'engine', at[2] or '' })
  redis.call('ZADD', key_leases, now + ASSIGN_MS, rec.id)
  redis.call('HSET', key_places(agent), rec.id, token)
  redis.call('HSET', key_agent(agent), 'served', served)
  refresh_free(agent)
  tell(agent, 'assign', rec.id, token)
end

wake_due()
lift_due()
raise_old()
local handed, next_token = 0, string.gmatch(tokens, '%S+')
local token = next_token()
for _, level in ipairs({ 'high', 'normal', 'low' }) do
  local found = true
  while token and found do
    found = false
    for _, class in ipairs(redis.call('ZRANGE', key_waiting(level), 0, -1)) do
      local rec, agent
      if token then
        rec, agent = next_pair(class, level)
      end
      if rec then
        hand_out(rec, agent, token)
        found, handed, token = true, handed + 1, next_token()
      end
    end
  end
end
local due = redis.call('ZRANGE', key_delayed, 0, 0, 'WITHSCORES')[2]
return { 'ok', handed, due and math.max(0, due - now) or -1 }
