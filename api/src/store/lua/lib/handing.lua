-- handing: a waiting job becomes an agent's.

local living = {} -- replica → whether it lives

-- What must be known of the agent to reach it, or nil. One whose replica died gets nothing until it is connected
-- again, or speaks over the connection that it has.
local function reach(agent, workflow)
  local at = redis.call('HMGET', key_agent(agent), 'replica', 'nonce', 'name', 'engine.' .. workflow)
  local replica = at[1] or ''
  if living[replica] == nil then
    living[replica] = redis.call('EXISTS', key_replica(replica)) == 1
  end
  if living[replica] then
    return at
  end
  redis.call('HSET', key_agent(agent), 'closed', 1)
  refresh_free(agent)
  return nil
end

local function hand_out(rec, agent, at, token)
  local served = redis.call('HINCRBY', key_counters, 'served', 1)
  leave_lane(rec, served)
  redis.call('HDEL', key_job(rec.id), 'place', 'entry')
  change(rec, 'assigned', 'assigned', { 'token', token, 'agent', agent, 'agent_name', at[3], 'engine', at[4] or '' })
  redis.call('ZADD', key_leases, now + ASSIGN_MS, rec.id)
  redis.call('HSET', key_places(agent), rec.id, token)
  redis.call('HSET', key_agent(agent), 'served', served)
  refresh_free(agent)
  post(at[1], at[2], agent, 'assign', rec.id, token)
end
