#!lua
-- hold: pictures that a request is about to store or to refer to are not swept meanwhile.
-- Touches session refs condemned
-- Args    hashes
-- Reply   ok | busy | session
for hash in string.gmatch(hashes, '%S+') do
  if redis.call('EXISTS', key_condemned(hash)) == 1 then
    return { 'busy' }
  end
end
for hash in string.gmatch(hashes, '%S+') do
  redis.call('ZADD', key_refs, 'GT', now + HOLD_MS, hash)
end
return { 'ok' }
