#!lua flags=allow-oom
-- judge: begins a pass of the reaper. After a time in which nobody could be heard, nobody is judged for a while.
-- Touches session leases agents judge
-- Args    limit
-- Reply   ok | mercy until | session
local at = redis.call('HMGET', key_judge, 'passed_at', 'mercy_until')
local mercy = tonumber(at[2] or 0)
if not at[1] or tonumber(at[1]) + BLIND_MS < now then
  mercy = now + DEAD_MS
end
redis.call('HSET', key_judge, 'passed_at', now, 'mercy_until', mercy)
if mercy > now then
  return { 'mercy', mercy }
end
return {
  'ok', redis.call('ZRANGEBYSCORE', key_leases, '-inf', now, 'LIMIT', 0, limit),
  redis.call('ZRANGEBYSCORE', key_agents, '-inf', now, 'LIMIT', 0, limit),
}
