-- events: what everyone hears (one dense number over all jobs), and what one replica hears (mail).

local function emit(job, owner, what, version, status)
  local number = redis.call('HINCRBY', key_counters, 'events', 1)
  redis.call(
    'XADD', key_events, 'MAXLEN', '~', EVENTS_KEPT, number .. '-0',
    'job', job, 'owner', owner, 'what', what, 'version', version, 'status', status
  )
end
