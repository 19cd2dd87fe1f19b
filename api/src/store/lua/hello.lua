#!lua flags=allow-oom
-- hello (T3, T6, T8, T11): an agent is connected. Its leases that it does not list go back to the queue; a hand-out that
-- the same program does not list never reached it, and counts for nothing. What it lists, as `job:token:new_token`, is
-- taken up before anything can be handed to it: a lost attempt whose job still waits goes on under the new token.
-- Uses    events mail record lanes heads leaving agents readopting ending losing presence
-- Touches session counters events job output finished leases delayed lane again order turns waiting heads unserved agents lost agent places card memory offers free warm mail replica
-- Args    agent nonce boot replica identity name version slots memory profile classes engines card held
-- Reply   ok requeued verdicts… | already verdicts… | duplicate | session
-- Emits   accepted readopted returned bounced lost failed
local at = redis.call('HMGET', key_agent(agent), 'nonce', 'boot', 'closed', 'identity', 'replica')
if at[1] == nonce then
  return { 'already', unpack(readopt_all(agent, held)) }
elseif at[1] and at[4] ~= identity then
  return { 'duplicate' }
elseif at[1] and at[2] ~= boot and not at[3] and redis.call('EXISTS', key_replica(at[5] or '')) == 1 then
  -- The program that holds this id still has its connection. One whose replica died with it has none.
  return { 'duplicate' }
end
if at[1] then
  tell(agent, 'superseded', '', '')
  withdraw(agent)
end
redis.call('HDEL', key_agent(agent), 'closed', 'report')
redis.call(
  'HSET', key_agent(agent), 'nonce', nonce, 'boot', boot, 'replica', replica, 'identity', identity, 'name', name,
  'version', version, 'slots', slots, 'healthy', slots, 'memory', memory, 'profile', profile, 'classes', classes,
  'draining', 0, 'pause', '', 'seen', now, 'connected', now
)
redis.call('HSETNX', key_agent(agent), 'served', 0)
for workflow, engine in string.gmatch(engines, '(%S+)=(%S+)') do
  redis.call('HSET', key_agent(agent), 'engine.' .. workflow, engine)
end
redis.call('SET', key_card(agent), card)
redis.call('PERSIST', key_agent(agent))
redis.call('ZADD', key_agents, now + DEAD_MS, agent)
redis.call('ZADD', key_memory, memory, agent)
redis.call('ZREM', key_lost, agent)
local listed, requeued = {}, 0
for job, token in string.gmatch(held, '([^:%s]+):([^:%s]+):') do
  listed[job] = token
end
local taken = redis.call('HGETALL', key_places(agent))
for i = 1, #taken, 2 do
  local job, token = taken[i], taken[i + 1]
  if listed[job] ~= token then
    local rec = load(job)
    if rec and rec.token == token then
      if at[2] == boot and unheard(rec) then
        give_back(rec)
      else
        lose(rec)
      end
      requeued = requeued + 1
    end
    redis.call('HDEL', key_places(agent), job)
  end
end
local verdicts = readopt_all(agent, held)
if redis.call('HEXISTS', key_agent(agent), 'drain') == 1 then
  tell(agent, 'drain', '', '')
end
return { 'ok', requeued, unpack(verdicts) }
