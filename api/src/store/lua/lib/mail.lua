-- mail: what the replica of an agent must tell it. The connection's nonce keeps old mail from a new connection.

-- Letters name tokens: none is kept for longer than somebody may have to read it again.
local function post(replica, nonce, agent, what, job, token)
  local mail = key_mail(replica)
  redis.call(
    'XADD', mail, 'MINID', '~', now - MAIL_KEPT_MS, '*',
    'what', what, 'agent', agent, 'nonce', nonce, 'job', job, 'token', token
  )
  -- A replica that died reads no more.
  redis.call('PEXPIRE', mail, MAIL_KEPT_MS)
end

local function tell(agent, what, job, token)
  local at = redis.call('HMGET', key_agent(agent), 'replica', 'nonce')
  if at[1] and at[2] then
    post(at[1], at[2], agent, what, job, token)
  end
end
