-- census: looks at everything that Redis holds, between two transitions, and names what must never be.
-- KEYS[1] the prefix with its partition, as `spool:{0}:`. ARGV[1] how long a job may wait beside a free place, ms.
-- Reply: a list of sentences, empty when all is well; and a list of jobs that wait longer, each with how long.
local prefix = KEYS[1]
local wrong = {}

local function find(...)
  wrong[#wrong + 1] = table.concat({ ... }, ' ')
end

local function key(name)
  return prefix .. name
end

-- The keys of a pattern, without what stands before its star.
local function named(before, after)
  local found = {}
  for _, whole in ipairs(redis.call('KEYS', key(before) .. '*' .. (after or ''))) do
    found[#found + 1] = string.sub(whole, #key(before) + 1, #whole - #(after or ''))
  end
  return found
end

local function set_of(list)
  local set = {}
  for _, value in ipairs(list) do
    set[value] = true
  end
  return set
end

local function size(set)
  local count = 0
  for _ in pairs(set) do
    count = count + 1
  end
  return count
end

-- Where jobs stand: in the order of their lane, and as entries of streams.
local ranked, entries, since = {}, {}, {}
for _, lane in ipairs(named('order:')) do
  for _, job in ipairs(redis.call('ZRANGE', key('order:' .. lane), 0, -1)) do
    ranked[job] = (ranked[job] or 0) + 1
  end
end
for _, kind in ipairs({ 'lane:', 'again:' }) do
  for _, lane in ipairs(named(kind)) do
    for _, entry in ipairs(redis.call('XRANGE', key(kind .. lane), '-', '+')) do
      local job = entry[2][2]
      entries[job] = (entries[job] or 0) + 1
      since[job] = tonumber(string.match(entry[1], '^%d+'))
    end
    if #redis.call('XINFO', 'GROUPS', key(kind .. lane)) > 0 then
      find('I9: the stream', kind .. lane, 'has consumer groups')
    end
  end
end
local delayed = set_of(redis.call('ZRANGE', key('delayed'), 0, -1))
local leased = set_of(redis.call('ZRANGE', key('leases'), 0, -1))

local places = {} -- job → number of agents with a place for it
for _, agent in ipairs(named('agent:', ':places')) do
  local taken = redis.call('HGETALL', key('agent:' .. agent .. ':places'))
  for i = 1, #taken, 2 do
    places[taken[i]] = (places[taken[i]] or 0) + 1
  end
  -- Only the report of a heartbeat names all slots: the others count those that take jobs at the moment.
  local said = redis.call('HMGET', key('agent:' .. agent), 'nonce', 'report')
  local slots = said[2] and #cjson.decode(said[2]) or 0
  if said[1] and said[2] and #taken / 2 > slots then
    find('I13: agent', agent, 'has', #taken / 2, 'jobs and', slots, 'slots')
  end
end

local TERMINAL = { succeeded = true, failed = true, canceled = true }
local by_status, tokens, known = {}, {}, {}
for _, job in ipairs(named('job:')) do
  if #job == 36 then
    local rec = {}
    local values = redis.call('HGETALL', key('job:' .. job))
    for i = 1, #values, 2 do
      rec[values[i]] = values[i + 1]
    end
    known[job] = true
    by_status[rec.status] = (by_status[rec.status] or 0) + 1
    local waits = (ranked[job] or 0) + (delayed[job] and 1 or 0)
    local has = leased[job] and 1 or 0
    if rec.status == 'queued' and (waits ~= 1 or has ~= 0) then
      find('I4: the queued job', job, 'waits in', waits, 'places and has', has, 'leases')
    elseif (rec.status == 'assigned' or rec.status == 'running') and (waits ~= 0 or has ~= 1 or not rec.token) then
      find('I4: the', rec.status, 'job', job, 'waits in', waits, 'places and has', has, 'leases, token', rec.token and 1 or 0)
    elseif TERMINAL[rec.status] and (waits ~= 0 or has ~= 0 or rec.token) then
      find('I4: the', rec.status, 'job', job, 'waits in', waits, 'places and has', has, 'leases, token', rec.token and 1 or 0)
    end
    if (ranked[job] or 0) ~= (entries[job] or 0) then
      find('I9: job', job, 'is ranked', ranked[job] or 0, 'times and stands in', entries[job] or 0, 'streams')
    end
    if rec.token then
      if tokens[rec.token] then
        find('I8: jobs', job, 'and', tokens[rec.token], 'share a token')
      end
      tokens[rec.token] = job
      if places[job] ~= 1 and rec.agent and redis.call('EXISTS', key('agent:' .. rec.agent)) == 1 then
        find('I13: job', job, 'takes', places[job] or 0, 'places')
      end
    end
    if rec.status == 'succeeded' and not rec.result then
      find('I5: job', job, 'succeeded without a result')
    end
    for name, most in pairs({ failures = 2, losses = 4, bounces = 10 }) do
      if tonumber(rec[name] or 0) > most then
        find('I7: job', job, 'has', rec[name], name)
      end
    end
    if not TERMINAL[rec.status] then
      for name, most in pairs({ failures = 1, losses = 3, bounces = 9 }) do
        if tonumber(rec[name] or 0) > most then
          find('I7: job', job, 'goes on with', rec[name], name)
        end
      end
    end
  end
end

for _, set in ipairs({ ranked, entries, delayed, leased }) do
  for job in pairs(set) do
    if not known[job] then
      find('I4: an entry or a lease of job', job, 'which has no record')
    end
  end
end
for _, status in ipairs({ 'queued', 'assigned', 'running', 'succeeded', 'failed', 'canceled' }) do
  local counted = tonumber(redis.call('HGET', key('counters'), status) or 0)
  if counted ~= (by_status[status] or 0) then
    find('I3: the counter of', status, 'is', counted, 'but', by_status[status] or 0, 'records are')
  end
end
local waiting = size(ranked) + size(delayed)
if waiting ~= (by_status.queued or 0) then
  find('I9:', waiting, 'jobs stand somewhere, but', by_status.queued or 0, 'are queued')
end

-- An agent that has a free place, offers the class and can be reached.
local function has_room(class)
  for _, profile in ipairs(redis.call('HKEYS', key('offers:' .. class))) do
    for _, agent in ipairs(redis.call('ZRANGE', key('free:' .. profile), 0, -1)) do
      local replica = redis.call('HGET', key('agent:' .. agent), 'replica')
      if replica and redis.call('EXISTS', key('replica:' .. replica)) == 1 then
        return true
      end
    end
  end
  return false
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local waits = {}
for job, from in pairs(since) do
  if now - from > tonumber(ARGV[1]) and has_room(redis.call('HGET', key('job:' .. job), 'class') or '') then
    waits[#waits + 1] = job
    waits[#waits + 1] = now - from
  end
end
return { wrong, waits }
