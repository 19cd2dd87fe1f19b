-- record: a job's record, and how it changes. Long texts have keys of their own, so that it stays a listpack.

-- The record as a table; nil where there is no such job. One HGETALL is cheaper than an HMGET of the many fields
-- that may be absent: each of those would search the whole listpack.
local function load(job)
  local values = redis.call('HGETALL', key_job(job))
  if #values == 0 then
    return nil
  end
  local rec = { id = job }
  for i = 1, #values, 2 do
    rec[values[i]] = values[i + 1]
  end
  return rec
end

local function count(rec, name)
  return tonumber(rec[name] or 0)
end

-- Writes the fields with the new status and the next version, and tells everyone what happened.
local function change(rec, status, what, fields)
  if status ~= rec.status then
    redis.call('HINCRBY', key_counters, rec.status, -1)
    redis.call('HINCRBY', key_counters, status, 1)
    -- Each owner's waiting jobs are counted, too, for there is a limit for each.
    if status == 'queued' or rec.status == 'queued' then
      redis.call('HINCRBY', key_counters, 'queued:' .. rec.owner, status == 'queued' and 1 or -1)
    end
  end
  local version = tonumber(rec.version) + 1
  redis.call('HSET', key_job(rec.id), 'status', status, 'version', version, unpack(fields))
  emit(rec.id, rec.owner, what, version, status)
  return version
end

-- What is remembered of a lease that ends: its token, whose it was, and how it ended.
local function ended(rec, how)
  return { 'last_token', rec.token, 'last_agent', rec.agent, 'last_end', how }
end

-- Whether the last lease was this one of this agent, and ended so.
local function had_ended(rec, agent, token, how)
  return rec and rec.last_token == token and rec.last_agent == agent and rec.last_end == how
end

-- Why what an agent says under this token cannot be obeyed, or nil while it is the agent's valid lease. A token
-- alone proves nothing: it may have been stolen.
local function not_holding(rec, agent, token)
  if not rec then
    return { 'missing' }
  elseif rec.token == token then
    return rec.agent ~= agent and { 'foreign' } or nil
  elseif had_ended(rec, agent, token, 'canceled') then
    return { 'canceled' }
  end
  return { 'stale' }
end
