-- ending: how a lease or a job ends. The table of transitions in words: shared/src/job/transition.rs.

-- Back to waiting. `due` is nil for at once; `avoid` is the agent to pass over, if any.
local function requeue(rec, what, due, avoid, fields)
  redis.call('ZREM', key_leases, rec.id)
  redis.call(
    'HDEL', key_job(rec.id), 'token', 'agent', 'agent_name', 'slot', 'engine', 'accepted', 'began', 'seq', 'phase',
    'step', 'steps', 'fraction', 'reported'
  )
  for _, value in ipairs(due and delay(rec, due) or enter_lane(rec, 'again')) do
    fields[#fields + 1] = value
  end
  if avoid then
    fields[#fields + 1] = 'avoid_agent'
    fields[#fields + 1] = avoid
    fields[#fields + 1] = 'avoid_until'
    fields[#fields + 1] = now + AVOID_MS
  end
  free_place(rec.agent, rec.id, rec.token)
  return change(rec, 'queued', what, fields)
end

-- To a terminal status. The place of a canceled lease stays taken until the agent says that it is free.
local function finish(rec, status, fields)
  if rec.status == 'queued' then
    leave_place(rec)
    redis.call('HDEL', key_job(rec.id), 'place', 'entry')
  else
    redis.call('ZREM', key_leases, rec.id)
    redis.call('HDEL', key_job(rec.id), 'token', 'accepted')
    if status ~= 'canceled' then
      free_place(rec.agent, rec.id, rec.token)
    end
  end
  redis.call('ZADD', key_finished, now, rec.id)
  fields[#fields + 1] = 'finished'
  fields[#fields + 1] = now
  return change(rec, status, status, fields)
end

local function fail_for_good(rec, code, message, fields)
  redis.call('SET', key_output(rec.id), cjson.encode({ error = { message = message } }))
  fields[#fields + 1] = 'code'
  fields[#fields + 1] = code
  return finish(rec, 'failed', fields)
end
