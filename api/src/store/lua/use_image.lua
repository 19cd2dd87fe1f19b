#!lua flags=allow-oom
-- use_image: a picture that its owner names is kept for the whole time again.
-- Touches session refs image
-- Args    owner id hash
-- Reply   ok picture until | missing | session
local image = key_image(owner .. ':' .. id)
local picture = redis.call('GET', image)
if not picture then
  return { 'missing' }
end
redis.call('PEXPIRE', image, IMAGE_MS)
-- A use in the last moment is still held until its request has ended.
redis.call('ZADD', key_refs, 'GT', now + math.max(IMAGE_MS, HOLD_MS), hash)
return { 'ok', picture, now + IMAGE_MS }
