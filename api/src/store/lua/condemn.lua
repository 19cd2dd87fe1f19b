#!lua flags=allow-oom
-- condemn: of these pictures, the ones that nothing refers to may be deleted; until that is done nobody may hold them.
-- Touches session refs users condemned
-- Args    hashes
-- Reply   ok hash… | session
local doomed = { 'ok' }
for hash in string.gmatch(hashes, '%S+') do
  local until_ms = tonumber(redis.call('ZSCORE', key_refs, hash) or 0)
  if until_ms <= now and redis.call('EXISTS', key_users(hash)) == 0 then
    redis.call('ZREM', key_refs, hash)
    redis.call('SET', key_condemned(hash), 1, 'PX', CONDEMNED_MS)
    doomed[#doomed + 1] = hash
  end
end
return doomed
