#!lua
-- schedule (T2): hands waiting jobs to free places, one for each token given, under a deadline for `accepted`.
-- Uses    events mail record lanes heads leaving agents quarantine waking seats pick handing
-- Touches session counters events job leases delayed lane again order turns waiting heads unserved agent places offers free warm failures quarantine mail replica
-- Args    tokens
-- Reply   ok handed due | session
-- Emits   assigned
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
      local at = rec and reach(agent, rec.workflow)
      if at then
        hand_out(rec, agent, at, token)
        handed, token = handed + 1, next_token()
      end
      found = found or rec ~= nil
    end
  end
end
local due = redis.call('ZRANGE', key_delayed, 0, 0, 'WITHSCORES')[2]
return { 'ok', handed, due and math.max(0, due - now) or -1 }
