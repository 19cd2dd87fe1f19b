-- tidings: what was told since the last time, with what is known of leases and records in the same moment.
-- KEYS[1] the prefix with its partition. ARGV[1] the session, and ARGV[2] the number of its event, that were read last;
-- then pairs: a stream of letters and the last one that was read.
-- Reply: the session, or an empty text; the transitions; hand-outs; the records of the jobs that the transitions name.
local prefix = KEYS[1]

local function key(name)
  return prefix .. name
end

local session = redis.call('HGET', key('session'), 'id')
if not session then
  return { '', {}, {}, {} }
end
local told = redis.call('XRANGE', key('events'), '(' .. (session == ARGV[1] and ARGV[2] or '0') .. '-0', '+')

local read = {}
for i = 3, #ARGV, 2 do
  read[ARGV[i]] = ARGV[i + 1]
end
local letters = {}
for _, mail in ipairs(redis.call('KEYS', key('mail:*'))) do
  for _, entry in ipairs(redis.call('XRANGE', mail, '(' .. (read[mail] or '0-0'), '+')) do
    local letter = { 'mail', mail, 'id', entry[1], unpack(entry[2]) }
    for i = 5, #letter, 2 do
      if letter[i] == 'agent' then
        letter[#letter + 1] = 'name'
        letter[#letter + 1] = redis.call('HGET', key('agent:' .. letter[i + 1]), 'name') or ''
        break
      end
    end
    letters[#letters + 1] = letter
  end
end

local records, seen = {}, {}
for _, entry in ipairs(told) do
  local job = entry[2][2]
  if not seen[job] then
    seen[job] = true
    records[#records + 1] = { 'id', job, unpack(redis.call('HGETALL', key('job:' .. job))) }
  end
end
return { session, told, letters, records }
