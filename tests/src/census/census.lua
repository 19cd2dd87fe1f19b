-- census: looks at everything that Redis holds, between two transitions, and names what must never be.
-- KEYS[1] the prefix with its partition, as `spool:{0}:`. ARGV[1] how old the last word of a good agent is at most, ms;
-- ARGV[2] how long a job whose time has come may stay among those that wait for a time, ms.
-- Reply: a list of sentences, empty when all is well; and a list of jobs that could be handed out now.
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
local ranked, entries = {}, {}
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
    if not rec.status then
      find('I3: the record of job', job, 'has no status')
      rec.status = 'none'
    end
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

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- The good agents with a free place: connected to a replica that lives, heard of just now, not drained, with more slots
-- that work than places taken. Not by the sets in which the scheduler looks: an agent that is missing there is a flaw.
local open, serving = {}, {}
for _, key_of in ipairs(redis.call('KEYS', key('agent:*'))) do
  local agent = string.sub(key_of, #key('agent:') + 1)
  if not string.find(agent, ':', 1, true) then
    local values = redis.call(
      'HMGET', key_of, 'nonce', 'replica', 'seen', 'healthy', 'draining', 'drain', 'quarantined', 'classes'
    )
    local good = values[1] and values[2] and values[5] ~= '1' and not values[6] and not values[7]
    if good and now - tonumber(values[3] or 0) <= tonumber(ARGV[1])
      and redis.call('EXISTS', key('replica:' .. values[2])) == 1 then
      local free = tonumber(values[4] or 0) > redis.call('HLEN', key_of .. ':places')
      for class in string.gmatch(values[8] or '', '%S+') do
        serving[class] = (serving[class] or 0) + 1
        if free then
          open[class] = open[class] or {}
          table.insert(open[class], agent)
        end
      end
    end
  end
end

-- How many agents could take the job.
local function takers(job)
  local rec = redis.call('HMGET', key('job:' .. job), 'class', 'avoid_agent', 'avoid_until')
  local class = rec[1] or ''
  local avoids = rec[2] and tonumber(rec[3] or 0) > now and (serving[class] or 0) > 1
  local count = 0
  for _, agent in ipairs(open[class] or {}) do
    if not (avoids and agent == rec[2]) then
      count = count + 1
    end
  end
  return count
end

local ready, contested = {}, {}
for job in pairs(entries) do
  local count = takers(job)
  if count > 0 then
    ready[#ready + 1] = job
  end
  if count > 1 then
    contested[#contested + 1] = job
  end
end
for _, job in ipairs(redis.call('ZRANGEBYSCORE', key('delayed'), '-inf', now - tonumber(ARGV[2]))) do
  ready[#ready + 1] = job
end
return { wrong, ready, contested }
